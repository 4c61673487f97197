import { accessDistribution } from '../distributions/access.ts';
import type { AllowList } from '../distributions/allow-list.ts';
import type { ArchitectureDefinition } from '../distributions/definition.ts';
import type { Distribution, DistributionRegistry } from '../distributions/registry.ts';
import { invalid, type ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import type { ComposeRequest, ImageRequest } from './types.ts';

/** The source of an image: packages of a distribution, or a bootable container. */
export type ImageSource =
  | {
      readonly mode: 'package';
      readonly distribution: Distribution;
      readonly architecture: ArchitectureDefinition;
    }
  | { readonly mode: 'image'; readonly bootc: NonNullable<ComposeRequest['bootc']> };

export const NO_SOURCE = 'either distribution or bootc needs to be set';

interface SourceContext {
  readonly distributions: DistributionRegistry;
  readonly allowList: AllowList;
}

const refuseUnknownReference = (
  { distributions }: SourceContext,
  bootc: NonNullable<ComposeRequest['bootc']>,
  image: ImageRequest,
  identity: Identity,
): void => {
  const { reference, iso_payload_reference: payload } = bootc;
  if (payload !== undefined && image.image_type !== 'bootable-container-iso') {
    throw invalid({
      detail: 'iso_payload_reference must not be set for non-ISO bootc image types',
      code: 'request.invalid',
      pointer: '/bootc/iso_payload_reference',
    });
  }
  const known = distributions.bootcImages.some(
    (candidate) =>
      (identity.entitled || !candidate.distribution.needsEntitlement) &&
      candidate.reference === reference &&
      (payload === undefined || candidate.isoPayloadReferences.includes(payload)),
  );
  if (known) return;
  throw invalid({
    detail:
      payload === undefined
        ? `bootc reference '${reference}' not found`
        : `bootc reference '${reference}' not found or iso payload reference '${payload}' not in its allowed list`,
    code: 'content.not_available',
    ...{ pointer: '/bootc', takes: 'a reference of GET /distributions?kind=bootc' },
  });
};

/** Whether only organizations with an entitlement to RHEL may build what a request names. */
export function needsEntitlement(
  { distributions }: Pick<SourceContext, 'distributions'>,
  { distribution, bootc }: Pick<ComposeRequest, 'distribution' | 'bootc'>,
): boolean {
  if (bootc === undefined) return distributions.find(distribution ?? '', { entitled: true })?.needsEntitlement === true;
  const images = distributions.bootcImages.filter(({ reference }) => reference === bootc.reference);
  return images.length > 0 && images.every((image) => image.distribution.needsEntitlement);
}

/** Members that do not fit together. */
const refusal = (detail: string, pointer: string): ServiceError =>
  invalid({ detail, code: 'request.invalid', pointer });

/** The source of the requested image. @throws ServiceError `invalid` or `forbidden` */
export function imageSourceOf(ctx: SourceContext, request: ComposeRequest, identity: Identity): ImageSource {
  const { distribution: key, bootc } = request;
  const [image] = request.image_requests;
  if (image === undefined) throw refusal('Exactly one image request should be included', '/image_requests');
  if (key === undefined && bootc === undefined) throw refusal(NO_SOURCE, '');
  if (key !== undefined && bootc !== undefined) {
    throw refusal('either distribution or bootc needs to be set, but not both', '');
  }
  if (image.snapshot_date !== undefined && image.content_template !== undefined) {
    throw refusal('Either a snapshot date or content template can be specified, but not both', '/image_requests/0');
  }
  if (bootc !== undefined) {
    refuseUnknownReference(ctx, bootc, image, identity);
    return { mode: 'image', bootc };
  }
  const distribution = accessDistribution(ctx, key as string, identity);
  if (distribution.imageModeOnly) {
    throw refusal(`${distribution.key} offers image mode only: set bootc instead of distribution`, '/distribution');
  }
  const architecture = distribution.architectures.get(image.architecture);
  if (architecture === undefined)
    throw invalid({
      detail: 'Architecture not supported',
      code: 'body.invalid',
      ...{ pointer: '/image_requests/0/architecture', value: image.architecture },
      takes: [...distribution.architectures.keys()].join(', '),
    });
  return { mode: 'package', distribution, architecture };
}
