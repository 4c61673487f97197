// Reads events up to the safe id, which a transaction that is still open holds back.
import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../db/index.ts';
import type { StartHorizon } from './event.ts';

type EventQueries = Pick<Database['events'], 'findSafeId' | 'findHorizon'>;

/** Milliseconds between two reads of the safe id while a transaction holds it back; they double. */
export const RECHECK = { shortest: 20, longest: 1_000 } as const;

/** Milliseconds after which a stream starts although a transaction is still open that may have drawn an id before. */
const MAX_WAIT_MS = 5_000;

/** The next pause while the safe id is held back. */
export function nextRecheck(pause: number): number {
  return Math.min(2 * pause, RECHECK.longest);
}

/**
 * Where a new stream can start: everything that was committed before is at or below the safe id. A transaction that is open for long
 * delays that for a moment only; it is most likely one that writes no events.
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
