import type { DatabaseConfig } from '../config.ts';
import { insertAuditEntries, listAuditEntries } from './audit-log.ts';
import { setBlueprintLabels } from './blueprint-attributes.ts';
import { listBlueprints, listBlueprintsByName, searchBlueprints } from './blueprint-lists.ts';
import { addBlueprintVersion, findVersionNumber, listBlueprintVersions } from './blueprint-versions.ts';
import { batchFindBlueprint, deleteBlueprint, findLatestVersion, insertBlueprint, isNameTaken } from './blueprints.ts';
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
import { deleteCompose, findComposeOrigin, listBlueprintComposes, listKnownComposes } from './composes.ts';
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
import { setComposeLabels } from './labels.ts';
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

/** Creates the queries on a pool that opens at the first of them. */
export function createDatabase(config: DatabaseConfig) {
  const access = createDatabaseAccess(config);
  const joined = joinQueries(access);
  return {
    composes: {
      ...bind(access, {
        listOfBlueprint: listBlueprintComposes,
        listFiltered: listFilteredComposes,
        findOrigin: findComposeOrigin,
        listKnown: listKnownComposes,
        delete: deleteCompose,
        findMetadata: findComposeMetadata,
        findProgress: findKeptStatus,
        recordStatus,
        takeDue: takeDueComposes,
        stopPolling: stopFollowing,
        requestCancellation,
        recordCancelled,
        setLabels: setComposeLabels,
        abandon: giveUpBuild,
        endAbandoned: endGivenUpBuild,
        listAbandoned: listGivenUpBuilds,
        deleteOldAbandoned: forgetGivenUpBuilds,
      }),
      store: joined.insertCompose,
      list: joined.listComposes,
      findStatus: joined.findComposeStatus,
      recordFinalStatus: joined.recordFinalStatus,
      recordMetadata: joined.recordMetadata,
    },
    sboms: {
      ...bind(access, { list: listComposeSboms, find: findComposeSbom, insert: insertComposeSboms }),
    },
    clones: {
      ...bind(access, {
        insert: insertClone,
        recordComposerId: recordCloneId,
        delete: deleteClone,
        recordStatus: recordCloneStatus,
        find: findClone,
        list: listClones,
        listLost: listLostClones,
      }),
    },
    blueprints: {
      find: batchFindBlueprint(access),
      ...bind(access, {
        findLatestVersion,
        isNameTaken,
        list: listBlueprints,
        listByName: listBlueprintsByName,
        search: searchBlueprints,
        listFiltered: listFilteredBlueprints,
        listVersions: listBlueprintVersions,
        findVersionNumber,
        setLabels: setBlueprintLabels,
      }),
      ...bindRecording(access, {
        insert: insertBlueprint,
        addVersion: addBlueprintVersion,
        delete: deleteBlueprint,
      }),
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
