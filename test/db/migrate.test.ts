import { hash, randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { connectTo } from '../../scripts/support/databases.ts';
import { createDatabase } from '../../src/db/index.ts';
import { composeTexts } from '../../src/domain/compose-requests/compose-texts.ts';
import { migrate, withMigrationClient } from '../../src/db/migrate.ts';
import { readSteps } from '../../src/db/migration-steps.ts';
import { planDatabase, prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createGiven } from '../support/given.ts';
import { ALL_COMPOSES, FIRST_PAGE, asTheOriginalLeftIt } from './support.ts';
import { reserveComposes } from '../support/reservations.ts';

const ADDITIONS = join(import.meta.dirname, '../../src/db/additions');
const SHARED = 15;
const NIL = '00000000-0000-0000-0000-000000000000';
const ours = (await readdir(ADDITIONS)).length;

/** Migrates a database; resolves with the messages about the steps that it applied. */
async function run({ config }: Pick<TestDatabase, 'config'>, makeTexts = composeTexts): Promise<string[]> {
  const messages: string[] = [];
  const applied = await migrate(config, makeTexts, (message) => void messages.push(message));
  const done = messages.filter((message) => message.startsWith('applied '));
  expect(applied).to.equal(done.length);
  return done;
}

async function failure(database: TestDatabase): Promise<string> {
  try {
    await run(database);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the migration succeeded');
}

const rows = async (sql: Client, query: string): Promise<unknown[]> =>
  (await sql.query<Record<string, unknown>>(query)).rows;

/** Everything about the schema that could differ: columns, indexes, constraints. */
const schemaOf = async ({ sql }: TestDatabase): Promise<unknown> => ({
  columns: await rows(
    sql,
    `SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name`,
  ),
  indexes: await rows(sql, `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname`),
  constraints: await rows(
    sql,
    `SELECT conrelid::regclass::text AS table, conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
  ),
  functions: await rows(
    sql,
    `SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
  ),
});

describe('migrate', () => {
  it('makes the schema in an empty database, reports each step and records it with its checksum', async () => {
    await using database = await createTestDatabase({ empty: true });
    const messages = await run(database);
    expect(messages).to.have.length(SHARED + ours);
    expect(messages[0]).to.equal('applied 001_create_composes.sql');
    expect(await rows(database.sql, 'SELECT version FROM schema_version')).to.deep.equal([{ version: SHARED }]);
    const files = (await readdir(ADDITIONS)).sort();
    const recorded = await rows(
      database.sql,
      'SELECT number, file, checksum, applied_at IS NULL AS open FROM image_builder_additions ORDER BY number',
    );
    expect(recorded).to.deep.equal(
      await Promise.all(
        files.map(async (file, index) => {
          const checksum = hash('sha256', await readFile(join(ADDITIONS, file)));
          return { number: index + 1, file, checksum, open: false };
        }),
      ),
    );
  });

  it('makes a schema that fits every query of the service', async () => {
    await using database = await createTestDatabase({ empty: true });
    await run(database);
    const db = createDatabase({ ...database.config, poolSize: 2 }, { composeTexts });
    try {
      expect(await db.composes.list('1', ALL_COMPOSES, FIRST_PAGE)).to.include({ found: 0, items: '' });
      const limit = { quota: 2, slidingWindow: 1e18 };
      const reserve = (composes: number) => reserveComposes(db, { composes, limit });
      expect(await reserve(2)).to.have.length(2);
      expect(await reserve(1)).to.equal(null);
    } finally {
      await db.close();
    }
  });

  it('does nothing to a database that is current', async () => {
    await using database = await createTestDatabase({ empty: true });
    await run(database);
    const before = await schemaOf(database);
    expect(await run(database)).to.deep.equal([]);
    expect(await schemaOf(database)).to.deep.equal(before);
  });

  it('applies everything exactly once when several start together', async () => {
    await using database = await createTestDatabase({ empty: true });
    const applied = await Promise.all([run(database), run(database), run(database)]);
    // A process that waits for another one reports that.
    const steps = applied.map((messages) => messages.filter((message) => message.startsWith('applied ')).length);
    expect(steps.sort((a, b) => a - b)).to.deep.equal([0, 0, SHARED + ours]);
  });

  it('continues where an older release of the original stopped, and keeps the rows', async () => {
    await using database = await asTheOriginalLeftIt(9);
    const { sql } = database;
    await sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
      VALUES ('00000000-0000-0000-0000-000000000001', '{}', now(), '1', '1')`,
    );
    const names = ['same', 'same', 'other', 'same'];
    for (const [index, name] of names.entries()) {
      await sql.query(
        `INSERT INTO blueprints (id, org_id, account_number, name, created_at)
        VALUES ('00000000-0000-0000-0000-00000000000${index}', '1', '1', '${name}', timestamp '2024-01-01' + interval '${index} days')`,
      );
    }
    const messages = await run(database);
    expect(messages).to.have.length(SHARED - 9 + ours);
    expect(messages[0]).to.match(/^applied 010_/);
    expect(await rows(sql, 'SELECT deleted, client_id FROM composes')).to.deep.equal([
      { deleted: false, client_id: null },
    ]);
    const renamed = (await rows(sql, 'SELECT name FROM blueprints ORDER BY id')) as { name: string }[];
    expect(renamed.map(({ name }) => name.replace(/ \(renamed at .*\)$/, ' (renamed)'))).to.deep.equal([
      ...['same', 'same 2 (renamed)', 'other', 'same 3 (renamed)'],
    ]);

    await using fresh = await createTestDatabase({ empty: true });
    await run(fresh);
    expect(await schemaOf(database)).to.deep.equal(await schemaOf(fresh));
  });

  it('adopts a database of the original: the rows stay as they are, and only our additions are made', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const given = createGiven(database.sql);
    const blueprint = await given.blueprint({ metadata: { parent_id: null }, versions: [{ name: 'old' }, {}] });
    await given.compose({ imageName: 'x', blueprintVersionId: blueprint.versionIds[0] as string });
    await given.compose({ deleted: true, createdAt: new Date('2021-01-01T00:00:00Z') });
    const columns = (await rows(
      database.sql,
      `SELECT table_name, string_agg(column_name, ', ' ORDER BY ordinal_position) AS names
      FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name ORDER BY table_name`,
    )) as { table_name: string; names: string }[];
    expect(columns.map((table) => table.table_name)).to.deep.equal([
      ...['blueprint_versions', 'blueprints', 'composes', 'schema_version'],
    ]);
    const content = async (): Promise<unknown[][]> => {
      const found: unknown[][] = [];
      for (const { table_name: table, names } of columns) {
        found.push(await rows(database.sql, `SELECT ${names} FROM ${table} ORDER BY 1`));
      }
      return found;
    };
    const before = await content();

    const messages = await run(database);
    expect(messages).to.have.length(ours);
    expect(await content()).to.deep.equal(before);
    // The original compares this number with its own and would refuse another one.
    expect(await rows(database.sql, 'SELECT * FROM schema_version')).to.deep.equal([{ version: SHARED }]);
  });

  it('leaves an index unchanged that was created beforehand', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    const text = await readFile(join(ADDITIONS, '008_index_shared_tables.sql'), 'utf8');
    const [statement] = /CREATE INDEX CONCURRENTLY IF NOT EXISTS blueprints_org_id_name_id_idx[^;]+;/.exec(text) ?? [];
    await sql.query(statement ?? '');
    const find = `SELECT 'blueprints_org_id_name_id_idx'::regclass::oid AS id`;
    const before = await rows(sql, find);
    expect(await run(database)).to.have.length(ours);
    expect(await rows(sql, find)).to.deep.equal(before);
    await using fresh = await createTestDatabase({ empty: true });
    await run(fresh);
    expect(await schemaOf(database)).to.deep.equal(await schemaOf(fresh));
  });

  for (const version of [SHARED + 1, 99, -1]) {
    it(`refuses a database at version ${version}, and changes nothing`, async () => {
      await using database = await asTheOriginalLeftIt(SHARED);
      await database.sql.query(`UPDATE schema_version SET version = ${version}`);
      expect(await failure(database)).to.equal(
        `public.schema_version says ${version}, expected a number from 0 to ${SHARED}`,
      );
      expect(await rows(database.sql, "SELECT to_regclass('image_builder_additions') AS found")).to.deep.equal([
        { found: null },
      ]);
    });
  }

  it('refuses a version table with more than one row', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    await database.sql.query('INSERT INTO schema_version (version) VALUES (3)');
    expect(await failure(database)).to.equal('public.schema_version holds 2 rows, expected one');
  });

  it('leaves a database alone that has additions of a newer release', async () => {
    await using database = await createTestDatabase();
    await database.sql.query(
      `INSERT INTO image_builder_additions (number, file, checksum, applied_at) VALUES (99, '099_newer.sql', 'c', now())`,
    );
    expect(await run(database)).to.deep.equal([]);
  });

  it('refuses a database that was migrated with another text of an addition, by the name of the file', async () => {
    await using database = await createTestDatabase();
    await database.sql.query(`UPDATE image_builder_additions SET checksum = 'c' WHERE number = 4`);
    expect(await failure(database)).to.equal(
      '004_create_tables.sql: the database was migrated with another text of this file (004_create_tables.sql, c)',
    );
  });

  it('refuses a database whose record of additions has other columns, and changes nothing', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    await database.sql.query('CREATE TABLE public.image_builder_additions (version int4 NOT NULL)');
    await database.sql.query('INSERT INTO public.image_builder_additions (version) VALUES (29)');
    const before = await schemaOf(database);
    expect(await failure(database)).to.equal(
      '001_add_columns_to_composes.sql: column "number" of relation "image_builder_additions" does not exist',
    );
    expect(await schemaOf(database)).to.deep.equal(before);
  });

  it('undoes a migration that fails, names it, and can be run again', async () => {
    await using database = await asTheOriginalLeftIt(9);
    await database.sql.query('CREATE INDEX blueprints_name_unique ON blueprints (name)');
    expect(await failure(database)).to.match(/^011_make_blueprint_names_unique\.sql: /);
    expect(await rows(database.sql, 'SELECT version FROM schema_version')).to.deep.equal([{ version: 10 }]);
    await database.sql.query('DROP INDEX blueprints_name_unique');
    expect(await run(database)).to.have.length(SHARED - 10 + ours);
  });

  it('applies everything under any timeouts of the database', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const name = database.config.database;
    for (const setting of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
      await database.sql.query(`ALTER DATABASE ${name} SET ${setting} = 1`);
    }
    await createGiven(database.sql).compose();
    expect(await run(database)).to.have.length(ours);
  });

  /** Resolves when a query has a row. */
  const until = async (sql: Client, query: string): Promise<void> => {
    while ((await rows(sql, query)).length === 0) await new Promise(setImmediate);
  };

  /** A transaction that every index built concurrently waits for, and that locks no table. */
  const openSnapshot = async ({ config }: TestDatabase): Promise<Client> => {
    const client = await connectTo(config, config.database);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    return client;
  };

  it('builds an index again after a run was killed while it built the index', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    const holder = await openSnapshot(database);
    const failing = failure(database);
    await until(
      sql,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index
      WHERE datname = current_database() AND phase = 'waiting for old snapshots'`,
    );
    expect(await failing).to.match(/^008_index_shared_tables\.sql: /);
    const invalid = 'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid';
    expect(await rows(sql, invalid)).to.deep.equal([{ name: 'composes_org_id_created_at_job_id_idx' }]);
    await holder.query('COMMIT');
    await holder.end();
    expect((await run(database))[0]).to.equal('applied 008_index_shared_tables.sql');
    expect(await rows(sql, invalid)).to.deep.equal([]);
    await using fresh = await createTestDatabase({ empty: true });
    await run(fresh);
    expect(await schemaOf(database)).to.deep.equal(await schemaOf(fresh));
  });

  it('waits for an index that another session builds at the moment', async () => {
    await using database = await createTestDatabase();
    const { sql, config } = database;
    await sql.query('DELETE FROM image_builder_additions WHERE number = 8; DROP INDEX composes_needs_indexing_idx');
    const holder = await openSnapshot(database);
    const builder = await connectTo(config, config.database);
    const text = 'CREATE INDEX CONCURRENTLY composes_needs_indexing_idx ON composes (org_id) WHERE needs_indexing';
    const built = builder.query(text);
    await until(sql, `SELECT FROM pg_stat_progress_create_index WHERE phase = 'waiting for old snapshots'`);
    const find = `SELECT 'composes_needs_indexing_idx'::regclass::oid AS id`;
    const before = await rows(sql, find);
    const migrating = run(database);
    await until(sql, `SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 3628731257`);
    await holder.query('COMMIT');
    await Promise.all([holder.end(), built.then(() => builder.end())]);
    expect(await migrating).to.deep.equal(['applied 008_index_shared_tables.sql']);
    expect(await rows(sql, find)).to.deep.equal(before);
  });

  it('resumes a fill where a run was killed', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    await sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
      SELECT md5(number::text)::uuid, '{}', now(), '', '1' FROM generate_series(1, 500) AS number`,
    );
    const made: string[] = [];
    const makeTexts: typeof composeTexts = (compose) => {
      if (made.length === 120) throw new Error('killed');
      made.push(compose.request);
      return composeTexts(compose);
    };
    let message = '';
    await run(database, makeTexts).catch((error: unknown) => void (message = (error as Error).message));
    expect(message).to.equal('007_fill_composes.sql: killed');
    const count = 'SELECT count(*)::int AS total FROM compose_statuses WHERE request_text IS NOT NULL';
    expect(await rows(sql, count)).to.deep.equal([{ total: 100 }]);
    const again: string[] = [];
    await run(database, (compose) => {
      again.push(compose.request);
      return composeTexts(compose);
    });
    expect(again).to.have.length(400);
    expect(await rows(sql, count)).to.deep.equal([{ total: 500 }]);
  });

  it('indexes existing rows for lists: composes of the last 14 days, and blueprints', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    const given = createGiven(sql);
    const body = (distribution: unknown, ...types: unknown[]) => ({
      distribution,
      image_requests: types.map((type) => ({ image_type: type })),
    });
    const { id, versionIds } = await given.blueprint({
      versions: [body('centos-9', 'aws'), body('rhel-9', 'gcp', 'wsl', 'gcp', 5, 'l'.repeat(101))],
    });
    const single = await given.blueprint({ versions: [body(['x'])], createdAt: new Date('2024-01-01T00:00:00Z') });
    await given.blueprint({ versions: [body('centos-9', 'aws')], deleted: true });
    const recent = await given.compose({ blueprintVersionId: versionIds[1] ?? null, clientId: 'api' });
    await given.compose({ createdAt: new Date(Date.now() - 15 * 24 * 3600_000) });
    await given.compose({ deleted: true });
    await run(database);

    expect(
      await rows(
        sql,
        `SELECT job_id, composes.org_id = statuses.org_id AND composes.created_at = statuses.created_at AS same, status,
          distribution, image_type, request_text = request::text AS shown, item_members
        FROM compose_statuses AS statuses JOIN composes USING (job_id)`,
      ),
    ).to.deep.equal([
      {
        ...{ job_id: recent, same: true, status: null, distribution: 'centos-9', image_type: 'guest-image' },
        ...{ shown: true, item_members: `,"client_id":"api","blueprint_id":"${id}","blueprint_version":2` },
      },
    ]);
    expect(await rows(sql, 'SELECT * FROM blueprint_attributes ORDER BY kind, value')).to.deep.equal(
      [
        ['distribution', 'rhel-9'],
        ['image_type', 'gcp'],
        ['image_type', 'wsl'],
      ].map(([kind, value]) => ({ blueprint_id: id, kind, key: '', value, org_id: '000000' })),
    );
    const times = await rows(
      sql,
      `SELECT blueprints.id, coalesce(changed_at, created_at) = (
        SELECT max(created_at) FROM blueprint_versions WHERE blueprint_id = blueprints.id
      ) AS known FROM blueprints WHERE NOT deleted`,
    );
    expect(times).to.have.deep.members([
      { id, known: true },
      { id: single.id, known: true },
    ]);
    for (const table of ['composes', 'blueprint_versions']) {
      expect(await rows(sql, `SELECT FROM ${table} WHERE needs_indexing`)).to.deep.equal([]);
    }
  });

  it('indexes at its end the rows that another implementation has stored meanwhile', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    await createGiven(sql).compose();
    let storing = null as Promise<unknown> | null;
    await run(database, (compose) => {
      // The walk along the ids has passed this one.
      storing ??= sql.query(
        `WITH blueprint AS (
          INSERT INTO blueprints (id, org_id, account_number, name) VALUES ('${NIL}', '1', '1', 'late') RETURNING id
        ), version AS (
          INSERT INTO blueprint_versions (id, blueprint_id, version, body)
          SELECT id, id, 1, '{"distribution": "rhel-9"}' FROM blueprint
        )
        INSERT INTO composes (job_id, request, created_at, account_number, org_id)
        VALUES ('${NIL}', '{}', CURRENT_TIMESTAMP, '1', '1')`,
      );
      return composeTexts(compose);
    });
    await storing;
    for (const table of ['composes', 'blueprint_versions']) {
      expect(await rows(sql, `SELECT FROM ${table} WHERE needs_indexing`)).to.deep.equal([]);
    }
    expect(await rows(sql, 'SELECT value FROM blueprint_attributes')).to.deep.equal([{ value: 'rhel-9' }]);
    expect(await rows(sql, `SELECT org_id FROM compose_statuses WHERE job_id = '${NIL}'`)).to.deep.equal([
      { org_id: '1' },
    ]);
  });

  it('leaves out an optional index that the server refuses, and builds it once the server allows it', async () => {
    await using database = await createTestDatabase({ empty: true });
    const { sql, config } = database;
    const user = `plain_${randomBytes(6).toString('hex')}`;
    await sql.query(`CREATE ROLE ${user} LOGIN PASSWORD 'test'; GRANT ALL ON SCHEMA public TO ${user}`);
    try {
      const messages: string[] = [];
      const plain = { ...config, user, password: 'test' };
      expect(await migrate(plain, composeTexts, (message) => void messages.push(message))).to.equal(SHARED + ours - 1);
      expect(messages.filter((message) => message.startsWith('left out '))).to.deep.equal([
        'left out 009_index_blueprint_texts.sql: permission denied to create extension "pg_trgm"',
      ]);
      expect(await run(database)).to.deep.equal(['applied 009_index_blueprint_texts.sql']);
    } finally {
      await sql.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
    }
  });

  it('holds no lock of a table while it waits for the lock of another table', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    const locked: unknown[] = [];
    for (const step of await readSteps(ADDITIONS)) {
      if (step.kind !== 'transaction') continue;
      await sql.query('BEGIN');
      await sql.query(step.text);
      const tables = await rows(
        sql,
        `SELECT DISTINCT relation::regclass::text AS name FROM pg_locks
        WHERE pid = pg_backend_pid() AND mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
          AND relation IN ('composes'::regclass, 'blueprints'::regclass, 'blueprint_versions'::regclass)`,
      );
      locked.push(tables.map((table) => (table as { name: string }).name));
      await sql.query('COMMIT');
    }
    expect(locked).to.deep.equal([['composes'], ['blueprint_versions'], ['blueprints'], [], []]);
  });
});

describe('the connection of a migration', () => {
  it('has the name of the program, no time limits, and vacuums slowly', async () => {
    await using database = await createTestDatabase();
    const settings = await withMigrationClient(database.config, (client) =>
      rows(
        client,
        `SELECT name, setting FROM pg_settings WHERE name IN ('application_name', 'statement_timeout', 'lock_timeout',
          'idle_in_transaction_session_timeout', 'vacuum_cost_delay') ORDER BY name`,
      ),
    );
    expect(settings).to.deep.equal([
      { name: 'application_name', setting: 'image-builder-migrate' },
      { name: 'idle_in_transaction_session_timeout', setting: '0' },
      { name: 'lock_timeout', setting: '0' },
      { name: 'statement_timeout', setting: '0' },
      { name: 'vacuum_cost_delay', setting: '2' },
    ]);
  });
});

describe('prepareDatabase', () => {
  it('makes the schema and the job queue, also when several processes start together', async () => {
    await using database = await createTestDatabase({ empty: true });
    const prepare = () => prepareDatabase(database.config, () => {});
    const applied = await Promise.all([prepare(), prepare(), prepare()]);
    expect(Math.max(...applied)).to.be.above(SHARED + ours);
    expect(await prepare()).to.equal(0);
    expect(await planDatabase(database.config)).to.deep.equal([]);
  });
});

describe('planDatabase', () => {
  it('names every pending step with the rows and locks of its tables, and changes nothing', async () => {
    await using database = await asTheOriginalLeftIt(14);
    await createGiven(database.sql).compose();
    await database.sql.query('ANALYZE');
    const before = await schemaOf(database);
    const lines = await planDatabase(database.config);
    expect(await schemaOf(database)).to.deep.equal(before);
    const steps = lines.filter((line) => !line.startsWith(' '));
    expect(steps.map((line) => line.split(':')[0])).to.deep.equal([
      ...['015_drop_clones.sql', ...(await readdir(ADDITIONS)).sort(), 'job queue'],
    ]);
    const at = (file: string): number => steps.findIndex((line) => line.startsWith(file));
    const once = 'one transaction; repeated while a lock is not granted within 50 ms';
    expect(steps[at('015_drop')]).to.equal(`015_drop_clones.sql: ${once}`);
    expect(steps[at('001_add')]).to.equal(`001_add_columns_to_composes.sql: ${once}`);
    expect(steps[at('009_index')]).to.equal(
      '009_index_blueprint_texts.sql: one statement after the other, concurrently with reads and writes; left out where the server refuses it',
    );
    expect(steps[at('007_fill')]).to.equal('007_fill_composes.sql: batches of short statements');
    const tables = lines.filter((line) => line.startsWith(' ')).map((line) => line.replace(/, \d+ (?:bytes|kB);/, ';'));
    const concurrently = 'SHARE UPDATE EXCLUSIVE, which reads and writes do not wait for';
    expect(tables).to.deep.equal([
      '  clones: about 0 rows; ACCESS EXCLUSIVE',
      '  composes: about 1 rows; ACCESS EXCLUSIVE',
      '  blueprint_versions: about 0 rows; ACCESS EXCLUSIVE',
      '  blueprints: about 0 rows; ACCESS EXCLUSIVE',
      '  blueprints: about 0 rows; ROW EXCLUSIVE, and locks of the rows of a batch',
      '  composes: about 1 rows; ROW EXCLUSIVE, and locks of the rows of a batch',
      `  blueprint_versions: about 0 rows; ${concurrently}`,
      `  blueprints: about 0 rows; ${concurrently}`,
      `  composes: about 1 rows; ${concurrently}`,
      `  blueprints: about 0 rows; ${concurrently}`,
      `  blueprint_versions: about 0 rows; ${concurrently}`,
      `  blueprints: about 0 rows; ${concurrently}`,
      `  composes: about 1 rows; ${concurrently}`,
      '  blueprint_versions: about 0 rows; ROW EXCLUSIVE, and locks of the rows of a batch',
      '  composes: about 1 rows; ROW EXCLUSIVE, and locks of the rows of a batch',
    ]);
  });

  it('has no line for a database that is current', async () => {
    await using database = await createTestDatabase();
    expect(await planDatabase(database.config)).to.deep.equal([]);
  });
});
