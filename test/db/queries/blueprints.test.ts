import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { sql } from 'slonik';
import { z } from 'zod';
import { composeTexts } from '../../../src/domain/compose-requests/compose-texts.ts';
import { batchBlueprintReads } from '../../../src/db/queries/blueprint-lists.ts';
import { batchComposeReads } from '../../../src/db/queries/compose-lists.ts';
import { findBlueprints } from '../../../src/db/queries/blueprints.ts';
import type { BlueprintRow, NewBlueprint, NewVersion, VersionCondition } from '../../../src/db/queries/blueprints.ts';
import { createDatabaseAccess } from '../../../src/db/database.ts';
import { createDatabase, type Database } from '../../../src/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createGiven, type Given } from '../../support/given.ts';
import { ALL_BLUEPRINTS, FIRST_PAGE } from '../support.ts';

const ORG = '000000';
const OTHER = '000001';

const version = (hostname: string): NewVersion => ({
  body: { customizations: { hostname }, image_requests: [] },
  serviceSnapshots: null,
});

const blueprint = (given: Partial<NewBlueprint> = {}): NewBlueprint => ({
  ...{ id: randomUUID(), versionId: randomUUID(), author: 'jdoe', orgId: ORG, accountNumber: '' },
  ...{ name: 'web', description: '', metadata: null, labels: null, ...version('one') },
  ...given,
});

interface Opened extends AsyncDisposable {
  readonly db: Database;
  readonly given: Given;
  readonly sql: TestDatabase['sql'];
}

