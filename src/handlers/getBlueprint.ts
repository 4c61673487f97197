import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getBlueprint: OperationHandler<'getBlueprint'> = () => {
  throw unavailable('TODO getBlueprint');
};
