// Describes a migration without running it: its steps, the tables that they lock and their sizes.
import type { DatabaseConfig } from '../config/index.ts';
import { listPendingSteps, withMigrationClient } from './migrate.ts';
import { LOCK_TIMEOUT, type Step } from './migration-steps.ts';

/** How a step of each kind runs, and its strongest lock of a table. */
const KINDS: Readonly<Record<Step['kind'], { readonly how: string; readonly lock: string }>> = {
  transaction: {
    how: `one transaction; repeated while a lock is not granted within ${LOCK_TIMEOUT} ms`,
    lock: 'ACCESS EXCLUSIVE',
  },
  concurrently: {
    how: 'one statement after the other, concurrently with reads and writes',
    lock: 'SHARE UPDATE EXCLUSIVE, which reads and writes do not wait for',
  },
  fill: { how: 'batches of short statements', lock: 'ROW EXCLUSIVE, and locks of the rows of a batch' },
};

const TABLES = `
  SELECT relname AS name, (CASE WHEN reltuples > 0 THEN reltuples ELSE pg_stat_get_live_tuples(oid) END)::float8 AS rows,
    pg_size_pretty(pg_table_size(oid)) AS size
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`;

interface Table {
  readonly name: string;
  readonly rows: number;
  readonly size: string;
}

function describe({ file, text, kind, isOptional, progress }: Step, tables: readonly Table[]): readonly string[] {
  const { how, lock } = KINDS[kind];
  const more = `${isOptional ? '; left out where the server refuses it' : ''}${progress === null ? '' : '; is resumed'}`;
  // Comments and bodies of functions name tables that the step does not lock.
  const statements = text.replaceAll(/--[^\n]*|\$\$[^]*?\$\$/g, '');
  const named = tables.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(statements));
  const lines = named.map(
    ({ name, rows, size }) => `  ${name}: about ${rows.toLocaleString('en')} rows, ${size}; ${lock}`,
  );
  return [`${file}: ${how}${more}`, ...lines];
}

/** Returns a line for each pending step and for each existing table that the step locks. */
export function planMigration(config: DatabaseConfig): Promise<readonly string[]> {
  return withMigrationClient(config, async (client) => {
    const { rows: tables } = await client.query<Table>(TABLES);
    return (await listPendingSteps(client)).flatMap((step) => describe(step, tables));
  });
}
