import type { DatabaseConfig } from '../config.ts';
import * as auditLog from './audit-log.ts';
import * as blueprintHistory from './blueprint-history.ts';
import * as blueprints from './blueprints.ts';
import * as idempotencyKeys from './idempotency-keys.ts';
import * as reservations from './build-reservations.ts';
import * as composes from './composes.ts';
import * as composeSboms from './compose-sboms.ts';
import * as composeCancellations from './compose-cancellations.ts';
import * as composeClones from './compose-clones.ts';
import * as composeStatuses from './compose-statuses.ts';
import { listFilteredBlueprints } from './filtered-blueprints.ts';
import { listFilteredComposes } from './filtered-composes.ts';
import * as events from './events.ts';
import * as givenUpBuilds from './given-up-builds.ts';
import * as schedules from './schedules.ts';
import { createDatabaseAccess, type CommonQueryMethods, type DatabaseAccess } from './database.ts';
import { joinQueries } from './joined-queries.ts';
import { setBlueprintLabels, setComposeLabels } from './labels.ts';
import { ping } from './ping.ts';
import * as webhookDeliveries from './webhook-deliveries.ts';
import * as webhooks from './webhooks.ts';

const queries = {
  ...composes,
  ...composeStatuses,
  ...composeSboms,
  ...composeCancellations,
  ...composeClones,
  ...blueprints,
  ...reservations,
  ...blueprintHistory,
  ...auditLog,
  ...idempotencyKeys,
  ...givenUpBuilds,
  ...schedules,
  listFilteredBlueprints,
  listFilteredComposes,
  setBlueprintLabels,
  setComposeLabels,
  ...events,
  ...webhooks,
  ...webhookDeliveries,
  ping,
};

/** Queries as they are called: without the pool. */
export type Bound<Queries> = {
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
  const own = bound as unknown as Bound<typeof queries>;
  const { close, connections, callers } = access;
  return { ...own, ...joinQueries(access, own), close, connections, callers };
};
