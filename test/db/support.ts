import { createOriginalSchema } from '../../scripts/support/original-schema.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** A database as the original leaves it after so many of its migrations: nothing of ours in it. */
export const asTheOriginalLeftIt = async (version: number): Promise<TestDatabase> => {
  const database = await createTestDatabase({ empty: true });
  await createOriginalSchema(database.sql, version);
  return database;
};
