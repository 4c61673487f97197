import { invalid } from '../lib/errors.ts';
import { CachedText, type OperationHandler } from '../http/operation.ts';
import { memoize } from '../lib/memoize.ts';
import { profilesOf, type Customizations } from '../domain/compliance/customizations.ts';

const customizationsText = memoize(
  (customizations: Customizations) =>
    new CachedText<Customizations>(JSON.stringify(customizations), { compressed: true }),
);

export const getOscapCustomizations: OperationHandler<'getOscapCustomizations'> = (ctx, { params }) => {
  const customizations = profilesOf(ctx, params.distribution).get(params.profile);
  if (customizations === undefined) throw invalid('no customizations for the specified distribution and profile');
  return { status: 200, body: customizationsText(customizations) };
};
