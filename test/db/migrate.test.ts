import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { createDatabase } from '../../src/db/index.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createGiven } from '../support/given.ts';
import { asTheOriginalLeftIt } from './support.ts';

const ADDITIONS = join(import.meta.dirname, '../../src/db/additions');
const SHARED = 15;
const ours = (await readdir(ADDITIONS)).length;

const run = async ({ config }: TestDatabase): Promise<string[]> => {
  const messages: string[] = [];
  const applied = await migrate(config, (message) => void messages.push(message));
  expect(applied).to.equal(messages.length);
  return messages;
};

const failure = async (database: TestDatabase): Promise<string> => {
  try {
    await run(database);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the migration succeeded');
};

const rows = async (sql: Client, query: string): Promise<unknown[]> => (await sql.query(query)).rows;

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
  it('makes the schema in an empty database, and tells what it applied', async () => {
    await using database = await createTestDatabase({ empty: true });
    const messages = await run(database);
    expect(messages).to.have.length(SHARED + ours);
    expect(messages[0]).to.equal('applied 001_create_composes.sql');
    expect(await rows(database.sql, 'SELECT version FROM schema_version')).to.deep.equal([{ version: SHARED }]);
    expect(await rows(database.sql, 'SELECT version FROM image_builder_additions')).to.deep.equal([{ version: ours }]);
  });

  it('makes a schema that every query of the service can work on', async () => {
    await using database = await createTestDatabase({ empty: true });
    await run(database);
    const db = createDatabase({ ...database.config, poolSize: 2 });
    try {
      expect(await db.composes.list('1', [], { limit: 1, offset: 0 })).to.deep.equal({ total: 0, rows: [] });
      expect((await db.reservations.reserve('1', 2, { quota: 2, slidingWindow: 1e18 })).reserved).to.have.length(2);
      expect((await db.reservations.reserve('1', 1, { quota: 2, slidingWindow: 1e18 })).reserved).to.equal(null);
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
    expect(applied.map(({ length }) => length).sort((a, b) => a - b)).to.deep.equal([0, 0, SHARED + ours]);
  });

  it('goes on from where an older release stopped, and keeps the rows', async () => {
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

  it('takes the index of composes as it is where it was made beforehand', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const runbook = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
    const [statement] = /CREATE INDEX CONCURRENTLY composes_[^;]+;/.exec(runbook) ?? [];
    await database.sql.query(statement ?? '');
    expect(await run(database)).to.have.length(ours);
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

  it('leaves a database alone whose additions are of a newer release', async () => {
    await using database = await createTestDatabase();
    await database.sql.query('UPDATE image_builder_additions SET version = 99');
    expect(await run(database)).to.deep.equal([]);
  });

  it('undoes a migration that fails, names it, and can be run again', async () => {
    await using database = await asTheOriginalLeftIt(9);
    await database.sql.query('CREATE INDEX blueprints_name_unique ON blueprints (name)');
    expect(await failure(database)).to.match(/^011_make_blueprint_names_unique\.sql: /);
    expect(await rows(database.sql, 'SELECT version FROM schema_version')).to.deep.equal([{ version: 10 }]);
    await database.sql.query('DROP INDEX blueprints_name_unique');
    expect(await run(database)).to.have.length(SHARED - 10 + ours);
  });

  /** What the operations manual does beforehand, where there are very many builds. */
  const beforehand = async (): Promise<readonly string[]> => {
    const manual = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
    const [indexes, columns] = ['make the large indexes beforehand', 'do it beforehand, in steps'].map((text) => {
      const block = /```sql\n([^]*?)```/.exec(manual.slice(manual.indexOf(text)))?.[1];
      return block ?? expect.fail(`the manual does not say ${text}`);
    });
    const statements = `${columns}${indexes}`.replaceAll(/^ *--.*$/gm, '').split(';');
    // The first of the indexes is one of the first addition, which later ones replace.
    return statements.filter((text) => text.trim() !== '' && !text.includes('composes_org_id_created_at_job_id_idx'));
  };

  for (const prepared of [false, true]) {
    it(`takes over what an older release stored, for filters of lists${prepared ? ', also where that was prepared' : ''}`, async () => {
      await using database = await asTheOriginalLeftIt(SHARED);
      const { sql } = database;
      const older = (await readdir(ADDITIONS)).sort().slice(0, 14);
      for (const file of older) await sql.query(await readFile(join(ADDITIONS, file), 'utf8'));
      await sql.query('CREATE TABLE public.image_builder_additions (version int4 NOT NULL)');
      await sql.query('INSERT INTO public.image_builder_additions (version) VALUES (14)');
      const given = createGiven(sql);
      const id = await given.compose({ orgId: '000001' });
      await sql.query(`INSERT INTO compose_statuses (job_id, status) VALUES ($1, 'failure')`, [id]);
      const image = (type: string) => ({ image_type: type });
      const body = (distribution: string, ...types: string[]) => ({ distribution, image_requests: types.map(image) });
      await given.blueprint({ versions: [body('centos-9', 'aws'), body('rhel-9', 'gcp', 'wsl', 'gcp')] });
      await given.blueprint({ versions: [body('centos-9', 'aws')], deleted: true });
      if (prepared) for (const statement of await beforehand()) await sql.query(statement);
      const late = await given.compose({ orgId: '000002' });
      await sql.query(`INSERT INTO compose_statuses (job_id) VALUES ($1)`, [late]);

      await run(database);
      expect(
        await rows(
          sql,
          `SELECT listed_for, listed_at = created_at AS same FROM compose_statuses JOIN composes USING (job_id) ORDER BY 1`,
        ),
      ).to.deep.equal([
        { listed_for: '000001', same: true },
        { listed_for: '000002', same: true },
      ]);
      expect(await rows(sql, 'SELECT name, value, org_id FROM blueprint_facets ORDER BY 1, 2')).to.deep.equal([
        { name: 'distribution', value: 'rhel-9', org_id: '000000' },
        { name: 'image_type', value: 'gcp', org_id: '000000' },
        { name: 'image_type', value: 'wsl', org_id: '000000' },
      ]);
      await using fresh = await createTestDatabase();
      const indexesOf = (client: Client) =>
        rows(
          client,
          `SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('composes', 'compose_statuses') ORDER BY 1`,
        );
      expect(await indexesOf(sql)).to.deep.equal(await indexesOf(fresh.sql));
    });
  }
});
