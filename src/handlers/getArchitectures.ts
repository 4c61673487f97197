import type { components } from '../../generated/image-builder.ts';
import { accessDistribution } from '../domain/distributions/access.ts';
import type { Distribution } from '../domain/distributions/registry.ts';
import { KeptText, type OperationHandler } from '../http/operation.ts';
import { keptFor } from '../lib/memoize.ts';

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

const architecturesText = keptFor(
  (distribution: Distribution) =>
    new KeptText<Architectures>(JSON.stringify(toArchitectures(distribution)), { compressed: true }),
);

export const getArchitectures: OperationHandler<'getArchitectures'> = (ctx, { params, identity }) => ({
  status: 200,
  body: architecturesText(accessDistribution(ctx, params.distribution, identity)),
});
