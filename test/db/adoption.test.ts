// A database of the original service, taken over while the original goes on running on it.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { connectTo } from '../../scripts/support/databases.ts';
import { composeTexts } from '../../src/domain/compose-requests/compose-texts.ts';
import { createDatabase, type Database } from '../../src/db/index.ts';
import { prepareDatabase } from '../../src/maintenance/prepare-database.ts';
import type { TestDatabase } from '../support/database.ts';
import { createGiven, guestImageRequest, type GivenCompose } from '../support/given.ts';
import { answersOf, createWrites, type Subject } from './original-queries.ts';
import { ALL_COMPOSES, FIRST_PAGE, asTheOriginalLeftIt } from './support.ts';
import { storeCompose } from '../support/reservations.ts';

const SHARED = 15;
const OLD = '000001';
const BUSY = '000002';

/** Milliseconds that a statement of the original may wait for a lock: then it fails. The migration itself gives way after 50. */
const LONGEST_WAIT = 2_000;

const ago = (hours: number): Date => new Date(Date.now() - hours * 3600_000);

/** Rows of every shape that the original's schema can hold. No two builds and versions of a list are of the same moment. */
async function fill(sql: Client): Promise<Subject> {
  const given = createGiven(sql);
  const orgId = OLD;
  const image = (type: string, more = {}) => ({ ...guestImageRequest, image_type: type, ...more });
  const request = (type: string) => ({ distribution: 'centos-9', image_requests: [image(type)] });
  const { id: web, versionIds } = await given.blueprint({
    ...{ orgId, name: 'web', description: 'Größe', createdAt: ago(1_000) },
    versions: [
      { name: 'an old body' },
      { customizations: { users: [{ name: 'me', password: null }] } },
      { image_requests: [] },
    ],
    ...{ metadata: { parent_id: null, exported_at: '2024' }, serviceSnapshots: { compliance: { policy_id: 'p' } } },
  });
  const blueprints = [
    { name: 'n'.repeat(200), description: 'd'.repeat(250), createdAt: ago(900) },
    { name: '', description: null, createdAt: ago(800), metadata: [] },
    { name: randomUUID(), description: 'web', deleted: true, createdAt: ago(700) },
    {
      name: 'WEB ü',
      metadata: { is_on_prem: true },
      createdAt: ago(600),
      versions: [{ a: [1, 2.5, 12345678901234567890n.toString()] }],
    },
  ];
  const blueprintIds = [web];
  for (const blueprint of blueprints) blueprintIds.push((await given.blueprint({ orgId, ...blueprint })).id);
  // A blueprint that lost its versions, or never got one.
  const empty = randomUUID();
  await sql.query(
    `INSERT INTO blueprints (id, org_id, account_number, name, created_at) VALUES ($1, $2, '', 'empty', '2020-01-01')`,
    [empty, orgId],
  );
  const builds: readonly GivenCompose[] = [
    { orgId, request: request('aws'), createdAt: ago(1), imageName: 'i'.repeat(100), clientId: 'ui' },
    { orgId, request: request('guest-image'), createdAt: ago(2), accountNumber: '', email: '' },
    { orgId, request: request('gcp'), createdAt: ago(3), blueprintVersionId: versionIds[0] ?? null },
    { orgId, request: request('aws'), createdAt: ago(4), blueprintVersionId: versionIds[2] ?? null },
    { orgId, createdAt: ago(5), deleted: true, blueprintVersionId: versionIds[1] ?? null },
    { orgId, request: {}, createdAt: ago(6) },
    { orgId, request: [], createdAt: ago(7) },
    { orgId, request: 'text', createdAt: ago(8) },
    { orgId, request: request('vsphere'), createdAt: new Date('2021-01-01T00:00:00Z') },
    { orgId: 'somebody else', createdAt: ago(9) },
  ];
  const composeIds: string[] = [];
  for (const build of builds) composeIds.push(await given.compose(build));
  await sql.query('UPDATE composes SET email = NULL WHERE job_id = $1', [composeIds[1]]);
  await sql.query(
    `UPDATE composes SET request = '{"image_requests": [{"size": 18446744073709551615, "text": "\\u0001"}]}' WHERE job_id = $1`,
    [composeIds[5]],
  );
  return { orgId, composeIds, blueprintIds: [...blueprintIds, empty] };
}

