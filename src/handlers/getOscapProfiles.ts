import type { components } from '../../generated/image-builder.ts';
import { invalid } from '../lib/errors.ts';
import { CachedText, type OperationHandler } from '../http/operation.ts';
import { memoize } from '../lib/memoize.ts';
import { profilesOf } from '../domain/compliance/customizations.ts';

type Profiles = components['schemas']['DistributionProfileResponse'];

const listText = memoize(
  (profiles: ReturnType<typeof profilesOf>) =>
    new CachedText<Profiles>(JSON.stringify([...profiles.keys()]), { compressed: true }),
);

export const getOscapProfiles: OperationHandler<'getOscapProfiles'> = (ctx, { params }) => {
  const profiles = profilesOf(ctx, params.distribution);
  if (profiles.size === 0)
    throw invalid({
      detail: 'no profile for the specified distribution',
      code: 'parameter.invalid',
      ...{ pointer: 'path.distribution', value: params.distribution },
    });
  return { status: 200, body: listText(profiles) };
};
