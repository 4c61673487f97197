import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { ANSWER_SECONDS, LoadError, type Load, type LoadGenerator } from './load.ts';

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
 * Reads what `autocannon --json` prints.
 * @throws LoadError when an answer was not 2xx, a connection failed, or nothing was answered
 */
export const parseAutocannon = (output: string): Load => {
  const { duration, errors, timeouts, resets, non2xx, '2xx': requests, latency } = JSON.parse(output) as Result;
  if (non2xx > 0) throw new LoadError(`${non2xx} answers were not 2xx`);
  if (errors + resets > 0)
    throw new LoadError(`connections failed: errors ${errors}, resets ${resets}, timeout ${timeouts}`);
  if (!(requests > 0) || !(duration > 0)) throw new LoadError('nothing was answered');
  return { requests, requestsPerSecond: requests / duration, p50: latency.p50, p99: latency.p99 };
};

/** Loads with autocannon, in a process of its own. It takes several times the processor time of wrk. */
export const createAutocannon = (): LoadGenerator => {
  const program = createRequire(import.meta.url).resolve('autocannon/autocannon.js');
  return async (origin, { method, path, headers, body }, { connections, seconds }, signal) => {
    const { stdout } = await run(
      process.execPath,
      [
        ...[program, '--json', '--no-progress', '--connections', String(connections), '--duration', String(seconds)],
        ...['--timeout', String(ANSWER_SECONDS), '--method', method],
        ...Object.entries(headers).flatMap(([name, value]) => ['--headers', `${name}=${value}`]),
        ...(body === null ? [] : ['--body', body]),
        `${origin}${path}`,
      ],
      { signal, maxBuffer: 64 * 1024 * 1024 },
    );
    signal.throwIfAborted();
    return parseAutocannon(stdout);
  };
};
