import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { NewBlueprint, NewVersion, VersionCondition } from '../../src/db/blueprints.ts';
import { createDatabase, type Database } from '../../src/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createGiven, type Given } from '../support/given.ts';

const ADDITION = join(import.meta.dirname, '../../src/db/additions/002_order_blueprints_by_change.sql');
const ORG = '000000';
const OTHER = '000001';
const PAGE = { limit: 100, offset: 0 };

const version = (hostname: string): NewVersion => ({
  body: { customizations: { hostname }, image_requests: [] },
  serviceSnapshots: null,
});

const blueprint = (given: Partial<NewBlueprint> = {}): NewBlueprint => ({
  ...{ id: randomUUID(), versionId: randomUUID(), author: 'jdoe', orgId: ORG, accountNumber: '' },
  ...{ name: 'web', description: '', metadata: null, ...version('one') },
  ...given,
});

interface Opened extends AsyncDisposable {
  readonly db: Database;
  readonly given: Given;
  readonly sql: TestDatabase['sql'];
}

const open = async (): Promise<Opened> => {
  const database = await createTestDatabase();
  const db = createDatabase(database.config);
  return {
    ...{ db, sql: database.sql, given: createGiven(database.sql) },
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await database[Symbol.asyncDispose]();
    },
  };
};

const change = (name: string, condition: VersionCondition | null = null) => ({
  ...{ name, description: 'changed', versionId: randomUUID(), author: 'jdoe' },
  condition,
});
const origin = () => ({ versionId: randomUUID(), author: null });
const names = ({ rows }: { readonly rows: readonly { name: string }[] }): string[] => rows.map(({ name }) => name);

