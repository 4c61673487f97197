import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const exportBlueprint: OperationHandler<'exportBlueprint'> = () => {
  throw unavailable('TODO exportBlueprint');
};
