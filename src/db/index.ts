import type { DatabaseConfig } from '../config.ts';
import { insertAuditEntries, listAuditEntries } from './audit-log.ts';
import { findVersionNumber, listBlueprintVersions } from './blueprint-history.ts';
import { findBlueprintByName } from './blueprint-lists.ts';
import {
  addBlueprintVersion,
  deleteBlueprint,
  findLatestVersion,
  insertBlueprint,
  updateBlueprint,
} from './blueprints.ts';
import {
  countUnknownBuilds,
  endProcess,
  isAnySent,
  keepProcessAlive,
  listSentReservations,
  listUnknownBuilds,
  listUntoldBuilds,
  markSent,
  markTold,
  markUnknown,
  readQuotaState,
  readQuotaUse,
  releaseReservations,
  settleAbandonedBuilds,
} from './build-reservations.ts';
import { recordCancelled, requestCancellation } from './compose-cancellations.ts';
import {
  deleteClone,
  findClone,
  insertClone,
  listClones,
  listLostClones,
  recordCloneId,
  recordCloneStatus,
} from './compose-clones.ts';
import { findComposeSbom, insertComposeSboms, listComposeSboms } from './compose-sboms.ts';
import {
  findComposeMetadata,
  findKeptStatus,
  recordStatus,
  stopFollowing,
  takeDueComposes,
} from './compose-statuses.ts';
import { setComposeLabels } from './compose-labels.ts';
import { listBlueprintComposes, listComposes } from './compose-lists.ts';
import { deleteCompose, findComposeOrigin, listKnownComposes } from './composes.ts';
import {
  deleteOldEvents,
  findEventHorizon,
  findNewestEventId,
  listEvents,
  listEventsOfAll,
  publishEvents,
} from './events.ts';
import { listFilteredBlueprints } from './filtered-blueprints.ts';
import { listFilteredComposes } from './filtered-composes.ts';
import { endGivenUpBuild, forgetGivenUpBuilds, giveUpBuild, listGivenUpBuilds } from './given-up-builds.ts';
import {
  deleteExpiredIdempotencyKeys,
  findIdempotencyKey,
  freeIdempotencyKey,
  keepIdempotentAnswer,
  leaveIdempotencyKey,
  recordWanted,
  takeIdempotencyKey,
} from './idempotency-keys.ts';
import { setBlueprintLabels } from './labels.ts';
import type { MakeComposeTexts } from './indexing.ts';
import { createLargeLists } from './large-lists.ts';
import {
  deleteSchedule,
  endRun,
  findSchedule,
  isScheduleWaiting,
  judgeRuns,
  leaveRun,
  recordRunPackages,
  setSchedule,
  takeDueSchedule,
  takeLeftRun,
} from './schedules.ts';
import {
  countPendingDeliveries,
  forgetEndedDeliveries,
  insertPing,
  listWebhookDeliveries,
  recordDelivered,
  recordFailed,
  recordRetry,
  releaseDeliveries,
  takeDueDeliveries,
} from './webhook-deliveries.ts';
import { deleteWebhook, findWebhook, insertWebhook, listWebhooks } from './webhooks.ts';
import { createDatabaseAccess, type CommonQueryMethods, type DatabaseAccess } from './database.ts';
import { joinQueries } from './joined-queries.ts';
import { ping } from './ping.ts';

