import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const updateBlueprint: OperationHandler<'updateBlueprint'> = () => {
  throw unavailable('TODO updateBlueprint');
};
