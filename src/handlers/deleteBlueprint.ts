import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const deleteBlueprint: OperationHandler<'deleteBlueprint'> = () => {
  throw unavailable('TODO deleteBlueprint');
};
