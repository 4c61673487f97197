import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getOscapCustomizationsForPolicy: OperationHandler<'getOscapCustomizationsForPolicy'> = () => {
  throw unavailable('TODO getOscapCustomizationsForPolicy');
};
