import { invalid } from '../lib/errors.ts';
import { CachedText, type OperationHandler } from '../http/operation.ts';
import { memoize } from '../lib/memoize.ts';
import { profilesOf, type Customizations } from '../domain/compliance/customizations.ts';

const customizationsText = memoize(
  (customizations: Customizations) =>
    new CachedText<Customizations>(JSON.stringify(customizations), { compressed: true }),
);

export const getOscapCustomizations: OperationHandler<'getOscapCustomizations'> = (ctx, { params }) => {
  const profiles = profilesOf(ctx, params.distribution);
  const customizations = profiles.get(params.profile);
  if (customizations === undefined)
    throw invalid({
      detail: 'no customizations for the specified distribution and profile',
      code: 'parameter.invalid',
      ...{ pointer: 'path.profile', value: params.profile, takes: [...profiles.keys()].join(', ') || 'none' },
    });
  return { status: 200, body: customizationsText(customizations) };
};