/** Many more, so that the migration has something to do. */
async function multiply(sql: Client): Promise<void> {
  await sql.query(
    `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
    SELECT md5('compose ' || number)::uuid, '{"distribution": "rhel-9"}', now() - number * interval '1 minute', '', 'org ' || number % 100
    FROM generate_series(1, 4000) AS number`,
  );
  await sql.query(
    `WITH made AS (
      INSERT INTO blueprints (id, org_id, account_number, name)
      SELECT md5('blueprint ' || number)::uuid, 'org ' || number % 100, '', number::text
      FROM generate_series(1, 600) AS number RETURNING id
    )
    INSERT INTO blueprint_versions (id, blueprint_id, version, body)
    SELECT md5(id::text || version)::uuid, id, version, '{}' FROM made, generate_series(1, 3) AS version`,
  );
}

/**
 * Where and by which transaction every row was written, and the files that the tables are in. A rewrite changes that. Rows of blueprints
 * are written where they get the time of a newer version.
 */
async function placesOf(sql: Client): Promise<unknown> {
  const places: Record<string, unknown> = {};
  for (const table of ['composes', 'blueprints', 'blueprint_versions']) {
    const tuple =
      table === 'blueprints' ? `tuple.id::text` : `tuple.ctid::text || tuple.xmin::text || tuple.xmax::text`;
    // What the busy original writes meanwhile is left out.
    const { rows } = await sql.query(
      `SELECT (SELECT relfilenode FROM pg_class WHERE oid = $1::regclass) AS file, count(*)::int AS rows,
        md5(string_agg(${tuple}, ',' ORDER BY ${tuple})) AS tuples
      FROM ${table} AS tuple
      WHERE ${table === 'blueprint_versions' ? `blueprint_id NOT IN (SELECT id FROM blueprints WHERE org_id = $2)` : 'org_id <> $2'}`,
      [table, BUSY],
    );
    places[table] = rows;
  }
  return places;
}

/** The original service at work, on a connection of its own, until it is told to stop. Fails at its first failing query. */
async function startOriginal({ config }: TestDatabase, readsAbout: Subject) {
  const sql = await connectTo(config, config.database);
  await sql.query(`SET TIME ZONE 'UTC'; SET lock_timeout = ${LONGEST_WAIT}`);
  const writes = createWrites(sql, BUSY);
  let stopping = false;
  let rounds = 0;
  const work = async (): Promise<void> => {
    for (; !stopping; rounds += 1) {
      const { id, versionId } = await writes.insertBlueprint(`busy ${rounds}`);
      const compose = await writes.insertCompose(versionId);
      expect(await writes.updateBlueprint(id, `busy ${rounds}, changed`)).to.equal(1);
      await answersOf(sql, { ...readsAbout, composeIds: readsAbout.composeIds.slice(0, 1) });
      const own = await answersOf(sql, { orgId: BUSY, composeIds: [compose], blueprintIds: [id] });
      expect(own['get compose']).to.have.deep.nested.property('[0][0].job_id', compose);
      expect(own['latest version number']).to.deep.equal([[{ version: 2 }]]);
      if (rounds % 2 === 0) expect(await writes.deleteCompose(compose)).to.equal(1);
      if (rounds % 3 === 0) expect(await writes.deleteBlueprint(id)).to.equal(1);
    }
  };
  const working = work();
  let failure: unknown = null;
  working.catch((error: unknown) => (failure = error));
  return {
    /** @throws what it failed with */
    rounds: (): number => {
      if (failure !== null) throw failure as Error;
      return rounds;
    },
    stop: async (): Promise<void> => {
      stopping = true;
      await working.finally(() => sql.end());
    },
  };
}

/** Waits until something has happened that much more often. */
async function more(count: () => number, times: number): Promise<void> {
  const before = count();
  while (count() < before + times) await new Promise(setImmediate);
}