describe('queries of blueprints', () => {
  it('store a blueprint and find it again', async () => {
    await using database = await open();
    const metadata = { parent_id: null, exported_at: '', is_on_prem: false };
    const serviceSnapshots = { compliance: { policy_id: 'p' } };
    const stored = blueprint({ metadata, serviceSnapshots });
    expect(await database.db.blueprints.insert(stored)).to.equal(true);
    expect(await database.db.blueprints.find(ORG, stored.id)).to.deep.include({
      ...{ id: stored.id, name: 'web', description: '', metadata, version_id: stored.versionId, version: 1 },
      ...{ body: stored.body, service_snapshots: serviceSnapshots, labels: null },
    });
  });

  it('store nothing of a blueprint whose name is taken', async () => {
    await using database = await open();
    await database.db.blueprints.insert(blueprint());
    expect(await database.db.blueprints.insert(blueprint())).to.equal(false);
    const { rows } = await database.sql.query('SELECT id FROM blueprint_versions');
    expect(rows).to.have.length(1);
  });

  it('keep to one organization', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ orgId: OTHER, name: 'theirs' });
    const { db } = database;
    const never = () => expect.fail('somebody else’s version was read');
    expect(await db.blueprints.find(ORG, id)).to.equal(null);
    expect(await db.blueprints.findLatestVersion(ORG, id)).to.equal(null);
    expect(await db.blueprints.update(ORG, id, change('x'), never)).to.equal('notFound');
    expect(await db.blueprints.addVersion(ORG, id, origin(), never)).to.equal('notFound');
    expect(await db.blueprints.delete(ORG, id, null)).to.equal('notFound');
    expect(await db.blueprints.delete(ORG, id, () => true)).to.equal('notFound');
    expect(await db.blueprints.list(ORG, PAGE)).to.deep.equal({ total: 0, rows: [] });
    expect(await db.blueprints.search(ORG, 'theirs', PAGE)).to.deep.equal({ total: 0, rows: [] });
    expect(await db.blueprints.findByName(ORG, 'theirs')).to.equal(null);
    const { rows } = await database.sql.query('SELECT name, deleted FROM blueprints');
    expect(rows).to.deep.equal([{ name: 'theirs', deleted: false }]);
  });

  it('find the highest version, whatever its time, or the one asked for', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ versions: [{ v: 1 }, { v: 2 }] });
    await database.sql.query(`UPDATE blueprint_versions SET created_at = '2000-01-01' WHERE version = 2`);
    expect((await database.db.blueprints.find(ORG, id))?.version).to.equal(2);
    expect((await database.db.blueprints.find(ORG, id, 1))?.version).to.equal(1);
    expect(await database.db.blueprints.find(ORG, id, 3)).to.equal(null);
    expect(await database.db.blueprints.find(ORG, id, 2 ** 40)).to.equal(null);
    expect(await database.db.blueprints.findLatestVersion(ORG, id)).to.equal(2);
  });

  it('hand the version before to what makes the next one', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ versions: [{}, { customizations: { hostname: 'before' } }] });
    const outcome = await database.db.blueprints.update(ORG, id, change('renamed'), (latest) => {
      expect(latest.version).to.equal(2);
      expect(latest.body.customizations).to.deep.equal({ hostname: 'before' });
      return version('after');
    });
    expect(outcome).to.equal('stored');
    expect(await database.db.blueprints.find(ORG, id)).to.deep.include({
      ...{ name: 'renamed', description: 'changed', version: 3, body: version('after').body },
    });
  });

  it('change nothing when making the next version fails', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ name: 'before' });
    const fail = () => {
      throw new Error('no version');
    };
    const failure = await database.db.blueprints
      .update(ORG, id, change('after'), fail)
      .catch((error: unknown) => error);
    expect(failure).to.be.an('error').with.property('message', 'no version');
    expect(await database.db.blueprints.find(ORG, id)).to.deep.include({ name: 'before', version: 1 });
  });

  it('change nothing when the name is taken, or a version is not wanted after all', async () => {
    await using database = await open();
    await database.given.blueprint({ name: 'taken' });
    const { id } = await database.given.blueprint({ name: 'before' });
    expect(await database.db.blueprints.update(ORG, id, change('taken'), () => version('x'))).to.equal('nameTaken');
    expect(await database.db.blueprints.addVersion(ORG, id, origin(), () => null)).to.equal('unexpected');
    expect(await database.db.blueprints.find(ORG, id)).to.deep.include({
      name: 'before',
      description: null,
      version: 1,
    });
  });

  it('change and delete nothing when the newest version is not one that the condition takes', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ name: 'before', versions: [{}, {}] });
    const first: VersionCondition = (newest) => newest === '1';
    expect(await database.db.blueprints.update(ORG, id, change('after', first), () => version('x'))).to.equal(
      'unexpected',
    );
    expect(await database.db.blueprints.delete(ORG, id, first)).to.equal('unexpected');
    expect(await database.db.blueprints.find(ORG, id)).to.deep.include({ name: 'before', version: 2 });
    const second: VersionCondition = (newest) => newest === '2';
    expect(await database.db.blueprints.update(ORG, id, change('after', second), () => version('x'))).to.equal(
      'stored',
    );
    expect(await database.db.blueprints.delete(ORG, id, (newest) => newest === '3')).to.equal('deleted');
  });

  it('let one of many pass who change the same version at the same time', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint();
    const first: VersionCondition = (newest) => newest === '1';
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 5 === 0
          ? database.db.blueprints.delete(ORG, id, first)
          : database.db.blueprints.update(ORG, id, change(`by ${i}`, first), () => version(`by ${i}`)),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'stored' || outcome === 'deleted')).to.have.length(1);
    expect(new Set(outcomes)).to.have.property('size').within(2, 3);
    const { rows } = await database.sql.query('SELECT id FROM blueprint_versions');
    expect(rows).to.have.length(outcomes.includes('stored') ? 2 : 1);
  });

  it('swap names at the same time without harm', async () => {
    await using database = await open();
    const a = await database.given.blueprint({ name: 'a' });
    const b = await database.given.blueprint({ name: 'b' });
    const outcomes = await Promise.all([
      database.db.blueprints.update(ORG, a.id, change('b'), () => version('x')),
      database.db.blueprints.update(ORG, b.id, change('a'), () => version('x')),
    ]);
    expect(outcomes).to.deep.equal(['nameTaken', 'nameTaken']);
  });

  it('number versions in the order of their times', async () => {
    await using database = await open();
    const { id } = await database.given.blueprint({ createdAt: new Date(Date.now() - 60_000) });
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => database.db.blueprints.addVersion(ORG, id, origin(), () => version(`${i}`))),
    );
    const { rows } = await database.sql.query('SELECT version FROM blueprint_versions ORDER BY created_at');
    expect(rows.map((found) => found.version)).to.deep.equal(Array.from({ length: 11 }, (_, i) => i + 1));
  });

  describe('that list', () => {
    it('know versions that another implementation stored', async () => {
      await using database = await open();
      const { db, sql } = database;
      for (const name of ['a', 'b', 'c']) await db.blueprints.insert(blueprint({ id: randomUUID(), name }));
      expect(names(await db.blueprints.list(ORG, PAGE))).to.deep.equal(['c', 'b', 'a']);
      // What the other one does: columns of the shared schema only.
      await sql.query(
        `INSERT INTO blueprint_versions (id, blueprint_id, version, body)
        SELECT gen_random_uuid(), id, 2, '{}' FROM blueprints WHERE name = 'a'`,
      );
      expect(names(await db.blueprints.search(ORG, '', PAGE))).to.deep.equal(['a', 'c', 'b']);
      expect((await db.blueprints.list(ORG, PAGE)).rows[0]).to.deep.include({ name: 'a', version: 2 });
      await sql.query(
        `WITH created AS (
          INSERT INTO blueprints (id, org_id, account_number, name) VALUES (gen_random_uuid(), $1, '', 'd') RETURNING id
        )
        INSERT INTO blueprint_versions (id, blueprint_id, version, body)
        SELECT gen_random_uuid(), id, 1, '{}' FROM created`,
        [ORG],
      );
      expect(names(await db.blueprints.list(ORG, PAGE))).to.deep.equal(['d', 'a', 'c', 'b']);
      const { rows } = await sql.query('SELECT id FROM blueprint_versions WHERE noted IS NULL');
      expect(rows).to.deep.equal([]);
    });

    it('find any page of a long list, from whichever end it is nearer to', async () => {
      await using database = await open();
      await database.sql.query(
        `WITH made AS (
          INSERT INTO blueprints (id, org_id, account_number, name, description, deleted, created_at, changed_at)
          SELECT gen_random_uuid(), $1, '', 'b' || n, '', n % 7 = 0, now(), now() - (n / 3) * interval '1 minute'
          FROM generate_series(1, 2917) AS n
          RETURNING id, changed_at
        )
        INSERT INTO blueprint_versions (id, blueprint_id, version, body, created_at, noted)
        SELECT gen_random_uuid(), id, 1, '{}', changed_at, true FROM made`,
        [ORG],
      );
      const { rows } = await database.sql.query<{ id: string }>(
        'SELECT id FROM blueprints WHERE NOT deleted ORDER BY changed_at DESC, id DESC',
      );
      expect(rows).to.have.length(2_501);
      for (const offset of [0, 999, 1_000, 1_249, 1_250, 1_251, 2_000, 2_497, 2_499, 2_500, 2_501, 9_000]) {
        const { total, rows: page } = await database.db.blueprints.list(ORG, { limit: 3, offset });
        expect(total).to.equal(2_501);
        expect(
          page.map(({ id }) => id),
          String(offset),
        ).to.deep.equal(rows.slice(offset, offset + 3).map(({ id }) => id));
      }
    });

    it('leave versions of other organizations to them', async () => {
      await using database = await open();
      await database.given.blueprint({ orgId: OTHER });
      await database.given.blueprint();
      await database.db.blueprints.list(ORG, PAGE);
      const { rows } = await database.sql.query(
        'SELECT org_id FROM blueprint_versions AS v JOIN blueprints AS b ON b.id = v.blueprint_id WHERE noted IS NULL',
      );
      expect(rows).to.deep.equal([{ org_id: OTHER }]);
    });

    it('know what was stored before the order was kept, and the migration writes none of it', async () => {
      await using database = await open();
      const { db, given, sql } = database;
      await sql.query('ALTER TABLE blueprints DROP COLUMN changed_at');
      await sql.query('ALTER TABLE blueprint_versions DROP COLUMN noted');
      const createdAt = new Date('2026-01-01T00:00:00Z');
      await given.blueprint({ name: 'older', createdAt, versions: [{}, {}] });
      await given.blueprint({ name: 'oldest', createdAt });
      await given.blueprint({ name: 'old', createdAt, versions: [{}, {}, {}] });
      const writers =
        'SELECT id, xmin::text FROM blueprints UNION ALL SELECT id, xmin::text FROM blueprint_versions ORDER BY id';
      const before = (await sql.query(writers)).rows;
      await sql.query(await readFile(ADDITION, 'utf8'));
      expect((await sql.query(writers)).rows).to.deep.equal(before);
      expect(names(await db.blueprints.list(ORG, PAGE))).to.deep.equal(['old', 'older', 'oldest']);
      expect((await sql.query('SELECT id FROM blueprint_versions WHERE noted IS NULL')).rows).to.deep.equal([]);
    });
  });

  it('delete a blueprint with its builds, or nothing', async () => {
    await using database = await open();
    const { id, versionIds } = await database.given.blueprint({ versions: [{}, {}] });
    const mine = await database.given.compose({ blueprintVersionId: versionIds[0] as string });
    const theirs = await database.given.compose({ orgId: OTHER, blueprintVersionId: versionIds[1] as string });
    expect(await database.db.blueprints.delete(ORG, id, null)).to.equal('deleted');
    expect(await database.db.blueprints.delete(ORG, id, null)).to.equal('notFound');
    expect(await database.db.blueprints.delete(ORG, id, () => true)).to.equal('notFound');
    const { rows } = await database.sql.query('SELECT job_id, deleted FROM composes');
    expect(rows).to.have.deep.members([
      { job_id: mine, deleted: true },
      { job_id: theirs, deleted: false },
    ]);
  });
});
