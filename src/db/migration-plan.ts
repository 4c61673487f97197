// Describes what a migration would do to a database: its steps, and the tables that they lock with their sizes.
import type { Client } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import { listPending, withMigrationClient } from './migrate.ts';
import { LOCK_TIMEOUT } from './migration-runner.ts';
import { statementsOf, type Step } from './migration-steps.ts';

interface Table {
  readonly name: string;
  /** An estimate of the server's statistics. */
  readonly rows: number;
  readonly size: string;
}

const TABLES = `
  SELECT relname AS name, (CASE WHEN reltuples > 0 THEN reltuples ELSE pg_stat_get_live_tuples(oid) END)::float8 AS rows,
    pg_size_pretty(pg_table_size(oid)) AS size
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`;

/** What statements do to a table that they name, the strongest lock first. */
const LOCKS: readonly (readonly [pattern: string, lock: string])[] = [
  ['(?:ALTER|DROP) TABLE', 'ACCESS EXCLUSIVE'],
  ['REFERENCES', 'SHARE ROW EXCLUSIVE'],
  ['CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\\w+\\s+ON', 'SHARE'],
  [
    'CREATE (?:UNIQUE )?INDEX CONCURRENTLY [\\w\\s]+\\s+ON',
    'SHARE UPDATE EXCLUSIVE, which reads and writes do not wait for',
  ],
  ['VACUUM \\([^)]*\\)', 'SHARE UPDATE EXCLUSIVE, which reads and writes do not wait for'],
  ['UPDATE', 'ROW EXCLUSIVE'],
];
/** What a fill does to the table of its walk. */
const LOCKS_OF_FILLS: typeof LOCKS = [['FROM', 'ROW EXCLUSIVE, and locks of the rows of a batch']];

const HOW: Readonly<Record<Step['kind'], string>> = {
  transaction: `one transaction; repeated while a lock is not granted within ${LOCK_TIMEOUT} ms`,
  concurrently: 'one statement after the other, concurrently with reads and writes',
  fill: 'batches of short statements',
};

function lockOf(step: Step, table: string): string | null {
  const text = statementsOf(step).join(';\n');
  const found = (step.kind === 'fill' ? LOCKS_OF_FILLS : LOCKS).find(([pattern]) =>
    new RegExp(`\\b${pattern}\\s+${table}\\b`).test(text),
  );
  return found?.[1] ?? null;
}

function describe(step: Step & { readonly progress?: string | null }, tables: readonly Table[]): readonly string[] {
  const more = `${step.isOptional ? '; left out where the server refuses it' : ''}${step.progress ? '; is resumed' : ''}`;
  const lines = tables.flatMap(({ name, rows, size }) => {
    const lock = lockOf(step, name);
    return lock === null ? [] : [`  ${name}: about ${rows.toLocaleString('en')} rows, ${size}; ${lock}`];
  });
  return [`${step.file}: ${HOW[step.kind]}${more}`, ...lines];
}

/** A line for each step that a migration would apply, and for each table that is there and that the step locks. Changes nothing. */
export function planMigration(config: DatabaseConfig): Promise<readonly string[]> {
  return withMigrationClient(config, async (client: Client) => {
    const { shared, additions } = await listPending(client);
    const { rows: tables } = await client.query<Table>(TABLES);
    return [...shared, ...additions].flatMap((step) => describe(step, tables));
  });
}
