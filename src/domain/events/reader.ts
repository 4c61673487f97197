import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../db/index.ts';
import type { StartHorizon } from './event.ts';

type EventQueries = Pick<Database['events'], 'findSafeId' | 'findHorizon'>;

/** Milliseconds between reads of the safe id while an open transaction holds it back; the pause doubles. */
export const RECHECK = { shortest: 20, longest: 1_000 } as const;

/** A stream then starts although an open transaction may still commit an event with a lower id. */
const MAX_WAIT_MS = 5_000;

export function nextRecheck(pause: number): number {
  return Math.min(2 * pause, RECHECK.longest);
}

/**
 * Waits until the safe id covers all committed events. The wait is bounded: a transaction that is open for long most
 * likely writes no events.
 */
export async function findStartHorizon(events: EventQueries, orgId: string): Promise<StartHorizon> {
  const until = performance.now() + MAX_WAIT_MS;
  let { safe, newest } = await events.findSafeId();
  const target = newest;
  for (let pause: number = RECHECK.shortest; safe === null || safe < target; pause = nextRecheck(pause)) {
    if (performance.now() >= until) {
      safe = newest;
      break;
    }
    await wait(pause);
    ({ safe, newest } = await events.findSafeId());
  }
  return { ...(await events.findHorizon(orgId, { safe, newest })), safe, newest };
}
