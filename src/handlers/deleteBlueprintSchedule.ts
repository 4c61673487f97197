import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { scheduleNotFound } from '../domain/schedules/presenter.ts';

export const deleteBlueprintSchedule: OperationHandler<'deleteBlueprintSchedule'> = async (ctx, request) => {
  const { orgId } = request.identity;
  const { id } = request.params;
  if (await ctx.db.schedules.delete(orgId, id, request.audit)) return { status: 204, body: undefined };
  throw (await ctx.db.blueprints.findLatestVersion(orgId, id)) === null ? blueprintNotFound() : scheduleNotFound();
};