async function open(): Promise<Opened> {
  const database = await createTestDatabase();
  const db = createDatabase(database.config, { composeTexts });
  return {
    ...{ db, sql: database.sql, given: createGiven(database.sql) },
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

const origin = () => ({ versionId: randomUUID(), author: 'jdoe', audit: null });
const REQUEST = { idempotencyId: null, audit: null };
const change = (name: string) => ({ ...origin(), named: { name, description: 'changed' } });
const names = ({ items }: { readonly items: string }): string[] =>
  (JSON.parse(`[${items}]`) as { name: string }[]).map(({ name }) => name);

/** Gives a blueprint a name and its next version, as an update does that is meant for a version. */
async function update(
  { blueprints }: Database,
  id: string,
  name: string,
  next: NewVersion | ((latest: BlueprintRow) => NewVersion),
  condition: VersionCondition = () => true,
) {
  const latest = await blueprints.find(ORG, id);
  if (latest === null) return 'notFound';
  return blueprints.addVersion(ORG, latest, change(name), (newest) => {
    if (!condition(String(newest.version))) return null;
    return typeof next === 'function' ? next(newest) : next;
  });
}

describe('queries of blueprints', () => {
  it('store a blueprint and find it again', async () => {
    await using database = await open();
    const metadata = { parent_id: null, exported_at: '', is_on_prem: false };
    const serviceSnapshots = { compliance: { policy_id: 'p' } };
    const stored = blueprint({ metadata, serviceSnapshots });
    expect(await database.db.blueprints.insert(stored, REQUEST)).to.equal(true);
    expect(await database.db.blueprints.find(ORG, stored.id)).to.deep.include({
      ...{ id: stored.id, name: 'web', description: '', metadata, version_id: stored.versionId, version: 1 },
      ...{ body: stored.body, service_snapshots: serviceSnapshots, labels: null },
    });
  });

  it('store nothing of a blueprint whose name is taken', async () => {
    await using database = await open();
    await database.db.blueprints.insert(blueprint(), REQUEST);
    expect(await database.db.blueprints.insert(blueprint(), REQUEST)).to.equal(false);
    const { rows } = await database.sql.query('SELECT id FROM blueprint_versions');
    expect(rows).to.have.length(1);
  });

  it('read and change blueprints of one organization only', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ orgId: OTHER, name: 'theirs' });
    const { db } = database;
    const theirs = (await db.blueprints.find(OTHER, id)) ?? expect.fail('it is not there');
    expect(await db.blueprints.find(ORG, id)).to.equal(null);
    expect(await db.blueprints.findLatestVersion(ORG, id)).to.equal(null);
    expect(await db.blueprints.addVersion(ORG, theirs, change('x'), () => version('x'))).to.equal('notFound');
    expect(await db.blueprints.delete(ORG, id, null, null)).to.equal('notFound');
    expect(await db.blueprints.delete(ORG, id, () => true, null)).to.equal('notFound');
    expect(await db.blueprints.setLabels(ORG, id, { team: 'web' }, null)).to.equal(false);
    expect(await db.blueprints.isNameTaken(ORG, 'theirs')).to.equal(false);
    for (const list of [
      db.blueprints.list(ORG, ALL_BLUEPRINTS, FIRST_PAGE),
      db.blueprints.list(ORG, { ...ALL_BLUEPRINTS, search: 'theirs' }, FIRST_PAGE),
      db.blueprints.list(ORG, { ...ALL_BLUEPRINTS, name: 'theirs' }, FIRST_PAGE),
    ])
      expect(await list).to.deep.equal({
        ...{ counted: { count: 0, atLeast: false }, items: '', rest: [], found: 0, next: null },
      });
    const { rows } = await database.sql.query('SELECT name, deleted FROM blueprints');
    expect(rows).to.deep.equal([{ name: 'theirs', deleted: false }]);
  });

  it('return only their own blueprints to concurrent callers of two organizations', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ orgId: OTHER, versions: [{}, {}] });
    const { find } = database.db.blueprints;
    const found = await Promise.all([
      find(ORG, id),
      find(OTHER, id),
      find(ORG, id, 1),
      find(OTHER, id, 1),
      find(ORG, id),
    ]);
    expect(found.map((one) => one?.version ?? null)).to.deep.equal([null, 2, null, 1, null]);
  });

  it('find the version with the highest number, or the requested one', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ versions: [{ v: 1 }, { v: 2 }] });
    await database.sql.query(`UPDATE blueprint_versions SET created_at = '2000-01-01' WHERE version = 2`);
    expect((await database.db.blueprints.find(ORG, id))?.version).to.equal(2);
    expect((await database.db.blueprints.find(ORG, id, 1))?.version).to.equal(1);
    expect(await database.db.blueprints.find(ORG, id, 3)).to.equal(null);
    expect(await database.db.blueprints.find(ORG, id, 2 ** 40)).to.equal(null);
    expect(await database.db.blueprints.findLatestVersion(ORG, id)).to.equal(2);
  });

  it('pass the latest version to the function that makes the next one', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ versions: [{}, { customizations: { hostname: 'before' } }] });
    const outcome = await update(database.db, id, 'renamed', (latest) => {
      expect(latest.version).to.equal(2);
      expect(latest.body.customizations).to.deep.equal({ hostname: 'before' });
      return version('after');
    });
    expect(outcome).to.equal('stored');
    expect(await database.db.blueprints.find(ORG, id)).to.deep.include({
      ...{ name: 'renamed', description: 'changed', version: 3, body: version('after').body },
    });
  });

  it('pass a newer version to that function, when another writer stored it meanwhile', async () => {
    await using database = await open();
    const { db, sql } = database;
    const { id } = await database.given.blueprint();
    const read = (await db.blueprints.find(ORG, id)) ?? expect.fail('it is not there');
    expect(await update(db, id, 'between', version('between'))).to.equal('stored');
    const seen: number[] = [];
    const next = (latest: BlueprintRow) => {
      seen.push(latest.version);
      return version(`after ${latest.version}`);
    };
    expect(await db.blueprints.addVersion(ORG, read, origin(), next)).to.equal('stored');
    expect(seen).to.deep.equal([1, 2]);
    // What another implementation stores does not change the row of the blueprint.
    const again = (await db.blueprints.find(ORG, id)) ?? expect.fail('it is not there');
    await sql.query(`INSERT INTO blueprint_versions (id, blueprint_id, version, body) VALUES ($1, $2, 4, '{}')`, [
      ...[randomUUID(), id],
    ]);
    expect(await db.blueprints.addVersion(ORG, again, origin(), next)).to.equal('stored');
    expect(seen).to.deep.equal([1, 2, 3, 4]);
    expect(await db.blueprints.find(ORG, id)).to.deep.include({
      name: 'between',
      body: version('after 4').body,
      version: 5,
    });
  });

  it('change nothing when making the next version fails', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ name: 'before' });
    const fail = () => {
      throw new Error('no version');
    };
    const failure = await update(database.db, id, 'after', fail).catch((error: unknown) => error);
    expect(failure).to.be.an('error').with.property('message', 'no version');
    expect(await database.db.blueprints.find(ORG, id)).to.deep.include({ name: 'before', version: 1 });
  });

  it('change nothing when the name is taken', async () => {
    await using database = await open();
    await database.given.blueprint({ name: 'taken' });
    const { id } = await database.given.blueprint({ name: 'before' });
    expect(await update(database.db, id, 'taken', version('x'))).to.equal('nameTaken');
    expect(await database.db.blueprints.find(ORG, id)).to.deep.include({
      ...{ name: 'before', description: null, version: 1 },
    });
  });

  it('change and delete nothing when the condition refuses the newest version', async () => {
    await using database = await open();
    const { db } = database;
    const { id } = await database.given.blueprint({ name: 'before', versions: [{}, {}] });
    const first: VersionCondition = (newest) => newest === '1';
    expect(await update(db, id, 'after', version('x'), first)).to.equal('unexpected');
    expect(await db.blueprints.delete(ORG, id, first, null)).to.equal('unexpected');
    expect(await db.blueprints.find(ORG, id)).to.deep.include({ name: 'before', version: 2 });
    expect(await update(db, id, 'after', version('x'), (newest) => newest === '2')).to.equal('stored');
    expect(await db.blueprints.delete(ORG, id, (newest) => newest === '3', null)).to.equal('deleted');
  });

  it('record a change with its event and its audit entry, and the ids that a request created', async () => {
    await using database = await open();
    const { db, sql } = database;
    const audit = (operation: string) => ({
      ...{ id: randomUUID(), orgId: ORG, time: 1_000, operation, objectType: 'blueprint', objectId: null },
      ...{ username: 'jdoe', userType: 'User', status: 200, requestId: 'r' },
    });
    const stored = blueprint({ labels: { team: 'web' } });
    await db.blueprints.insert(stored, { idempotencyId: null, audit: audit('create') });
    const latest = (await db.blueprints.find(ORG, stored.id)) ?? expect.fail('it is not there');
    await db.blueprints.addVersion(ORG, latest, { ...change('web 2'), audit: audit('update') }, () => version('x'));
    await db.blueprints.setLabels(ORG, stored.id, {}, audit('label'));
    await db.blueprints.delete(ORG, stored.id, null, audit('delete'));
    const events = await sql.query('SELECT org_id, type, subject, data FROM events ORDER BY id');
    const subject = { org_id: ORG, subject: stored.id };
    expect(events.rows).to.deep.equal([
      { ...subject, type: 'blueprint.created', data: { name: 'web', version: 1, labels: { team: 'web' } } },
      { ...subject, type: 'blueprint.updated', data: { name: 'web 2', version: 2, labels: { team: 'web' } } },
      { ...subject, type: 'blueprint.deleted', data: { name: 'web 2' } },
    ]);
    const entries = await sql.query<Record<string, unknown>>(
      'SELECT operation, created_ids FROM audit_log ORDER BY number',
    );
    expect(entries.rows.map(({ operation, created_ids: ids }) => [operation, ids])).to.deep.equal([
      ['create', [stored.id]],
      ...['update', 'label', 'delete'].map((operation) => [operation, []]),
    ]);
    expect((await sql.query('SELECT FROM blueprint_attributes')).rowCount).to.equal(0);
  });

  it('record nothing of a change that does not happen', async () => {
    await using database = await open();
    const { db, sql, given } = database;
    const { id } = await given.blueprint({ name: 'taken' });
    const other = await given.blueprint();
    const audit = {
      ...{ id: randomUUID(), orgId: ORG, time: 1_000, operation: 'x', objectType: 'blueprint', objectId: null },
      ...{ username: 'jdoe', userType: 'User', status: 200, requestId: 'r' },
    };
    await db.blueprints.insert(blueprint({ name: 'taken' }), { idempotencyId: null, audit });
    const latest = (await db.blueprints.find(ORG, other.id)) ?? expect.fail('it is not there');
    await db.blueprints.addVersion(ORG, latest, { ...change('taken'), audit }, () => version('x'));
    await db.blueprints.delete(ORG, id, () => false, audit);
    await db.blueprints.delete(ORG, randomUUID(), null, audit);
    await db.blueprints.setLabels(ORG, randomUUID(), {}, audit);
    expect((await sql.query('SELECT FROM events')).rowCount).to.equal(0);
    expect((await sql.query('SELECT FROM audit_log')).rowCount).to.equal(0);
  });

  it('are found by distribution, image types and labels of the newest version, whichever implementation stored it', async () => {
    await using database = await open();
    const { db, sql } = database;
    const body = (distribution: string, ...types: string[]) => ({
      ...{ customizations: {}, distribution, image_requests: types.map((type) => ({ image_type: type })) },
    });
    const attributes = async () =>
      (
        await sql.query<Record<string, unknown>>(
          'SELECT kind, key, value FROM blueprint_attributes ORDER BY kind, key, value',
        )
      ).rows.map(({ kind, key, value }) => [kind, key, value]);
    const stored = blueprint({ body: body('centos-9', 'aws', 'aws', 'gcp'), labels: { team: 'web' } });
    await db.blueprints.insert(stored, REQUEST);
    const first = [
      ['distribution', '', 'centos-9'],
      ['image_type', '', 'aws'],
      ['image_type', '', 'gcp'],
      ['label', 'team', 'web'],
    ];
    expect(await attributes()).to.deep.equal(first);
    await update(db, stored.id, 'web', { body: body('rhel-9', 'gcp', 'x'.repeat(101)), serviceSnapshots: null });
    expect(await attributes()).to.deep.equal([['distribution', '', 'rhel-9'], first[2], first[3]]);
    await sql.query(`INSERT INTO blueprint_versions (id, blueprint_id, version, body) VALUES ($1, $2, 3, $3)`, [
      ...[randomUUID(), stored.id, JSON.stringify(body('centos-9', 'aws', 'gcp'))],
    ]);
    await db.blueprints.list(ORG, ALL_BLUEPRINTS, FIRST_PAGE);
    expect(await attributes()).to.deep.equal(first);
  });

  it('accept one of many concurrent changes of the same version', async () => {
    await using database = await open();
    const { db } = database;
    const { id } = await database.given.blueprint();
    const first: VersionCondition = (newest) => newest === '1';
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 5 === 0 ? db.blueprints.delete(ORG, id, first, null) : update(db, id, `by ${i}`, version(`by ${i}`), first),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'stored' || outcome === 'deleted')).to.have.length(1);
    expect(new Set(outcomes)).to.have.property('size').within(2, 3);
    const { rows } = await database.sql.query('SELECT id FROM blueprint_versions');
    expect(rows).to.have.length(outcomes.includes('stored') ? 2 : 1);
  });

  it('swap the names of two blueprints concurrently', async () => {
    await using database = await open();
    const a = await database.given.blueprint({ name: 'a' });
    const b = await database.given.blueprint({ name: 'b' });
    const outcomes = await Promise.all([
      update(database.db, a.id, 'b', version('x')),
      update(database.db, b.id, 'a', version('x')),
    ]);
    expect(outcomes).to.deep.equal(['nameTaken', 'nameTaken']);
  });

  it('number versions in the order of their times, none of them lost', async () => {
    await using database = await open();
    const { db } = database;
    const { id } = await database.given.blueprint({ createdAt: new Date(Date.now() - 60_000) });
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => update(db, id, 'same', version(`${i}`))));
    expect(new Set(outcomes)).to.deep.equal(new Set(['stored']));
    const { rows } = await database.sql.query<Record<string, unknown>>(
      `SELECT version, body #>> '{customizations,hostname}' AS made FROM blueprint_versions ORDER BY created_at`,
    );
    expect(rows.map((found) => found['version'])).to.deep.equal(Array.from({ length: 11 }, (_, i) => i + 1));
    expect(new Set(rows.map(({ made }) => made))).to.have.property('size', 11);
  });

  it('have one generic plan for all organizations', async () => {
    await using database = await createTestDatabase();
    const given = createGiven(database.sql);
    for (let org = 0; org < 20; org += 1) await given.blueprint({ orgId: String(org) });
    const { id } = await given.blueprint();
    await database.sql.query('UPDATE blueprint_versions SET needs_indexing = false');
    await database.sql.query('VACUUM ANALYZE');
    const access = createDatabaseAccess({ ...database.config, poolSize: 1 });
    const page = { orgId: ORG, limit: 10, offset: 0 };
    const lists = [batchBlueprintReads(access), batchComposeReads(access)];
    try {
      for (let read = 0; read < 8; read += 1) {
        await access.use((db) => findBlueprints(db, [{ orgId: ORG, id, version: null }]));
        for (const list of lists) await list(page);
      }
      const plans = await access.use((db) =>
        db.any(sql.type(z.looseObject({ generic_plans: z.number().optional(), custom_plans: z.number().optional() }))`
          SELECT * FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%'`),
      );
      expect(plans).to.have.length(3);
      // Servers before 14 do not count plans.
      for (const { generic_plans: generic = 3, custom_plans: custom = 5 } of plans)
        expect([generic, custom]).to.deep.equal([3, 5]);
    } finally {
      await access.close();
    }
  });

  describe('of lists', () => {
    it('return versions that another implementation stored', async () => {
      await using database = await open();
      const { db, sql } = database;
      for (const name of ['a', 'b', 'c']) await db.blueprints.insert(blueprint({ id: randomUUID(), name }), REQUEST);
      expect(names(await db.blueprints.list(ORG, ALL_BLUEPRINTS, FIRST_PAGE))).to.deep.equal(['c', 'b', 'a']);
      // What the other one does: columns of the shared schema only.
      await sql.query(
        `INSERT INTO blueprint_versions (id, blueprint_id, version, body)
        SELECT gen_random_uuid(), id, 2, '{}' FROM blueprints WHERE name = 'a'`,
      );
      expect(names(await db.blueprints.list(ORG, { ...ALL_BLUEPRINTS, search: '' }, FIRST_PAGE))).to.deep.equal([
        'a',
        'c',
        'b',
      ]);
      const [first] = JSON.parse(`[${(await db.blueprints.list(ORG, ALL_BLUEPRINTS, FIRST_PAGE)).items}]`) as unknown[];
      expect(first).to.deep.include({ name: 'a', version: 2 });
      await sql.query(
        `WITH created AS (
          INSERT INTO blueprints (id, org_id, account_number, name) VALUES (gen_random_uuid(), $1, '', 'd') RETURNING id
        )
        INSERT INTO blueprint_versions (id, blueprint_id, version, body)
        SELECT gen_random_uuid(), id, 1, '{}' FROM created`,
        [ORG],
      );
      expect(names(await db.blueprints.list(ORG, ALL_BLUEPRINTS, FIRST_PAGE))).to.deep.equal(['d', 'a', 'c', 'b']);
      const { rows } = await sql.query('SELECT id FROM blueprint_versions WHERE needs_indexing');
      expect(rows).to.deep.equal([]);
    });

    it('find any page of a long list, from the nearer end', async () => {
      await using database = await open();
      await database.sql.query(
        `WITH made AS (
          INSERT INTO blueprints (id, org_id, account_number, name, description, deleted, created_at, changed_at)
          SELECT gen_random_uuid(), $1, '', 'b' || n, '', n % 7 = 0, now(), now() - (n / 3) * interval '1 minute'
          FROM generate_series(1, 2917) AS n
          RETURNING id, changed_at
        )
        INSERT INTO blueprint_versions (id, blueprint_id, version, body, created_at, needs_indexing)
        SELECT gen_random_uuid(), id, 1, '{}', changed_at, false FROM made`,
        [ORG],
      );
      const { rows } = await database.sql.query<{ id: string }>(
        'SELECT id FROM blueprints WHERE NOT deleted ORDER BY changed_at DESC, id DESC',
      );
      expect(rows).to.have.length(2_501);
      for (const offset of [0, 999, 1_000, 1_249, 1_250, 1_251, 2_000, 2_497, 2_499, 2_500, 2_501, 9_000]) {
        const window = { ...FIRST_PAGE, limit: 3, offset };
        const { counted, items } = await database.db.blueprints.list(ORG, ALL_BLUEPRINTS, window);
        expect(counted).to.deep.equal({ count: 2_501, atLeast: false });
        const page = JSON.parse(`[${items}]`) as { id: string }[];
        expect(
          page.map(({ id }) => id),
          String(offset),
        ).to.deep.equal(rows.slice(offset, offset + 3).map(({ id }) => id));
      }
    });

    it('do not index versions of other organizations', async () => {
      await using database = await open();
      await database.given.blueprint({ orgId: OTHER });
      await database.given.blueprint();
      await database.db.blueprints.list(ORG, ALL_BLUEPRINTS, FIRST_PAGE);
      const { rows } = await database.sql.query(
        'SELECT org_id FROM blueprint_versions AS v JOIN blueprints AS b ON b.id = v.blueprint_id WHERE needs_indexing',
      );
      expect(rows).to.deep.equal([{ org_id: OTHER }]);
    });
  });

  it('delete a blueprint with its composes, or nothing', async () => {
    await using database = await open();
    const { id, versionIds } = await database.given.blueprint({ versions: [{}, {}] });
    const mine = await database.given.compose({ blueprintVersionId: versionIds[0] as string });
    const theirs = await database.given.compose({ orgId: OTHER, blueprintVersionId: versionIds[1] as string });
    expect(await database.db.blueprints.delete(ORG, id, null, null)).to.equal('deleted');
    expect(await database.db.blueprints.delete(ORG, id, null, null)).to.equal('notFound');
    expect(await database.db.blueprints.delete(ORG, id, () => true, null)).to.equal('notFound');
    const { rows } = await database.sql.query('SELECT job_id, deleted FROM composes');
    expect(rows).to.have.deep.members([
      { job_id: mine, deleted: true },
      { job_id: theirs, deleted: false },
    ]);
  });
});
