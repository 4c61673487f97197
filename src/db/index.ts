import type { DatabaseConfig } from '../config/index.ts';
import {
  abandonCompose,
  deleteOldAbandonedComposes,
  endAbandonedCompose,
  listKnownComposes,
} from './abandoned-composes.ts';
import { insertAuditEntries, listAuditEntries } from './audit-log.ts';
import { setBlueprintLabels } from './blueprint-attributes.ts';
import { listBlueprints, listBlueprintsByName, searchBlueprints } from './blueprint-lists.ts';
import { addBlueprintVersion, findVersionNumber, listBlueprintVersions } from './blueprint-versions.ts';
import { batchFindBlueprint, deleteBlueprint, findLatestVersion, insertBlueprint, isNameTaken } from './blueprints.ts';
import {
  batchReservations,
  countUnknownBuilds,
  isAnySent,
  listSentReservations,
  listUnalertedBuilds,
  listUnknownBuilds,
  markAlerted,
  markSent,
  markUnknown,
  readQuotaState,
  readQuotaUse,
  reconcileReservations,
  releaseReservations,
} from './build-reservations.ts';
import {
  deleteClone,
  findClone,
  insertClone,
  listClones,
  listLostClones,
  recordCloneId,
  recordCloneStatus,
} from './compose-clones.ts';
import { setComposeLabels } from './compose-labels.ts';
import { listBlueprintComposes, listComposes } from './compose-lists.ts';
import { findComposeSbom, insertComposeSboms, listComposeSboms } from './compose-sboms.ts';
import { addJob, deleteJobsOfDeadProcesses } from './background-jobs.ts';
import { findNextPoll, followClosely, followComposesClosely, stopPolling, takeDueComposes } from './compose-polls.ts';
import {
  batchEnds,
  batchMetadata,
  batchStatusReads,
  findComposeMetadata,
  findProgress,
  recordCancelled,
  recordStatus,
  requestCancellation,
} from './compose-statuses.ts';
import { batchStores, deleteCompose, findComposeOrigin } from './composes.ts';
import { recordDelivered, recordFailed, recordRetry, releaseDeliveries } from './delivery-outcomes.ts';
import { createDatabaseAccess, type CommonQueryMethods, type DatabaseAccess } from './database.ts';
import { listFilteredBlueprints } from './filtered-blueprints.ts';
import { listFilteredComposes } from './filtered-composes.ts';
import { deleteOldEvents, findEventHorizon, listEvents, listEventsOfOrganizations } from './events.ts';
import {
  deleteExpiredIdempotencyKeys,
  findIdempotencyKey,
  freeIdempotencyKey,
  leaveIdempotencyKey,
  recordResponse,
  recordWanted,
  takeIdempotencyKey,
} from './idempotency-keys.ts';
import { createLargeLists } from './large-lists.ts';
import { ping } from './ping.ts';
import { endProcess, recordHeartbeat } from './processes.ts';
import type { AuditEntry } from './recording.ts';
import { indexBlueprints, indexComposes, type ComposesToIndex, type MakeComposeTexts } from './indexing.ts';
import { createSafeIdReader } from './safe-event-id.ts';
import {
  endRun,
  evaluateRuns,
  findNextDueSchedule,
  leaveRun,
  recordRunPackages,
  takeDueSchedule,
  takeLeftRun,
} from './schedule-runs.ts';
import { deleteSchedule, findSchedule, setSchedule } from './schedules.ts';
import {
  countPendingDeliveries,
  deleteEndedDeliveries,
  findNextDueDelivery,
  insertPing,
  listWebhookDeliveries,
  takeDueDeliveries,
} from './webhook-deliveries.ts';
import { deleteWebhook, findWebhook, insertWebhook, listWebhooks } from './webhooks.ts';

export type { TaskName } from './background-jobs.ts';

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

/** Gives a query the argument behind the connection. */
function given<Given, Rest extends readonly unknown[], Result>(
  value: Given,
  query: (db: CommonQueryMethods, value: Given, ...rest: Rest) => Result,
): (db: CommonQueryMethods, ...rest: Rest) => Result {
  return (db, ...rest) => query(db, value, ...rest);
}

/** The service's database: the queries of each aggregate. Connects at the first query. */
export type Database = ReturnType<typeof createDatabase>;

/**
 * Creates the queries on a pool that opens at the first of them.
 * @param composeTexts makes what is stored beside a compose for responses
 */
