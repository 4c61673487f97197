import type { components } from '../../../generated/image-builder.ts';
import { given } from '../../lib/members.ts';
import type { ScheduleRow } from '../../db/queries/schedules.ts';
import { notFound, type ServiceError } from '../../lib/errors.ts';

type Schemas = components['schemas'];

export function scheduleNotFound(): ServiceError {
  return notFound('the blueprint has no schedule');
}

const lastRun = (schedule: ScheduleRow): Schemas['ScheduleRun'] | undefined => {
  const { run_at: at, run_outcome: outcome, run_detail: detail, run_compose_ids: ids } = schedule;
  if (at === null || outcome === null) return undefined;
  return { at, outcome, ...given({ compose_ids: ids?.length ? [...ids] : null, detail }) };
};

/** The schedule of a response. */
export function toSchedule(schedule: ScheduleRow): Schemas['BlueprintSchedule'] {
  return {
    cron: schedule.cron,
    timezone: schedule.timezone,
    only_if_changed: schedule.only_if_changed,
    enabled: schedule.enabled,
    ...given({
      image_types: schedule.image_types as Schemas['ImageTypes'][] | null,
      set_by: schedule.caller.username || null,
    }),
    updated_at: schedule.updated_at,
    ...given({ next_run_at: schedule.next_run_at, last_run: lastRun(schedule) }),
    consecutive_failures: schedule.failures,
    ...given({
      disabled_at: schedule.disabled_at,
      disabled_reason: schedule.disabled_reason,
      paused_at: schedule.paused_at,
      paused_reason: schedule.paused_reason,
    }),
  };
}
