import { invalid } from '../errors.ts';
import { KeptText, type OperationHandler } from '../http/operation.ts';
import { keptFor } from '../kept-for.ts';
import { profilesOf, type Customizations } from '../oscap/customizations.ts';

const customizationsText = keptFor(
  (customizations: Customizations) =>
    new KeptText<Customizations>(JSON.stringify(customizations), { compressed: true }),
);

export const getOscapCustomizations: OperationHandler<'getOscapCustomizations'> = (ctx, { params }) => {
  const customizations = profilesOf(ctx, params.distribution).get(params.profile);
  if (customizations === undefined) throw invalid('no customizations for the specified distribution and profile');
  return { status: 200, body: customizationsText(customizations) };
};
