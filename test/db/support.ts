import { createOriginalSchema } from '../../scripts/support/original-schema.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** A database as the original leaves it after so many of its migrations: nothing of ours in it. */
export async function asTheOriginalLeftIt(version: number): Promise<TestDatabase> {
  const database = await createTestDatabase({ empty: true });
  await createOriginalSchema(database.sql, version);
  return database;
}

/** A list of composes without filters. */
export const ALL_COMPOSES = {
  ...{ createdAfter: null, createdBefore: null, distribution: null, imageType: null, ignoreImageTypes: [] },
  ...{ status: null, blueprint: null, labels: [] },
} as const;

/** A list of blueprints without filters. */
export const ALL_BLUEPRINTS = {
  ...{ createdAfter: null, createdBefore: null, distribution: null, imageType: null, name: null, search: null },
  labels: [],
} as const;

/** The first page of a list that clients know: counted, the newest entries first. */
export const FIRST_PAGE = {
  ascending: false,
  byName: false,
  limit: 100,
  offset: 0,
  after: null,
  counted: 'exactly',
} as const;
