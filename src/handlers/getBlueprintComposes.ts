import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getBlueprintComposes: OperationHandler<'getBlueprintComposes'> = () => {
  throw unavailable('TODO getBlueprintComposes');
};
