import type { components } from '../../generated/image-builder.ts';
import { accessDistribution } from '../domain/distributions/access.ts';
import type { Distribution } from '../domain/distributions/registry.ts';
import { CachedText, type OperationHandler } from '../http/operation.ts';
import { memoize } from '../lib/memoize.ts';

type Architectures = components['schemas']['Architectures'];

const toArchitectures = ({ architectures }: Distribution): Architectures =>
  [...architectures].map(([arch, { imageTypes, repositories }]) => ({
    arch,
    image_types: [...imageTypes],
    repositories: repositories
      .filter(({ imageTypeTags }) => imageTypeTags.length === 0)
      .map(({ baseurl, metalink, rhsm }) => ({
        ...(baseurl === undefined ? {} : { baseurl }),
        ...(metalink === undefined ? {} : { metalink }),
        rhsm,
      })),
  }));

const architecturesText = memoize(
  (distribution: Distribution) =>
    new CachedText<Architectures>(JSON.stringify(toArchitectures(distribution)), { compressed: true }),
);

export const getArchitectures: OperationHandler<'getArchitectures'> = (ctx, { params, identity }) => ({
  status: 200,
  body: architecturesText(accessDistribution(ctx, params.distribution, identity, 'path.distribution')),
});
