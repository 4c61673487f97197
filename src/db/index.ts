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
import { joinCalls, joinTurns, shareAnswers } from './joined.ts';
import { setBlueprintLabels, setComposeLabels } from './labels.ts';
import { ping } from './ping.ts';
import * as webhookDeliveries from './webhook-deliveries.ts';
import * as webhooks from './webhooks.ts';

/** Reservations of one organization that go into one statement. */
const RESERVED_TOGETHER = 50;

/** Characters from which on a request, or a build, goes alone. */
const LARGE_REQUEST = 256 * 1024;

/** Reads by id that go into one statement. */
const READ_TOGETHER = 100;

/** Accepted builds of one organization that are stored by one statement. */
const STORED_TOGETHER = 25;

/** What is learned of builds at the same time and goes into one statement: of metadata fewer, which may be long. */
const ENDS_TOGETHER = 50;
const CONTENTS_TOGETHER = 10;

const { reserveTogether, reservationKey, wantedBuilds, ...reservationQueries } = reservations;

const queries = {
  ...composes,
  ...composeStatuses,
  ...composeSboms,
  ...composeCancellations,
  ...composeClones,
  ...blueprints,
  ...reservationQueries,
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
  // Those of one organization wait for one another in the database: what comes while one is under way goes together.
  const reserve = joinTurns(
    reservationKey,
    (calls) => access.use((db) => reserveTogether(db, calls)),
    RESERVED_TOGETHER,
  );
  // Many want to know how their builds are, and most of them at the same time.
  const findComposeStatus = joinCalls<composeStatuses.ComposeAddress, composeStatuses.ComposeWithStatus | null>(
    ({ orgId, jobId }) => `${jobId} ${orgId}`,
    (calls) => access.use((db) => composeStatuses.findComposeStatuses(db, calls)),
    READ_TOGETHER,
  );
  const findBlueprint = joinCalls<blueprints.BlueprintAddress, blueprints.BlueprintRow | null>(
    ({ orgId, id, version }) => `${id} ${version ?? ''} ${orgId}`,
    (calls) => access.use((db) => blueprints.findBlueprintsTogether(db, calls)),
    READ_TOGETHER,
  );
  // Every commit waits for the disk: what comes meanwhile goes together. Where one cannot be stored, each is judged by itself.
  const storeTogether = joinTurns<composes.AcceptedBuild, boolean | 'alone'>(
    ({ orgId }) => orgId,
    (builds) => {
      const stored = access.use((db) => composes.storeAcceptedBuilds(db, builds));
      return builds.length === 1 ? stored : stored.catch(() => builds.map(() => 'alone'));
    },
    STORED_TOGETHER,
  );
  const storeAlone = async (build: composes.AcceptedBuild): Promise<boolean> =>
    (await access.use((db) => composes.storeAcceptedBuilds(db, [build])))[0] ?? false;
  const store = async (build: composes.AcceptedBuild): Promise<boolean> => {
    // Without a reservation nobody could tell whether a statement was carried out whose answer is lost.
    const isAlone = build.reservationId === null || build.text.length >= LARGE_REQUEST;
    const stored = isAlone ? 'alone' : await storeTogether(build);
    return stored === 'alone' ? storeAlone(build) : stored;
  };
  // What is learned of builds at the same time goes together, too.
  const recordFinalStatus = joinTurns<composeStatuses.ComposeEnd, boolean>(
    () => 'ends',
    (ends) => access.use((db) => composeStatuses.recordFinalStatuses(db, ends)),
    ENDS_TOGETHER,
  );
  const recordMetadata = joinTurns<composeStatuses.ComposeContent, undefined>(
    () => 'contents',
    async (contents) => {
      await access.use((db) => composeStatuses.recordMetadataOf(db, contents));
      return contents.map(() => undefined);
    },
    CONTENTS_TOGETHER,
  );
  const own = bound as unknown as Bound<typeof queries>;
  return {
    ...own,
    findComposeStatus: (orgId, jobId) => findComposeStatus({ orgId, jobId }),
    findBlueprint: (orgId, id, version = null) => findBlueprint({ orgId, id, version }),
    insertCompose: (compose, reservationId) =>
      access.use((db) => composes.insertCompose(db, compose, reservationId, store)),
    recordFinalStatus: (jobId, status, imageStatus) => recordFinalStatus({ jobId, status, imageStatus }),
    recordMetadata: (jobId, metadata) => recordMetadata({ jobId, metadata }),
    listComposes: shareAnswers(own.listComposes),
    listBlueprints: shareAnswers(own.listBlueprints),
    searchBlueprints: shareAnswers(own.searchBlueprints),
    reserveBuilds: async (orgId, wanted, limit, details = {}) => {
      const call = wantedBuilds(orgId, wanted, limit, details);
      if (call.request.length < LARGE_REQUEST) return reserve(call);
      const [reservation] = await access.use((db) => reserveTogether(db, [call]));
      return reservation as reservations.Reservation;
    },
    ...{ close, connections, callers },
  };
};