async function withOurs(database: TestDatabase, work: (db: Database) => Promise<void>): Promise<void> {
  const db = createDatabase({ ...database.config, poolSize: 2 }, { composeTexts });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

describe('a database of the original that is adopted', () => {
  it('is not rewritten, returns the same rows to every query of the original, and delays none of them', async function () {
    this.timeout(120_000);
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    const subject = await fill(sql);
    await multiply(sql);
    const original = await startOriginal(database, subject);
    await more(original.rounds, 2);
    const [places, answers] = [await placesOf(sql), await answersOf(sql, subject)];

    expect(await prepareDatabase(database.config, () => {})).to.be.above(0);
    await more(original.rounds, 2);
    await original.stop();

    expect(await placesOf(sql)).to.deep.equal(places);
    expect(await answersOf(sql, subject)).to.deep.equal(answers);
    // Or else the comparison says little.
    expect(Object.entries(answers).filter(([, own]) => own.flat().length === 0)).to.deep.equal([]);
    expect((await sql.query('SELECT * FROM schema_version')).rows).to.deep.equal([{ version: SHARED }]);
    expect(await prepareDatabase(database.config, () => {})).to.equal(0);
  });

  it('can be read and written by the original while a long transaction delays the migration', async function () {
    this.timeout(120_000);
    await using database = await asTheOriginalLeftIt(SHARED);
    const subject = await fill(database.sql);
    // A dump, or a forgotten session: it has read the tables, and holds them.
    const reader = await connectTo(database.config, database.config.database);
    await reader.query('BEGIN; SELECT FROM composes, blueprints, blueprint_versions LIMIT 1');
    const original = await startOriginal(database, subject);
    const messages: string[] = [];
    const migrating = prepareDatabase(database.config, (message) => void messages.push(message));
    const waits = (): number => {
      original.rounds();
      return messages.filter((message) => message.endsWith('waits for a table that is in use')).length;
    };
    await more(waits, 2);
    await more(original.rounds, 2);
    await reader.query('COMMIT');
    await reader.end();
    expect(await migrating).to.be.above(0);
    await original.stop();
  });

  it('shows each service the rows that the other one writes', async () => {
    await using database = await asTheOriginalLeftIt(SHARED);
    const { sql } = database;
    const subject = await fill(sql);
    await prepareDatabase(database.config, () => {});
    const original = createWrites(sql, OLD);
    await withOurs(database, async (db) => {
      const theirs = await original.insertBlueprint('of the original');
      const build = await original.insertCompose(theirs.versionId);
      expect(await original.updateBlueprint(theirs.id, 'changed by the original')).to.equal(1);
      expect(await db.blueprints.find(OLD, theirs.id)).to.include({ name: 'changed by the original', version: 2 });
      const { items } = await db.composes.list(OLD, ALL_COMPOSES, { ...FIRST_PAGE, limit: 1 });
      expect(JSON.parse(items)).to.include({ id: build });
      const ofBlueprint = { ...ALL_COMPOSES, blueprint: { id: theirs.id, version: 1 } };
      expect((await db.composes.list(OLD, ofBlueprint, FIRST_PAGE)).counted?.count).to.equal(1);

      const ours = randomUUID();
      const stored = await db.blueprints.insert(
        {
          ...{
            id: ours,
            versionId: randomUUID(),
            author: null,
            orgId: OLD,
            accountNumber: '500',
            name: 'ours',
            description: 'web',
          },
          ...{ metadata: null, labels: null, body: { customizations: {}, image_requests: [] }, serviceSnapshots: null },
        },
        { idempotencyId: null, audit: null },
      );
      expect(stored).to.equal(true);
      await storeCompose(db, { request: {}, account_number: '500', org_id: OLD, client_id: 'api' });
      expect(await original.updateBlueprint(ours, 'ours, changed by the original')).to.equal(1);
      expect(await db.blueprints.find(OLD, ours)).to.include({ version: 2 });
      expect(await db.composes.delete(OLD, build, null)).to.equal(true);
      const answers = await answersOf(sql, { ...subject, blueprintIds: [ours], composeIds: [build] });
      expect(answers['get blueprint']?.[0]?.[0]).to.include({ name: 'ours, changed by the original', version: 2 });
      expect(answers['get compose']).to.deep.equal([[]]);
      expect(answers['blueprints by name']?.[0]).to.have.length(1);
      expect(answers['list blueprints']?.[0]?.map(({ id }) => id)).to.include.members([ours, theirs.id]);
    });
  });
});
