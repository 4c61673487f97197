import { randomUUID } from 'node:crypto';
import type { Database } from '../db/index.ts';
import type { Logger } from '../logger.ts';

/** Beats within the time for which one of them counts. */
const BEATS = 6;

/** Tells other processes that this one is alive, so that they settle what it leaves when it is not. */
export interface Heartbeat {
  /**
   * Id of this process while others know that it is alive, else `null`: what it does then is settled by time alone. Whoever asks
   * while others are being told for the first time waits for that.
   */
  readonly processId: () => Promise<string | null>;
  readonly start: () => Promise<void>;
  /** Stops, and tells the others at once. */
  readonly stop: () => Promise<void>;
}

/** @param lease milliseconds after a beat for which the process counts as alive */
export const createHeartbeat = (
  db: Pick<Database, 'processes'>,
  log: Logger,
  lease: number,
  now: () => number = () => performance.now(),
): Heartbeat => {
  const id = randomUUID();
  const pause = lease / BEATS;
  let aliveUntil = -Infinity;
  let timer: NodeJS.Timeout | null = null;
  let beating: Promise<void> | null = null;

  const keepAlive = async (): Promise<void> => {
    const begun = now();
    try {
      await db.processes.heartbeat(id, lease / 1000);
      // A little less than what the others know: they must not think before this process does that it is dead.
      aliveUntil = begun + lease - pause;
    } catch (error) {
      log.warn({ err: error }, 'other processes cannot be told that this one is alive');
    }
  };

  /** One at a time: a database that is slow is not asked more often for being slow. */
  const beat = (): Promise<void> => {
    beating ??= keepAlive().finally(() => {
      beating = null;
    });
    return beating;
  };

  return {
    processId: async () => {
      if (now() >= aliveUntil) await beating;
      return now() < aliveUntil ? id : null;
    },
    start: async () => {
      timer ??= setInterval(() => void beat(), pause).unref();
      await beat();
    },
    stop: async () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      // A beat that comes after the end would keep a process alive that is not.
      await beating;
      aliveUntil = -Infinity;
      await db.processes.end(id).catch((error: unknown) => log.warn({ err: error }, 'the end cannot be told'));
    },
  };
};
