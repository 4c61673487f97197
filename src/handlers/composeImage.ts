import { startBuilds } from '../builds/start-builds.ts';
import type { OperationHandler } from '../http/operation.ts';

export const composeImage: OperationHandler<'composeImage'> = async (ctx, request) => {
  const [id] = await startBuilds(ctx, request, [{ request: request.body, blueprint: null }]);
  return { status: 201, body: { id: id as string } };
};
