// Migrates a large database of the original while the original uses it. Then the service reads it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import { startInstantSandbox } from '../../packages/sandbox/src/instant.ts';
import { connectTo, withAdministration } from '../support/databases.ts';
import { createOriginalSchema } from '../support/original-schema.ts';
import { startOwnDatabase } from './database.ts';
import { statusOf } from './http.ts';
import { measureInserts } from './insert-cost.ts';
import { fillOriginal, LARGEST } from './original-rows.ts';
import { startOriginal, type Duration, type Observed, type Tenants } from './original.ts';
import { createChecks, type Checks, type Outcome } from './outcome.ts';
import { setStage } from './stage.ts';

const PROGRAM = join(import.meta.dirname, '../../src/main.ts');
const SHARED = 15;

/** Settings of a production server, except for its size. */
const SETTINGS = [
  ...['fsync=on', 'full_page_writes=on', 'wal_level=replica', 'max_wal_size=1GB', 'shared_buffers=512MB'],
];

/** Milliseconds that a statement of the original may wait for a lock, seconds before the migration, how much a first read may cost. */
const LONGEST = 100;
const SECONDS_BEFORE = 10;
const FIRST_TO_LATER = 2;
const INSERT_RATIO = 1.5;
const LATER_READS = 20;

type Report = (line: string) => void;
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

const longestOf = ({ durations }: Observed): number =>
  Math.max(0, ...Object.values(durations).map(({ longest }) => longest));

const mergeDurations = (a: Duration | undefined, b: Duration): Duration => {
  if (!a) return b;
  const count = a.count + b.count;
  return { count, mean: (a.mean * a.count + b.mean * b.count) / count, longest: Math.max(a.longest, b.longest) };
};

const merge = (a: Observed, b: Observed): Observed => {
  const durations = { ...a.durations };
  for (const [kind, duration] of Object.entries(b.durations))
    durations[kind] = mergeDurations(durations[kind], duration);
  return { durations, longestWait: Math.max(a.longestWait, b.longestWait) };
};

