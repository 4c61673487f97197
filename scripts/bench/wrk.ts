import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LoadError, RESPONSE_SECONDS, type Load, type LoadGenerator } from './load.ts';

const run = promisify(execFile);

/** Sends prepared requests in rotation, and prints the figures as JSON. */
const SCRIPT = join(import.meta.dirname, 'rotate.lua');

interface Printed {
  readonly requests: number;
  readonly milliseconds: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly timeout: number;
  /** Responses with status 400 and more. */
  readonly status: number;
}

/**
 * Reads what wrk prints with the script.
 * @throws LoadError when a response was not 2xx or 3xx, a connection failed, or no response came
 */
export function parseWrk(output: string): Load {
  const text = /^figures (\{.*\})$/m.exec(output)?.[1];
  if (text === undefined) throw new LoadError(`wrk printed no figures: ${output.trim().slice(-200)}`);
  const { requests, milliseconds, p50, p99, connect, read, write, timeout, status } = JSON.parse(text) as Printed;
  if (status > 0) throw new LoadError(`${status} of ${requests} responses were not 2xx`);
  if (connect + read + write + timeout > 0) {
    throw new LoadError(`connections failed: connect ${connect}, read ${read}, write ${write}, timeout ${timeout}`);
  }
  if (!(requests > 0) || !(milliseconds > 0)) throw new LoadError('no response came');
  return { requests, requestsPerSecond: (requests / milliseconds) * 1_000, p50, p99 };
}

/** Whether wrk is installed. */
export function hasWrk(): boolean {
  return spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined;
}

/** What a run of wrk that failed is rejected with. */
interface Ended {
  readonly code?: number | string | null;
  readonly signal?: string | null;
  readonly stderr?: string;
}

/** Loads with wrk, in one thread. */
export const loadWithWrk: LoadGenerator = async (origin, { connections, seconds, file, counter, once }, signal) => {
  const args = [
    ...['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', `${RESPONSE_SECONDS}s`],
    ...['--latency', '-s', SCRIPT, origin],
    ...['--', file, String(counter), String(once?.from ?? 0), String(once?.to ?? 0)],
  ];
  const { stdout } = await run('wrk', args, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    const { code, signal: killedBy, stderr = '' } = error as Ended;
    throw new LoadError(`wrk ended with ${killedBy ?? code}: ${stderr.trim().slice(-200)}`);
  });
  // Interrupted from a terminal, wrk prints what it has until then.
  signal.throwIfAborted();
  return parseWrk(stdout);
};
