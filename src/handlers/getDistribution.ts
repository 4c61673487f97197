import type { components } from '../../generated/image-builder.ts';
import { serviceCall } from '../upstream/call-context.ts';
import { project } from '../contract/projection.ts';
import { unknownDistribution } from '../domain/distributions/unknown-distribution.ts';
import { refuseRestricted } from '../domain/distributions/access.ts';
import { internal, invalid, notFound, ServiceError } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { redactUpstreamText } from '../domain/redaction/upstream-text.ts';

export const getDistribution: OperationHandler<'getDistribution'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const distribution = ctx.distributions.find(params.distro, identity);
  if (distribution === null) throw unknownDistribution(params.distro, ctx.distributions.available(identity));
  refuseRestricted(ctx, distribution, identity);
  if (distribution.imageModeOnly) {
    throw invalid({
      detail: 'distribution details are only available for package mode distributions',
      code: 'parameter.invalid',
      ...{ pointer: 'path.distro', value: params.distro, takes: 'a distribution of GET /distributions?kind=package' },
    });
  }
  const response = await ctx.composer
    .getDistribution({ path: { distro: distribution.nameAtComposer }, query }, serviceCall(request))
    .catch((error: unknown) => {
      throw error instanceof ServiceError ? error : internal('Failed to get distribution details', error);
    });
  if (response.status === 404) throw notFound(redactUpstreamText(response.text));
  if (response.status !== 200) {
    throw internal(
      `Failed to get distribution details (code ${response.status}): ${redactUpstreamText(response.text)}`,
    );
  }
  const details = response.json(200);
  if (typeof details?.name !== 'string') throw internal('Failed to decode distribution details');
  const body = project(ctx.document, 'DistributionDetails', details) as components['schemas']['DistributionDetails'];
  return { status: 200, body };
};
