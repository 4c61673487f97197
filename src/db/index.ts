import type { DatabaseConfig } from '../config.ts';
import * as blueprints from './blueprints.ts';
import * as idempotencyKeys from './idempotency-keys.ts';
import * as reservations from './build-reservations.ts';
import * as composes from './composes.ts';
import * as composeCancellations from './compose-cancellations.ts';
import * as composeClones from './compose-clones.ts';
import * as composeStatuses from './compose-statuses.ts';
import * as givenUpBuilds from './given-up-builds.ts';
import { createDatabaseAccess, type CommonQueryMethods, type DatabaseAccess } from './database.ts';
import { ping } from './ping.ts';

const queries = {
  ...composes,
  ...composeStatuses,
  ...composeCancellations,
  ...composeClones,
  ...blueprints,
  ...reservations,
  ...idempotencyKeys,
  ...givenUpBuilds,
  ping,
};

type Bound<Queries> = {
  readonly [Name in keyof Queries]: Queries[Name] extends (db: CommonQueryMethods, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

/** Every query of the service, bound to the pool. */
export interface Database extends Bound<typeof queries> {
  readonly close: () => Promise<void>;
  readonly connections: DatabaseAccess['connections'];
  readonly callers: DatabaseAccess['callers'];
}

/** The service's database. Connects at the first query. */
export const createDatabase = (config: DatabaseConfig): Database => {
  const access = createDatabaseAccess(config);
  const bound = Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [
      name,
      (...rest: unknown[]) =>
        access.use((db) => (query as (db: CommonQueryMethods, ...rest: unknown[]) => Promise<unknown>)(db, ...rest)),
    ]),
  );
  const { close, connections, callers } = access;
  return { ...(bound as unknown as Bound<typeof queries>), close, connections, callers };
};
