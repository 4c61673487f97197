import { randomUUID } from 'node:crypto';
import type { Database } from '../db/index.ts';
import type { Logger } from '../logger.ts';

/** Seconds between two beats, and seconds after a beat for which the process counts as alive. */
const BEAT = 5;
const LEASE = 30;

/** Tells other processes that this one is alive, so that they settle what it leaves when it is not. */
export interface Heartbeat {
  /** Id of this process while others know that it is alive, else `null`: what it does then is settled by time alone. */
  readonly processId: () => string | null;
  readonly start: () => Promise<void>;
  /** Stops, and tells the others at once. */
  readonly stop: () => Promise<void>;
}

export const createHeartbeat = (db: Database, log: Logger, now: () => number = () => performance.now()): Heartbeat => {
  const id = randomUUID();
  let aliveUntil = -Infinity;
  let timer: NodeJS.Timeout | null = null;

  const beat = async (): Promise<void> => {
    const begun = now();
    try {
      await db.keepProcessAlive(id, LEASE);
      // A little less than what the others know: they must not think before this process does that it is dead.
      aliveUntil = begun + (LEASE - BEAT) * 1000;
    } catch (error) {
      log.warn({ err: error }, 'other processes cannot be told that this one is alive');
    }
  };

  return {
    processId: () => (now() < aliveUntil ? id : null),
    start: async () => {
      timer ??= setInterval(() => void beat(), BEAT * 1000).unref();
      await beat();
    },
    stop: async () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      aliveUntil = -Infinity;
      await db.endProcess(id).catch((error: unknown) => log.warn({ err: error }, 'the end cannot be told'));
    },
  };
};
