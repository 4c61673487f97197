import type { AppContext } from '../context.ts';
import { isRestrictedFor } from '../domain/distributions/access.ts';
import { CachedText, type OperationHandler, type OperationRequest } from '../http/operation.ts';
import type { Identity } from '../domain/identity.ts';
import { memoize } from '../lib/memoize.ts';

type Query = OperationRequest<'getDistributions'>['query'];

/** Base images of image mode are public: neither entitlement nor the allow list applies. */
const bootcImages = ({ distributions }: AppContext, { distro, arch, type }: Query) =>
  distributions.bootcImages
    .filter(
      (image) =>
        (distro === undefined || image.distribution.key === distro) &&
        (arch === undefined || image.architecture === arch) &&
        (type === undefined || image.type === type),
    )
    .map((image) => ({
      distro: image.distribution.key,
      name: image.distribution.description || image.distribution.name,
      type: image.type,
      arch: image.architecture,
      reference: image.reference,
      ...(image.isoPayloadReferences.length > 0 ? { iso_payload_references: [...image.isoPayloadReferences] } : {}),
    }));

type VisibleDistributions = { name: string; description: string }[];

/** Cached per identity: neither definitions nor the allow list change while the process runs. */
const visibleText = memoize((ctx: AppContext) =>
  memoize((identity: Identity) => {
    const visible = ctx.distributions
      .available(identity)
      .filter((distribution) => !isRestrictedFor(ctx, distribution, identity));
    const body: VisibleDistributions = visible.map(({ key, description }) => ({ name: key, description }));
    return new CachedText<VisibleDistributions>(JSON.stringify(body), { compressed: false });
  }),
);

export const getDistributions: OperationHandler<'getDistributions'> = (ctx, { query, identity }) => {
  if (query.kind === 'bootc') return { status: 200, body: bootcImages(ctx, query) };
  return { status: 200, body: visibleText(ctx)(identity) };
};
