import { composesOfBlueprint } from '../domain/blueprints/blueprint-composes.ts';
import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import { internal, INTERNAL_ERROR } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { toScheduleCaller } from '../domain/schedules/caller.ts';
import { nextRun } from '../domain/schedules/cron.ts';
import { refuseInvalidSchedule } from '../domain/schedules/rules.ts';
import { toSchedule } from '../domain/schedules/presenter.ts';

export const setBlueprintSchedule: OperationHandler<'setBlueprintSchedule'> = async (ctx, request) => {
  const { body, identity } = request;
  const { id } = request.params;
  const blueprint = await ctx.db.blueprints.find(identity.orgId, id);
  if (blueprint === null) throw blueprintNotFound();
  const {
    cron,
    timezone = 'UTC',
    only_if_changed: onlyIfChanged = false,
    enabled = true,
    image_types: imageTypes,
  } = body;
  refuseInvalidSchedule({ cron, timezone, onlyIfChanged }, composesOfBlueprint(blueprint, imageTypes, 'api'));

  const now = new Date();
  const nextRunAt = enabled ? nextRun({ cron, timezone }, now) : null;
  const values = { cron, timezone, onlyIfChanged, enabled, imageTypes: imageTypes ?? null, nextRunAt };
  const caller = toScheduleCaller(identity);
  const isStored = await ctx.db.schedules.set(identity.orgId, id, { ...values, caller }, request.audit);
  if (isStored && nextRunAt !== null) ctx.background.wake('run-schedules', nextRunAt.getTime() - now.getTime());
  const schedule = isStored ? await ctx.db.schedules.find(identity.orgId, id) : null;
  if (schedule !== null) return { status: 200, body: toSchedule(schedule) };
  throw isStored ? internal(INTERNAL_ERROR) : blueprintNotFound();
};
