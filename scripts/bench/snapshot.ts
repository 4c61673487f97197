// What a server, its database and the composer stand-in have done so far.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { InstantSandbox } from '../../packages/sandbox/src/instant.ts';
import { LoadError } from './load.ts';
import { processorTimeOf } from './usage.ts';

/** Counters that only grow. `null` for what the system does not count. */
export interface Snapshot {
  /** Milliseconds of a clock that never goes back. */
  readonly at: number;
  /** Seconds of processor time of the service, and of all of PostgreSQL. */
  readonly service: number | null;
  readonly database: number | null;
  /** Statements that clients sent to the database; its transactions where the server does not count statements. */
  readonly statements: number | null;
  /** Transactions that wrote, in all databases of the server. */
  readonly commits: number;
  /** Bytes of the write-ahead log. */
  readonly wal: number;
  /** Calls to composer. */
  readonly calls: number;
  /** Composes that were started at composer and whose status no call has read. */
  readonly unread: number;
  /** Statements that run at this moment. */
  readonly active: number;
}

/** What snapshots are taken of. */
export interface Observed {
  /** A connection to another database of the server, so that its own statements are not counted. */
  readonly sql: Client;
  readonly database: string;
  readonly databasePid: number | null;
  readonly countsStatements: boolean;
  readonly composer: Pick<InstantSandbox, 'calls' | 'unread'>;
}

const COUNTERS = `
  SELECT (txid_snapshot_xmax(txid_current_snapshot()))::float8 AS commits,
    pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS wal,
    (
      SELECT count(*)::int FROM pg_stat_activity
      WHERE datname = $1 AND state = 'active' AND backend_type = 'client backend'
    ) AS active`;

const STATEMENTS = `
  SELECT coalesce(sum(calls), 0)::float8 AS statements
  FROM pg_stat_statements(false) JOIN pg_database ON pg_database.oid = dbid WHERE datname = $1`;

/** Stands in for statements where they are not counted: most are a transaction each. Up to ten seconds late. */
const TRANSACTIONS = `
  SELECT (xact_commit + xact_rollback)::float8 AS statements FROM pg_stat_database WHERE datname = $1`;

type Row = Pick<Snapshot, 'commits' | 'wal' | 'active'>;

/** Reads the counters now. @param pid of the service, `null` for none */
export async function takeSnapshot(observed: Observed, pid: number | null): Promise<Snapshot> {
  const { sql, database, databasePid, countsStatements, composer } = observed;
  const { rows } = await sql.query<Row>(COUNTERS, [database]);
  const counted = await sql.query<{ statements: number }>(countsStatements ? STATEMENTS : TRANSACTIONS, [database]);
  if (!rows[0]) throw new Error('PostgreSQL returned no counters');
  return {
    ...{
      at: performance.now(),
      calls: composer.calls(),
      unread: composer.unread(),
      statements: counted.rows[0]?.statements ?? null,
    },
    service: pid === null ? null : processorTimeOf(pid),
    database: databasePid === null ? null : processorTimeOf(databasePid),
    ...rows[0],
  };
}

/** The counters of a server that uses neither database nor composer. */
export function processSnapshot(pid: number): Snapshot {
  return {
    ...{ at: performance.now(), service: processorTimeOf(pid), database: null, statements: null },
    ...{ commits: 0, wal: 0, calls: 0, unread: 0, active: 0 },
  };
}

/** Whether a server can count statements; makes it do so in the connection's database. */
export async function enableStatementCount(sql: Client): Promise<boolean> {
  try {
    await sql.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await sql.query('SELECT FROM pg_stat_statements(false) LIMIT 1');
    return true;
  } catch {
    return false;
  }
}

/** The part of one processor above which a process is at work: more than what an idle one takes. */
const AT_WORK = 0.1;

const worked = (before: number | null, now: number | null, seconds: number): boolean =>
  before !== null && now !== null && now - before > AT_WORK * seconds;

/** Whether something was done between two snapshots. */
export function wasBusy(before: Snapshot, now: Snapshot): boolean {
  const seconds = (now.at - before.at) / 1_000;
  return (
    now.active > 0 ||
    now.calls > before.calls ||
    worked(before.service, now.service, seconds) ||
    worked(before.database, now.database, seconds)
  );
}

/** How long a service is waited for, in milliseconds. */
export interface RestSettings {
  /** Time without work after which it is at rest. */
  readonly quiet: number;
  /** Longest time without work while there are composes whose status it has not read. */
  readonly follow: number;
  /** Time between two snapshots. */
  readonly pause?: number;
}

const PAUSE = 250;
/** Milliseconds after which a service that never stops to work is considered to be broken. */
const LONGEST = 600_000;

/**
 * Waits until service and database have come to rest, and the service has read the status of every compose that it started.
 * @returns the counters when the rest started
 * @throws LoadError when there is no rest within ten minutes
 */
export async function untilRest(
  take: () => Promise<Snapshot>,
  { quiet, follow, pause = PAUSE }: RestSettings,
  signal: AbortSignal,
): Promise<Snapshot> {
  const first = await take();
  let [start, last] = [first, first];
  while (last.at - start.at < (last.unread > 0 ? Math.max(quiet, follow) : quiet)) {
    if (last.at - first.at > LONGEST) throw new LoadError('the service does not come to rest');
    await wait(pause, undefined, { signal });
    const now = await take();
    if (wasBusy(last, now)) start = now;
    last = now;
  }
  return start;
}