/** Queries without their first argument, the connection. */
type Bound<Queries> = {
  readonly [Name in keyof Queries]: Queries[Name] extends (db: CommonQueryMethods, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

type Query = (db: CommonQueryMethods, ...rest: readonly unknown[]) => Promise<unknown>;

/** Binds queries to the pool. */
function bind<Queries extends object>({ use }: DatabaseAccess, queries: Queries): Bound<Queries> {
  const bound = Object.entries(queries as Readonly<Record<string, Query>>).map(([name, query]) => [
    name,
    (...rest: readonly unknown[]) => use((db) => query(db, ...rest)),
  ]);
  return Object.fromEntries(bound) as Bound<Queries>;
}

/** Binds queries that record events to the pool: after each of them the readers of events are woken. */
function bindRecording<Queries extends object>(access: DatabaseAccess, queries: Queries): Bound<Queries> {
  return bind({ ...access, use: (work) => access.use(work).finally(access.announce) }, queries);
}

/** The service's database: the queries of each aggregate. Connects at the first query. */
export type Database = ReturnType<typeof createDatabase>;

/** Gives queries the argument behind the connection. */
const given =
  <Given, Rest extends readonly unknown[], Result>(
    value: Given,
    query: (db: CommonQueryMethods, value: Given, ...rest: Rest) => Result,
  ) =>
  (db: CommonQueryMethods, ...rest: Rest): Result =>
    query(db, value, ...rest);

export interface DatabaseOptions {
  readonly composeTexts: MakeComposeTexts;
}

/** Creates the queries on a pool that opens at the first of them. */
export function createDatabase(config: DatabaseConfig, { composeTexts }: DatabaseOptions) {
  const access = createDatabaseAccess(config);
  const largeLists = createLargeLists();
  const lists = { composeTexts, largeLists };
  const joined = joinQueries(access);
  return {
    composes: {
      ...bind(access, {
        list: given(lists, listComposes),
        listOfBlueprint: given(lists, listBlueprintComposes),
        listFiltered: given(lists, listFilteredComposes),
        findOrigin: findComposeOrigin,
        listKnown: listKnownComposes,
        delete: (db: CommonQueryMethods, orgId: string, jobId: string) =>
          deleteCompose(db, orgId, jobId).finally(() => largeLists.drop(orgId)),
        findMetadata: findComposeMetadata,
        findProgress: findKeptStatus,
        recordStatus,
        takeDue: takeDueComposes,
        stopPolling: stopFollowing,
        requestCancellation,
        recordCancelled,
        setLabels: given(composeTexts, setComposeLabels),
        abandon: giveUpBuild,
        endAbandoned: endGivenUpBuild,
        listAbandoned: listGivenUpBuilds,
        deleteOldAbandoned: forgetGivenUpBuilds,
      }),
      store: joined.insertCompose,
      findStatus: joined.findComposeStatus,
      recordFinalStatus: joined.recordFinalStatus,
      recordMetadata: joined.recordMetadata,
    },
    sboms: {
      ...bind(access, {
        list: listComposeSboms,
        find: findComposeSbom,
        insert: given(composeTexts, insertComposeSboms),
      }),
    },
    clones: {
      ...bind(access, {
        insert: given(composeTexts, insertClone),
        recordComposerId: recordCloneId,
        delete: deleteClone,
        recordStatus: recordCloneStatus,
        find: findClone,
        list: listClones,
        listLost: listLostClones,
      }),
    },
    blueprints: {
      ...bind(access, {
        findLatestVersion,
        insert: insertBlueprint,
        update: updateBlueprint,
        addVersion: addBlueprintVersion,
        delete: deleteBlueprint,
        findByName: findBlueprintByName,
        listFiltered: listFilteredBlueprints,
        listVersions: listBlueprintVersions,
        findVersionNumber,
        setLabels: setBlueprintLabels,
      }),
      find: joined.findBlueprint,
      list: joined.listBlueprints,
      search: joined.searchBlueprints,
    },
    reservations: {
      ...bind(access, {
        readQuotaUse,
        readQuotaState,
        markSent,
        release: releaseReservations,
        markUnknown,
        reconcile: settleAbandonedBuilds,
        listNotAlerted: listUntoldBuilds,
        markAlerted: markTold,
        listUnknown: listUnknownBuilds,
        countUnknown: countUnknownBuilds,
        listSent: listSentReservations,
        isAnySent,
      }),
      reserve: joined.reserveBuilds,
    },
    processes: {
      ...bind(access, { heartbeat: keepProcessAlive, end: endProcess }),
    },
    audit: {
      ...bind(access, { insert: insertAuditEntries, list: listAuditEntries }),
    },
    idempotencyKeys: {
      ...bind(access, {
        take: takeIdempotencyKey,
        find: findIdempotencyKey,
        recordWanted,
        leave: leaveIdempotencyKey,
        recordResponse: keepIdempotentAnswer,
        free: freeIdempotencyKey,
        deleteExpired: deleteExpiredIdempotencyKeys,
      }),
    },
    schedules: {
      ...bind(access, {
        set: setSchedule,
        find: findSchedule,
        delete: deleteSchedule,
        isAnyWaiting: isScheduleWaiting,
        takeDue: takeDueSchedule,
        takeAbandonedRun: takeLeftRun,
        leaveRun,
        recordRunPackages,
        endRun,
        evaluateRuns: judgeRuns,
      }),
    },
    events: {
      ...bind(access, {
        publish: publishEvents,
        findNewestId: findNewestEventId,
        findHorizon: findEventHorizon,
        list: listEvents,
        listOfOrganizations: listEventsOfAll,
        deleteOld: deleteOldEvents,
      }),
    },
    webhooks: {
      ...bind(access, { insert: insertWebhook, find: findWebhook, list: listWebhooks, delete: deleteWebhook }),
    },
    deliveries: {
      ...bind(access, {
        insertPing,
        list: listWebhookDeliveries,
        takeDue: takeDueDeliveries,
        recordDelivered,
        recordRetry,
        recordFailed,
        release: releaseDeliveries,
        countPending: countPendingDeliveries,
        deleteEnded: forgetEndedDeliveries,
      }),
    },
    ping: () => access.use(ping),
    close: access.close,
    connections: access.connections,
    callers: access.callers,
  };
}
