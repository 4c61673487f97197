import { unavailable } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getBlueprints: OperationHandler<'getBlueprints'> = () => {
  throw unavailable('TODO getBlueprints');
};