export function createDatabase(config: DatabaseConfig, { composeTexts }: { readonly composeTexts: MakeComposeTexts }) {
  const access = createDatabaseAccess(config);
  const largeLists = createLargeLists();
  const lists = { composeTexts, largeLists };
  return {
    composes: {
      ...bind(access, {
        list: given(lists, listComposes),
        listOfBlueprint: given(lists, listBlueprintComposes),
        listFiltered: given(lists, listFilteredComposes),
        findOrigin: findComposeOrigin,
        delete: (db: CommonQueryMethods, orgId: string, jobId: string, audit: AuditEntry | null) =>
          deleteCompose(db, orgId, jobId, audit).finally(() => largeLists.drop(orgId)),
        setLabels: given(composeTexts, setComposeLabels),
        findMetadata: findComposeMetadata,
        findProgress,
        requestCancellation,
        takeDue: takeDueComposes,
        findNextPoll,
        stopPolling,
        followClosely,
        followComposesClosely,
        abandon: abandonCompose,
        endAbandoned: endAbandonedCompose,
        listKnown: listKnownComposes,
        deleteOldAbandoned: deleteOldAbandonedComposes,
      }),
      ...bindRecording(access, { recordStatus, recordCancelled }),
      store: batchStores(access, composeTexts),
      findStatus: batchStatusReads(access),
      recordFinalStatus: batchEnds(access),
      recordMetadata: batchMetadata(access),
    },
    sboms: bind(access, {
      list: listComposeSboms,
      find: findComposeSbom,
      insert: given(composeTexts, insertComposeSboms),
    }),
    clones: bind(access, {
      insert: given(composeTexts, insertClone),
      recordComposerId: recordCloneId,
      delete: deleteClone,
      recordStatus: recordCloneStatus,
      find: findClone,
      list: listClones,
      listLost: listLostClones,
    }),
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
      reserve: batchReservations(access),
      ...bind(access, {
        readQuotaUse,
        readQuotaState,
        markSent,
        release: releaseReservations,
        markUnknown,
        reconcile: reconcileReservations,
        listUnalerted: listUnalertedBuilds,
        markAlerted,
        listUnknown: listUnknownBuilds,
        countUnknown: countUnknownBuilds,
        listSent: listSentReservations,
        isAnySent,
      }),
    },
    processes: bind(access, { heartbeat: recordHeartbeat, end: endProcess }),
    audit: bind(access, { insert: insertAuditEntries, list: listAuditEntries }),
    idempotencyKeys: bind(access, {
      take: takeIdempotencyKey,
      find: findIdempotencyKey,
      recordWanted,
      leave: leaveIdempotencyKey,
      recordResponse,
      free: freeIdempotencyKey,
      deleteExpired: deleteExpiredIdempotencyKeys,
    }),
    schedules: bind(access, {
      set: setSchedule,
      find: findSchedule,
      delete: deleteSchedule,
      findNextDue: findNextDueSchedule,
      takeDue: takeDueSchedule,
      takeAbandonedRun: takeLeftRun,
      leaveRun,
      recordRunPackages,
      endRun,
      evaluateRuns,
    }),
    events: {
      ...bind(access, {
        findHorizon: findEventHorizon,
        list: listEvents,
        listOfOrganizations: listEventsOfOrganizations,
        deleteOld: deleteOldEvents,
      }),
      findSafeId: createSafeIdReader(access),
    },
    webhooks: bind(access, { insert: insertWebhook, find: findWebhook, list: listWebhooks, delete: deleteWebhook }),
    deliveries: bind(access, {
      insertPing,
      list: listWebhookDeliveries,
      takeDue: takeDueDeliveries,
      findNextDue: findNextDueDelivery,
      recordDelivered,
      recordRetry,
      recordFailed,
      release: releaseDeliveries,
      countPending: countPendingDeliveries,
      deleteEnded: deleteEndedDeliveries,
    }),
    indexing: bind(access, {
      composes: (db: CommonQueryMethods, which: ComposesToIndex, limit: number) =>
        indexComposes(db, which, composeTexts, limit),
      blueprints: indexBlueprints,
    }),
    jobs: bind(access, { add: addJob, deleteOfDeadProcesses: deleteJobsOfDeadProcesses }),
    ping: () => access.use(ping),
    close: access.close,
    connections: access.connections,
    callers: access.callers,
  };
}
