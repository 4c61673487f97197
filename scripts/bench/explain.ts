import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { BenchRequest } from './load.ts';
import { parseActivity, type Activity } from './postgres-log.ts';
import type { Stage } from './stage.ts';

/** A request with what PostgreSQL did for it. */
export interface Explained extends Activity {
  readonly request: string;
}

/** What new sessions write to the log. */
const SETTINGS: Readonly<Record<string, string>> = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_nested_statements': 'on',
  log_statement: 'all',
};

/** Milliseconds without a new line after which a log is considered complete. */
const QUIET = 200;

const textFrom = async (file: string, position: number): Promise<string> => {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const { buffer } = await handle.read({ buffer: Buffer.alloc(size - position), position });
  return buffer.toString();
};

/** The length of a file when it has stopped growing. */
const stableLength = async (file: string): Promise<number> => {
  await using handle = await open(file);
  for (let { size } = await handle.stat(); ;) {
    await wait(QUIET);
    const now = (await handle.stat()).size;
    if (now === size) return size;
    size = now;
  }
};

/** How often a request is sent. Other work only ever adds statements to it. */
const ATTEMPTS = 5;

/**
 * A connection plans a statement anew for its first five executions, and may have one plan for all values from then on: that
 * plan counts. One connection alone gets there soonest. The log would have the statements of background work as well.
 */
const WARM_UP = 12;
const ALONE = { PGPOOLSIZE: '1', BACKGROUND_WORK: 'false' };

const sendTo = async (
  origin: string,
  { path, method, headers, body }: BenchRequest,
  signal: AbortSignal,
): Promise<void> => {
  const response = await fetch(origin + path, { method, headers, body, signal });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} has status ${response.status}: ${text}`);
};

/** What the database does for one request, in the quietest of several attempts. */
const activityOf = async (log: string, send: () => Promise<void>): Promise<Activity> => {
  const attempts: Activity[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const position = await stableLength(log);
    await send();
    await stableLength(log);
    attempts.push(parseActivity(await textFrom(log, position)));
  }
  return attempts.reduce((least, one) => (one.statements.length < least.statements.length ? one : least));
};

/**
 * Sends each request, with `EXPLAIN (ANALYZE, BUFFERS)` of every statement that the service runs for it.
 * A service of its own, since only new sessions write plans.
 */
export async function explain(
  { sql, ours, postgres }: Stage,
  requests: readonly (readonly [name: string, request: BenchRequest])[],
  signal: AbortSignal,
): Promise<readonly Explained[]> {
  const { database } = ours;
  const { log } = postgres;
  if (log === null) throw new Error('the log of PostgreSQL is not known');
  for (const [name, value] of Object.entries(SETTINGS)) {
    await sql.query(`ALTER DATABASE ${database} SET ${name} = '${value}'`);
  }
  const service = await ours.start({ variables: ALONE });
  try {
    const explained: Explained[] = [];
    for (const [name, request] of requests) {
      const send = (): Promise<void> => sendTo(service.origin, request, signal);
      for (let sent = 0; sent < WARM_UP; sent += 1) await send();
      explained.push({ request: name, ...(await activityOf(log, send)) });
    }
    return explained;
  } finally {
    await service.stop();
    for (const name of Object.keys(SETTINGS)) await sql.query(`ALTER DATABASE ${database} RESET ${name}`);
  }
}
