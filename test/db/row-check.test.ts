import { expect } from 'chai';
import { SchemaValidationError, sql } from 'slonik';
import * as z from 'zod';
import { createDatabaseAccess } from '../../src/db/database.ts';
import { createTestDatabase } from '../support/database.ts';

describe('rows of statements', () => {
  const count = z.strictObject({ total: z.int() });

  it('reach the caller when they fit the schema of their statement', async () => {
    await using database = await createTestDatabase({ empty: true });
    const { use, close } = createDatabaseAccess(database.config);
    expect(await use((db) => db.one(sql.type(count)`SELECT 1::int AS total`))).to.deep.equal({ total: 1 });
    await close();
  });

  it('fail the statement in a test when a column is missing, has another type or is not in the schema', async () => {
    await using database = await createTestDatabase({ empty: true });
    const { use, close } = createDatabaseAccess(database.config);
    for (const columns of [
      sql.fragment`'1' AS total`,
      sql.fragment`1 AS totals`,
      sql.fragment`1 AS total, 2 AS other`,
      sql.fragment`NULL::int AS total`,
    ]) {
      const failure = await use((db) => db.any(sql.type(count)`SELECT ${columns}`)).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure, columns.sql).to.be.instanceOf(SchemaValidationError);
    }
    await close();
  });
});
