import type { AppContext } from '../context.ts';
import { isRestrictedFor } from '../distributions/access.ts';
import type { OperationHandler, OperationRequest } from '../http/operation.ts';

type Query = OperationRequest<'getDistributions'>['query'];

/** Base images of image mode are public: neither entitlement nor the allow list hides them. */
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

export const getDistributions: OperationHandler<'getDistributions'> = (ctx, { query, identity }) => {
  if (query.kind === 'bootc') return { status: 200, body: bootcImages(ctx, query) };
  const visible = ctx.distributions
    .available(identity)
    .filter((distribution) => !isRestrictedFor(ctx, distribution, identity));
  return { status: 200, body: visible.map(({ key, description }) => ({ name: key, description })) };
};
