import { accessDistribution } from '../distributions/access.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getArchitectures: OperationHandler<'getArchitectures'> = (ctx, { params, identity }) => {
  const distribution = accessDistribution(ctx, params.distribution, identity);
  return {
    status: 200,
    body: [...distribution.architectures].map(([arch, { imageTypes, repositories }]) => ({
      arch,
      image_types: [...imageTypes],
      repositories: repositories
        .filter(({ imageTypeTags }) => imageTypeTags.length === 0)
        .map(({ baseurl, metalink, rhsm }) => ({
          ...(baseurl === undefined ? {} : { baseurl }),
          ...(metalink === undefined ? {} : { metalink }),
          rhsm,
        })),
    })),
  };
};
