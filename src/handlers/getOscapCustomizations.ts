import { invalid } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { readOscapCustomizations } from '../oscap/customizations.ts';

export const getOscapCustomizations: OperationHandler<'getOscapCustomizations'> = async (ctx, { params }) => {
  const customizations = await readOscapCustomizations(ctx, params.distribution, params.profile);
  if (customizations === null) {
    throw invalid('no customizations for the specified distribution and profile');
  }
  return { status: 200, body: customizations };
};
