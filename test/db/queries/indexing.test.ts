import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { connectTo } from '../../../scripts/support/databases.ts';
import { composeTexts } from '../../../src/domain/compose-requests/compose-texts.ts';
import { createDatabaseAccess, type DatabaseAccess } from '../../../src/db/database.ts';
import {
  indexBlueprints,
  indexComposes,
  type BlueprintsToIndex,
  type ComposesToIndex,
} from '../../../src/db/queries/indexing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createGiven } from '../../support/given.ts';
import { createWrites } from '../original-queries.ts';

const OWN = '000001';
const OTHER = '000002';

interface Stage extends AsyncDisposable {
  readonly sql: Client;
  readonly database: TestDatabase;
  readonly composes: (which: ComposesToIndex, limit?: number) => Promise<number>;
  readonly blueprints: (which: BlueprintsToIndex, limit?: number) => Promise<number>;
}

/** A migrated database, and the functions under test on a pool of their own. */
async function setStage(): Promise<Stage> {
  const database = await createTestDatabase();
  const access: DatabaseAccess = createDatabaseAccess({ ...database.config, poolSize: 4 });
  return {
    ...{ sql: database.sql, database },
    composes: (which, limit = 100) => access.use((db) => indexComposes(db, which, composeTexts, limit)),
    blueprints: (which, limit = 100) => access.use((db) => indexBlueprints(db, which, limit)),
    [Symbol.asyncDispose]: async () => {
      await access.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

const rows = async (sql: Client, query: string): Promise<unknown[]> =>
  (await sql.query<Record<string, unknown>>(query)).rows;

const texts = (sql: Client) =>
  rows(sql, 'SELECT job_id, org_id FROM compose_statuses WHERE request_text IS NOT NULL ORDER BY org_id, created_at');
const pending = (sql: Client, table: string) => rows(sql, `SELECT id FROM ${table} WHERE needs_indexing`);

describe('indexComposes', () => {
  it('indexes composes of another implementation, for the organization alone, up to the limit', async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const own = createWrites(sql, OWN);
    const ids = [await own.insertCompose(), await own.insertCompose(), await own.insertCompose()];
    const other = await createWrites(sql, OTHER).insertCompose();
    expect(await stage.composes({ orgId: OWN }, 2)).to.equal(2);
    expect(await stage.composes({ orgId: OWN }, 2)).to.equal(1);
    expect(await stage.composes({ orgId: OWN }, 2)).to.equal(0);
    expect(await texts(sql)).to.deep.equal(ids.map((id) => ({ job_id: id, org_id: OWN })));
    expect(await stage.composes('any')).to.equal(1);
    expect(await stage.composes('any')).to.equal(0);
    expect(await texts(sql)).to.deep.include({ job_id: other, org_id: OTHER });
    expect(await rows(sql, 'SELECT FROM composes WHERE needs_indexing')).to.deep.equal([]);
  });

  it('stores the filter columns of a compose, and no status', async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const { id, versionId } = await createWrites(sql, OWN).insertBlueprint('b');
    await createWrites(sql, OWN).insertCompose(versionId);
    await stage.composes('any');
    expect(
      await rows(sql, 'SELECT status, distribution, image_type, request_text, item_members FROM compose_statuses'),
    ).to.deep.equal([
      {
        ...{ status: null, distribution: 'centos-9', image_type: 'aws' },
        request_text: '{"distribution": "centos-9", "image_requests": [{"image_type": "aws"}]}',
        item_members: `,"image_name":"an image","client_id":"ui","blueprint_id":"${id}","blueprint_version":1`,
      },
    ]);
  });

  it('adds the texts to a row that has a status, and leaves texts that are there as they are', async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const id = await createWrites(sql, OWN).insertCompose();
    await sql.query(
      `INSERT INTO compose_statuses (job_id, org_id, created_at, status) SELECT job_id, org_id, created_at, 'success' FROM composes`,
    );
    expect(await stage.composes({ jobIds: [id] })).to.equal(1);
    await sql.query(`UPDATE compose_statuses SET item_members = 'as they are'`);
    expect(await stage.composes({ jobIds: [id, randomUUID()] })).to.equal(0);
    expect(await rows(sql, 'SELECT status, image_type, item_members FROM compose_statuses')).to.deep.equal([
      { status: 'success', image_type: 'aws', item_members: 'as they are' },
    ]);
  });

  it('waits for no row that another transaction has locked, and marks it later', async () => {
    await using stage = await setStage();
    const { sql, database } = stage;
    const id = await createWrites(sql, OWN).insertCompose();
    const original = await connectTo(database.config, database.config.database);
    await original.query('BEGIN; UPDATE composes SET deleted = true');
    expect(await stage.composes({ orgId: OWN })).to.equal(1);
    expect(await texts(sql)).to.deep.equal([{ job_id: id, org_id: OWN }]);
    expect(await stage.composes({ orgId: OWN })).to.equal(0);
    await original.query('COMMIT');
    await original.end();
    expect(await stage.composes({ orgId: OWN })).to.equal(1);
    expect(await rows(sql, 'SELECT deleted, needs_indexing FROM composes')).to.deep.equal([
      { deleted: true, needs_indexing: false },
    ]);
  });

  it('can run many times concurrently', async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const given = createGiven(sql);
    for (let number = 0; number < 30; number += 1) await given.compose({ orgId: OWN });
    const runs = Array.from({ length: 8 }, (_, index) => stage.composes(index % 2 ? 'any' : { orgId: OWN }));
    await Promise.all(runs);
    await stage.composes('any');
    expect(await texts(sql)).to.have.length(30);
    expect(await rows(sql, 'SELECT FROM composes WHERE needs_indexing')).to.deep.equal([]);
  });
});

