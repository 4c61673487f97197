import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const composeBlueprint: OperationHandler<'composeBlueprint'> = () => {
  throw unavailable('TODO composeBlueprint');
};
