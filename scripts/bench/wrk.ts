import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ANSWER_SECONDS, LoadError, type BenchRequest, type Load, type LoadGenerator } from './load.ts';

const run = promisify(execFile);

/** wrk's units of time in milliseconds. */
const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

const milliseconds = (output: string, percentile: number): number => {
  const [, number, unit] = new RegExp(`^\\s*${percentile}%\\s+([\\d.]+)(us|ms|s|m|h)\\s*$`, 'm').exec(output) ?? [];
  const factor = UNITS[unit ?? ''];
  if (number === undefined || factor === undefined) throw new LoadError(`wrk told no ${percentile}% latency`);
  return Number(number) * factor;
};

/**
 * Reads what `wrk --latency` prints.
 * @throws LoadError when an answer was not 2xx or 3xx, a connection failed, or nothing was answered
 */
export const parseWrk = (output: string): Load => {
  const refused = /^\s*Non-2xx or 3xx responses: (\d+)/m.exec(output)?.[1];
  if (refused !== undefined) throw new LoadError(`${refused} answers were not 2xx`);
  const errors = /^\s*Socket errors: (.+)$/m.exec(output)?.[1];
  if (errors !== undefined) throw new LoadError(`connections failed: ${errors}`);
  const requests = Number(/^\s*(\d+) requests in /m.exec(output)?.[1]);
  const requestsPerSecond = Number(/^Requests\/sec:\s+([\d.]+)/m.exec(output)?.[1]);
  if (!(requests > 0) || !(requestsPerSecond > 0)) throw new LoadError('nothing was answered');
  return { requests, requestsPerSecond, p50: milliseconds(output, 50), p99: milliseconds(output, 99) };
};

/** A text as Lua writes it: bytes beyond the plain ones by number. */
const lua = (text: string): string =>
  `"${[...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\${String(byte).padStart(3, '0')}`,
    )
    .join('')}"`;

/** The script that makes wrk send a request. */
export const wrkScript = ({ method, headers, body }: BenchRequest): string =>
  [
    `wrk.method = ${lua(method)}`,
    ...Object.entries(headers).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}`),
    ...(body === null ? [] : [`wrk.body = ${lua(body)}`]),
    '',
  ].join('\n');

/** Whether wrk is installed. */
export const hasWrk = (): boolean => spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined;

/** Loads with wrk, in one thread. @param directory for its script */
export const createWrk =
  (directory: string): LoadGenerator =>
  async (origin, request, { connections, seconds }, signal) => {
    const script = join(directory, 'request.lua');
    await writeFile(script, wrkScript(request));
    const { stdout } = await run(
      'wrk',
      [
        ...['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', `${ANSWER_SECONDS}s`],
        ...['--latency', '-s', script, `${origin}${request.path}`],
      ],
      { signal },
    );
    // Interrupted from a terminal, wrk prints what it has until then.
    signal.throwIfAborted();
    return parseWrk(stdout);
  };
