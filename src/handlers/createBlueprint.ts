import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const createBlueprint: OperationHandler<'createBlueprint'> = () => {
  throw unavailable('TODO createBlueprint');
};
