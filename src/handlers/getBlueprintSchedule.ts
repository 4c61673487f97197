import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { scheduleNotFound, toSchedule } from '../domain/schedules/presenter.ts';

export const getBlueprintSchedule: OperationHandler<'getBlueprintSchedule'> = async (ctx, request) => {
  const { orgId } = request.identity;
  const { id } = request.params;
  const schedule = await ctx.db.schedules.find(orgId, id);
  if (schedule !== null) return { status: 200, body: toSchedule(schedule) };
  throw (await ctx.db.blueprints.findLatestVersion(orgId, id)) === null ? blueprintNotFound() : scheduleNotFound();
};
