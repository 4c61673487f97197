import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AUTOCANNON_PROGRAM } from './autocannon-program.ts';
import { LoadError, type Load, type LoadGenerator } from './load.ts';

const run = promisify(execFile);

interface Result {
  readonly duration: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly resets: number;
  readonly non2xx: number;
  readonly '2xx': number;
  readonly latency: { readonly p50: number; readonly p99: number };
}

/**
 * Reads the figures of autocannon.
 * @throws LoadError when a response was not 2xx, a connection failed, or no response came
 */
export function parseAutocannon(output: string): Load {
  const { duration, errors, timeouts, resets, non2xx, '2xx': requests, latency } = JSON.parse(output) as Result;
  if (non2xx > 0) throw new LoadError(`${non2xx} responses were not 2xx`);
  if (errors + resets > 0) {
    throw new LoadError(`connections failed: errors ${errors}, resets ${resets}, timeout ${timeouts}`);
  }
  if (!(requests > 0) || !(duration > 0)) throw new LoadError('no response came');
  return { requests, requestsPerSecond: requests / duration, p50: latency.p50, p99: latency.p99 };
}

/** Loads with autocannon, in a process of its own. It takes several times the processor time of wrk. */
export function createAutocannon(): LoadGenerator {
  return async (origin, settings, signal) => {
    const given = JSON.stringify({ origin, ...settings });
    const { stdout } = await run(process.execPath, [AUTOCANNON_PROGRAM, given], {
      signal,
      maxBuffer: 64 * 1024 * 1024,
    });
    signal.throwIfAborted();
    return parseAutocannon(stdout);
  };
}