describe('indexBlueprints', () => {
  const attributes = (sql: Client) =>
    rows(
      sql,
      'SELECT blueprint_id, kind, key, value, org_id FROM blueprint_attributes ORDER BY org_id, kind, key, value',
    );

  it('gives a blueprint the time and attributes of its newest version, and leaves its labels', async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const image = (...types: string[]) => ({ image_requests: types.map((type) => ({ image_type: type })) });
    const { id } = await createGiven(sql).blueprint({
      orgId: OWN,
      versions: [
        { distribution: 'rhel-8', ...image('aws') },
        { distribution: 'rhel-9', ...image('gcp', 'wsl') },
      ],
      createdAt: new Date('2024-01-01T00:00:00Z'),
    });
    await sql.query(
      `INSERT INTO blueprint_attributes (blueprint_id, kind, key, value, org_id)
      VALUES ($1, 'label', 'team', 'a', $2), ($1, 'distribution', '', 'rhel-8', $2), ($1, 'image_type', '', 'wsl', $2)`,
      [id, OWN],
    );
    expect(await stage.blueprints({ orgId: OWN })).to.equal(1);
    expect(await attributes(sql)).to.deep.equal(
      [
        ['distribution', '', 'rhel-9'],
        ['image_type', '', 'gcp'],
        ['image_type', '', 'wsl'],
        ['label', 'team', 'a'],
      ].map(([kind, key, value]) => ({ blueprint_id: id, kind, key, value, org_id: OWN })),
    );
    const newest = 'SELECT max(created_at) FROM blueprint_versions';
    expect(await rows(sql, `SELECT changed_at = (${newest}) AS known FROM blueprints`)).to.deep.equal([
      { known: true },
    ]);
    expect(await pending(sql, 'blueprint_versions')).to.deep.equal([]);
    expect(await stage.blueprints('any')).to.equal(0);
  });

  it("indexes the organization's blueprints alone, or those of all organizations, up to the limit", async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const own = createWrites(sql, OWN);
    const { id } = await own.insertBlueprint('a');
    await own.updateBlueprint(id, 'b');
    await own.insertBlueprint('c');
    await createWrites(sql, OTHER).insertBlueprint('d');
    expect(await stage.blueprints({ orgId: OWN }, 1)).to.equal(1);
    expect(await stage.blueprints({ orgId: OWN }, 1)).to.equal(1);
    expect(await stage.blueprints({ orgId: OWN }, 1)).to.equal(0);
    expect(await pending(sql, 'blueprint_versions')).to.have.length(1);
    expect(await stage.blueprints('any')).to.equal(1);
    expect(await pending(sql, 'blueprint_versions')).to.deep.equal([]);
  });

  it('accepts versions of any shape, and removes the attributes of a deleted blueprint', async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const given = createGiven(sql);
    const versions = [
      null,
      'text',
      5,
      [],
      {},
      { distribution: 5, image_requests: 'aws' },
      { image_requests: [null, 'x', {}] },
    ];
    for (const version of versions) await given.blueprint({ versions: [version === null ? 'null' : version] });
    await given.blueprint({ versions: [{ distribution: 'd'.repeat(101), image_requests: { image_type: 'aws' } }] });
    const { id } = await given.blueprint({ orgId: OTHER, deleted: true });
    await sql.query(
      `INSERT INTO blueprint_attributes (blueprint_id, kind, key, value, org_id) VALUES ($1, 'image_type', '', 'aws', $2)`,
      [id, OTHER],
    );
    expect(await stage.blueprints('any')).to.equal(versions.length + 2);
    const found = (await attributes(sql)) as { value: string; org_id: string }[];
    expect(found.map(({ value, org_id }) => [value, org_id])).to.deep.equal([['aws', '000000']]);
  });

  it('waits for no blueprint that another transaction has locked, and indexes it later', async () => {
    await using stage = await setStage();
    const { sql, database } = stage;
    const { id } = await createWrites(sql, OWN).insertBlueprint('a');
    const original = await connectTo(database.config, database.config.database);
    await original.query(`BEGIN; UPDATE blueprints SET name = 'b'`);
    expect(await stage.blueprints({ orgId: OWN })).to.equal(0);
    await original.query('COMMIT');
    await original.end();
    expect(await stage.blueprints({ orgId: OWN })).to.equal(1);
    expect(await attributes(sql)).to.deep.equal([
      { blueprint_id: id, kind: 'distribution', key: '', value: 'centos-9', org_id: OWN },
    ]);
  });

  it('can run many times concurrently', async () => {
    await using stage = await setStage();
    const { sql } = stage;
    const given = createGiven(sql);
    for (let number = 0; number < 20; number += 1)
      await given.blueprint({ orgId: OWN, versions: [{}, { distribution: 'x' }] });
    await Promise.all(Array.from({ length: 8 }, (_, index) => stage.blueprints(index % 2 ? 'any' : { orgId: OWN })));
    await stage.blueprints('any');
    expect(await attributes(sql)).to.have.length(20);
    expect(await pending(sql, 'blueprint_versions')).to.deep.equal([]);
  });
});
