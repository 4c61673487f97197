import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const fixupBlueprint: OperationHandler<'fixupBlueprint'> = () => {
  throw unavailable('TODO fixupBlueprint');
};
