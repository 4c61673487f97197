import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AuditFilter } from '../../../src/db/queries/audit-log.ts';
import type { AuditEntry } from '../../../src/db/queries/recording.ts';
import { composeTexts } from '../../../src/domain/compose-requests/compose-texts.ts';
import { createDatabase, type Database } from '../../../src/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const ORG = '000000';
const PAGE = { limit: 100, offset: 0 };
const ALL: AuditFilter = { from: null, before: null, operation: null, user: null, objectId: null };

const entry = (given: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{
    id: randomUUID(),
    orgId: ORG,
    time: Date.UTC(2026, 2, 1),
    operation: 'deleteBlueprint',
    objectType: 'blueprint',
  },
  ...{ objectId: null, username: 'jane', userType: 'User', status: 204, requestId: 'abcdefghijklmno' },
  ...given,
});

interface Opened extends AsyncDisposable {
  readonly db: Database;
  readonly sql: TestDatabase['sql'];
}

async function open(): Promise<Opened> {
  const database = await createTestDatabase();
  const db = createDatabase(database.config, { composeTexts });
  return {
    ...{ db, sql: database.sql },
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'was done',
    (error: unknown) => (error as Error).message,
  );

describe('the audit log in the database', () => {
  it('stores several entries at once, unchanged', async () => {
    await using database = await open();
    const object = randomUUID();
    const whole = entry({ objectId: object, username: `ž"\\'; DROP`, status: 201 });
    const bare = entry({ time: Date.UTC(2026, 2, 1) - 1, username: '', userType: '' });
    await database.db.audit.insert([whole, bare]);
    const { total, rows } = await database.db.audit.list(ORG, ALL, PAGE);
    expect(total).to.equal(2);
    expect(rows[0]).to.deep.include({
      ...{ id: whole.id, occurred_at: '2026-03-01T00:00:00Z', operation: 'deleteBlueprint', object_type: 'blueprint' },
      ...{ object_id: object, created_ids: [], username: whole.username, user_type: 'User', status: 201 },
    });
    expect(rows[1]).to.deep.include({ id: bare.id, object_id: null, created_ids: [], username: '', user_type: '' });
  });

  it('stores an entry once that is written twice', async () => {
    await using database = await open();
    const [one, two] = [entry(), entry()];
    await database.db.audit.insert([one]);
    await database.db.audit.insert([{ ...one, status: 500 }, two]);
    const { rows } = await database.db.audit.list(ORG, ALL, PAGE);
    expect(rows.map(({ id, status }) => [id, status])).to.have.deep.members([
      [one.id, 204],
      [two.id, 204],
    ]);
  });

  it('lists the newest entry first, and of entries of one time the last one written', async () => {
    await using database = await open();
    const at = (time: number) => entry({ time });
    const entries = [at(5_000), at(7_000), at(7_000), at(6_000)];
    for (const one of entries) await database.db.audit.insert([one]);
    const { rows } = await database.db.audit.list(ORG, ALL, PAGE);
    expect(rows.map(({ id }) => id)).to.deep.equal([2, 1, 3, 0].map((index) => entries[index]?.id));
  });

  for (const [what, statement] of [
    ['changed', 'UPDATE audit_log SET username = $$somebody else$$'],
    ['deleted', 'DELETE FROM audit_log'],
    ['deleted with a condition that nothing meets', 'DELETE FROM audit_log WHERE false'],
    ['emptied', 'TRUNCATE audit_log'],
    ['written over', `INSERT INTO audit_log SELECT * FROM audit_log ON CONFLICT (id) DO UPDATE SET status = 0`],
  ]) {
    it(`is append-only: it is not ${what}`, async () => {
      await using database = await open();
      await database.db.audit.insert([entry()]);
      const before = (await database.sql.query('SELECT * FROM audit_log')).rows;
      const overriding = statement?.replace('audit_log SELECT', 'audit_log OVERRIDING SYSTEM VALUE SELECT') ?? '';
      expect(await refusal(database.sql.query(overriding))).to.equal('the audit log is append-only');
      expect((await database.sql.query('SELECT * FROM audit_log')).rows).to.deep.equal(before);
    });
  }

  it('accepts further created ids of an entry, and no other change', async () => {
    await using database = await open();
    const one = entry();
    await database.db.audit.insert([one]);
    const [first, second] = [randomUUID(), randomUUID()];
    const change = (assignment: string) =>
      database.sql.query(`UPDATE audit_log SET ${assignment} WHERE id = '${one.id}'`);
    await change(`created_ids = ARRAY['${first}'::uuid]`);
    await change(`created_ids = created_ids || '${second}'::uuid`);
    for (const wrong of [`created_ids = ARRAY['${second}'::uuid]`, `created_ids = '{}'`, `status = 500`])
      expect(await refusal(change(wrong))).to.equal('the audit log is append-only');
    const { rows } = await database.db.audit.list(ORG, ALL, PAGE);
    expect(rows.map(({ created_ids }) => created_ids)).to.deep.equal([[first, second]]);
  });

  it('deletes the oldest entries by a function, and is append-only again afterwards', async () => {
    await using database = await open();
    await database.db.audit.insert([1, 2, 3, 4].map((time) => entry({ time })));
    const forget = async (before: number, most: number): Promise<number> => {
      const { rows } = await database.sql.query<{ count: number }>(
        'SELECT delete_audit_entries(to_timestamp($1 / 1000.0), $2) AS count',
        [before, most],
      );
      return rows[0]!.count;
    };
    expect([await forget(4, 2), await forget(4, 2), await forget(4, 2)]).to.deep.equal([2, 1, 0]);
    const { rows } = await database.sql.query(
      'SELECT extract(milliseconds FROM occurred_at)::int AS time FROM audit_log',
    );
    expect(rows).to.deep.equal([{ time: 4 }]);
    expect(await refusal(database.sql.query('DELETE FROM audit_log'))).to.equal('the audit log is append-only');
  });
});