/** Runs the migration as a process of its own. Resolves with its seconds. */
async function migrate(database: DatabaseConfig, report: Report): Promise<number> {
  const { host, port, user, password, sslMode } = database;
  const env = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode };
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'migrate'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...env, PGDATABASE: database.database },
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    for (const line of text.trim().split('\n')) report(`${seconds} s: ${(JSON.parse(line) as { msg: string }).msg}`);
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the migration ended with ${code}`);
  return (performance.now() - started) / 1_000;
}

interface Beside {
  readonly seconds: number;
  readonly before: Observed;
  readonly during: Observed;
}

/** Migrates while the original works. */
async function migrateBeside(database: DatabaseConfig, tenants: Tenants, report: Report): Promise<Beside> {
  const original = startOriginal(database, tenants);
  try {
    // Opens its connections, and loads the tables into memory.
    await wait(SECONDS_BEFORE * 1_000);
    original.take();
    await wait(SECONDS_BEFORE * 1_000);
    const before = original.take();
    report(`the original alone: its longest statement took ${milliseconds(longestOf(before))}`);
    let during: Observed = { durations: {}, longestWait: 0 };
    const seconds = await migrate(database, (line) => {
      const taken = original.take();
      during = merge(during, taken);
      const longest = `longest wait ${milliseconds(taken.longestWait)}, longest statement ${milliseconds(longestOf(taken))}`;
      report(`${line} (the original since the last line: ${longest})`);
    });
    during = merge(during, original.take());
    return { seconds, before, during };
  } finally {
    await original.stop();
  }
}

/** Reads that are measured cold and warm. The first read of a status includes the call of composer. */
const READS: readonly (readonly [name: string, path: (composeId: string) => string])[] = [
  ['list of composes', () => '/composes?limit=100'],
  ['page of composes', () => '/composes?limit=100&offset=10000'],
  ['list of blueprints', () => '/blueprints?limit=100'],
  ['search of blueprints', () => '/blueprints?limit=100&search=number%200000123'],
  ['status', (composeId) => `/composes/${composeId}`],
];

async function measureReads(
  database: DatabaseConfig,
  sql: Client,
  tenants: Tenants,
  { holds }: Checks,
): Promise<Readonly<Record<string, string>>> {
  await using stack = new AsyncDisposableStack();
  const composer = await startInstantSandbox();
  stack.defer(() => composer.close());
  const stage = await setStage(stack, { database, composer: composer.url });
  const { rows } = await sql.query<{ id: string }>(
    `SELECT job_id AS id FROM composes WHERE org_id = $1 AND NOT deleted ORDER BY created_at DESC LIMIT 1`,
    [LARGEST],
  );
  const composeId = rows[0]?.id ?? '';
  /** Starts a process that has compiled its code and opened its connections before it is measured. */
  const start = async () => {
    const { client } = await stage.start();
    const timed = async (organization: string, path: string): Promise<number> => {
      const started = performance.now();
      const reply = await client.send({ method: 'GET', path, organization });
      holds(statusOf(reply) === 200, `${path} of ${organization} responded with ${statusOf(reply)}`);
      return performance.now() - started;
    };
    for (const [index, organization] of tenants.organizations.slice(0, 20).entries()) {
      for (const [, path] of READS) await timed(organization, path(tenants.composeIds[index] ?? ''));
    }
    return timed;
  };
  const [first, second] = [await start(), await start()];
  const figures: Record<string, string> = {};
  for (const [name, path] of READS) {
    const firstTime = await first(LARGEST, path(composeId));
    const later: number[] = [];
    for (let read = 0; read < LATER_READS; read += 1) later.push(await first(LARGEST, path(composeId)));
    const laterTime = later.toSorted((a, b) => a - b)[LATER_READS / 2] ?? 0;
    const inSecond = await second(LARGEST, path(composeId));
    figures[name] =
      `first ${milliseconds(firstTime)}, later ${milliseconds(laterTime)}, first of another process ${milliseconds(inSecond)}`;
    holds(
      firstTime <= FIRST_TO_LATER * laterTime,
      `the first ${name} took ${(firstTime / laterTime).toFixed(1)} times a later one`,
    );
  }
  return figures;
}

/** Compares the original's INSERT on two further databases of the same server. */
async function compareInserts(database: DatabaseConfig): Promise<{ readonly text: string; readonly ratio: number }> {
  await using stack = new AsyncDisposableStack();
  const create = async (name: string): Promise<Client> => {
    await withAdministration(database, (sql) => sql.query(`CREATE DATABASE ${name}`));
    const sql = await connectTo(database, name);
    stack.defer(() => sql.end());
    await createOriginalSchema(sql, SHARED);
    return sql;
  };
  const [original, adopted] = [await create('original'), await create('adopted')];
  await prepareDatabase({ ...database, database: 'adopted' }, () => {});
  const cost = await measureInserts(original, adopted);
  const text = `${cost.original.toFixed(0)} µs, ${cost.adopted.toFixed(0)} µs on our schema: ${cost.ratio.toFixed(2)} times`;
  return { text, ratio: cost.ratio };
}

/**
 * @param composes rows of the database; a fifth as many blueprints, half as many versions
 */
export async function runAdoption(composes: number, report: Report): Promise<Outcome> {
  await using own = await startOwnDatabase({ empty: true, settings: SETTINGS });
  const { database } = own;
  const checks = createChecks();
  const { holds } = checks;
  const sql = await connectTo(database, database.database);
  try {
    const inserts = await compareInserts(database);
    holds(inserts.ratio <= INSERT_RATIO, `an INSERT of the original costs ${inserts.ratio.toFixed(2)} times its own`);
    report(`INSERT into composes: ${inserts.text}`);
    await createOriginalSchema(sql, SHARED);
    const tenants = await fillOriginal(sql, { composes, blueprints: composes / 5, versions: composes / 2 });
    await sql.query('CHECKPOINT');
    report(`${composes} composes, ${composes / 5} blueprints, ${composes / 2} versions are there`);
    const { seconds, before, during } = await migrateBeside(database, tenants, report);
    holds(during.longestWait <= LONGEST, `a statement of the original waited ${milliseconds(during.longestWait)}`);
    const statements = Object.values(during.durations).reduce((sum, { count }) => sum + count, 0);
    const kinds = Object.entries(during.durations).map(([kind, { mean, longest }]) => {
      const alone = before.durations[kind];
      const text = ({ mean: average, longest: most }: Omit<Duration, 'count'>): string =>
        `${milliseconds(average)} on average, ${milliseconds(most)} at most`;
      return [`  ${kind}`, `${text({ mean, longest })}; alone ${text(alone ?? { mean: 0, longest: 0 })}`];
    });
    const reads = await measureReads(database, sql, tenants, checks);
    return {
      figures: {
        migration: `${seconds.toFixed(0)} s beside ${statements} statements of the original`,
        'longest wait of a statement for a lock': `${milliseconds(during.longestWait)}; alone ${milliseconds(before.longestWait)}`,
        'longest statement of the original': `${milliseconds(longestOf(during))}; alone ${milliseconds(longestOf(before))}`,
        ...(Object.fromEntries(kinds) as Record<string, string>),
        'INSERT into composes': inserts.text,
        ...reads,
      },
      violations: checks.violations,
    };
  } finally {
    await sql.end();
  }
}
