import { sql } from 'slonik';
import type { DatabaseConfig } from '../config/index.ts';
import { abandonCompose, endAbandonedCompose, listKnownComposes } from './queries/abandoned-composes.ts';
import { insertAuditEntries, listAuditEntries } from './queries/audit-log.ts';
import { setBlueprintLabels } from './queries/blueprint-attributes.ts';
import { batchBlueprintReads, listBlueprints } from './queries/blueprint-lists.ts';
import { addBlueprintVersion, findVersionNumber, listBlueprintVersions } from './queries/blueprint-versions.ts';
import {
  batchFindBlueprint,
  deleteBlueprint,
  findLatestVersion,
  insertBlueprint,
  isNameTaken,
} from './queries/blueprints.ts';
import type { VersionCondition } from './queries/blueprints.ts';
import {
  batchReservations,
  countUnknownComposes,
  listSentReservations,
  listUnknownComposes,
  markAlerted,
  markSent,
  markUnknown,
  readQuotaUse,
  reconcileReservations,
  releaseReservations,
} from './queries/build-reservations.ts';
import {
  deleteClone,
  findClone,
  insertClone,
  listClones,
  listLostClones,
  recordCloneId,
  recordCloneStatus,
} from './queries/compose-clones.ts';
import { setComposeLabels } from './queries/compose-labels.ts';
import { createComposeHistograms } from './queries/compose-histograms.ts';
import { batchComposeReads, findListedCompose, listOpenedComposes } from './queries/compose-lists.ts';
import { findComposeSbom, insertComposeSboms, listComposeSboms } from './queries/compose-sboms.ts';
import { addJob, deleteJobsOfDeadProcesses } from './queries/background-jobs.ts';
import { findNextPoll, followClosely, stopPolling, takeDueComposes } from './queries/compose-polls.ts';
import {
  batchMetadata,
  batchStatuses,
  batchStatusReads,
  findComposeMetadata,
  findProgress,
  recordCancelled,
  requestCancellation,
} from './queries/compose-statuses.ts';
import { batchStores, deleteCompose, findComposeOrigin, findComposeRequest } from './queries/composes.ts';
import { createDatabaseAccess, type CommonQueryMethods, type DatabaseAccess } from './database.ts';
import { deleteSomeExpired } from './queries/expired-rows.ts';
import { findEventHorizon, listEvents, listEventsOfOrganizations } from './queries/events.ts';
import {
  findIdempotencyKey,
  freeIdempotencyKey,
  detachIdempotencyKey,
  recordResponse,
  recordWanted,
  takeIdempotencyKey,
} from './queries/idempotency-keys.ts';
import { readStorageUse } from './queries/storage-use.ts';
import { endProcess, recordHeartbeat } from './queries/processes.ts';
import type { AuditEntry } from './queries/recording.ts';
import { indexBlueprints, indexComposes, type ComposesToIndex } from './queries/indexing.ts';
import { noColumns } from './row-check.ts';
import { decryptText, encryptText, NO_VAULT, type StorageSupport } from './vault.ts';
import { createSafeIdReader } from './queries/safe-event-id.ts';
import {
  startDueRuns,
  endRun,
  evaluateRuns,
  findNextDueSchedule,
  postponeRun,
  recordRunPackages,
  takeRun,
} from './queries/schedule-runs.ts';
import { deleteSchedule, findSchedule, setSchedule } from './queries/schedules.ts';
import {
  countPendingDeliveries,
  findNextDueDelivery,
  insertPing,
  listWebhookDeliveries,
  recordAttempt,
  releaseDeliveries,
  takeDueDeliveries,
} from './queries/webhook-deliveries.ts';
import { deleteWebhook, findWebhook, insertWebhook, listWebhooks } from './queries/webhooks.ts';

export type { TaskName } from './queries/background-jobs.ts';

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

/** Binds queries that record events: after each query the readers of events are notified. */
function bindRecording<Queries extends object>(access: DatabaseAccess, queries: Queries): Bound<Queries> {
  return bind({ ...access, use: (work) => access.use(work).finally(access.announce) }, queries);
}

/** Binds the second argument of a query, after the connection. */
function withArgument<Given, Rest extends readonly unknown[], Result>(
  value: Given,
  query: (db: CommonQueryMethods, value: Given, ...rest: Rest) => Result,
): (db: CommonQueryMethods, ...rest: Rest) => Result {
  return (db, ...rest) => query(db, value, ...rest);
}

type Histograms = ReturnType<typeof createComposeHistograms>;

function composeQueries(access: DatabaseAccess, { composeTexts, vault }: StorageSupport, histograms: Histograms) {
  return {
    composes: {
      ...bind(access, {
        list: withArgument(
          { composeTexts, histograms, vault, readFirst: batchComposeReads(access) },
          listOpenedComposes,
        ),
        findListed: withArgument(vault, findListedCompose),
        findRequest: withArgument(vault, findComposeRequest),
        findOrigin: withArgument(vault, findComposeOrigin),
        delete: (db: CommonQueryMethods, orgId: string, jobId: string, audit: AuditEntry | null) =>
          deleteCompose(db, orgId, jobId, audit).finally(() => histograms.drop(orgId)),
        setLabels: withArgument(composeTexts, setComposeLabels),
        findMetadata: findComposeMetadata,
        findProgress,
        requestCancellation,
        takeDue: takeDueComposes,
        findNextPoll,
        stopPolling,
        followClosely,
        abandon: abandonCompose,
        endAbandoned: endAbandonedCompose,
        listKnown: listKnownComposes,
      }),
      ...bindRecording(access, { recordCancelled }),
      store: batchStores(access),
      findStatus: batchStatusReads(access, vault),
      recordStatus: batchStatuses(access),
      recordMetadata: batchMetadata(access),
    },
    sboms: bind(access, {
      list: listComposeSboms,
      find: findComposeSbom,
      insert: withArgument(composeTexts, insertComposeSboms),
    }),
    clones: bind(access, {
      insert: withArgument({ composeTexts, vault }, insertClone),
      recordComposerId: recordCloneId,
      delete: deleteClone,
      recordStatus: recordCloneStatus,
      find: findClone,
      list: listClones,
      listLost: listLostClones,
    }),
    reservations: {
      reserve: batchReservations(access, { composeTexts, vault }),
      ...bind(access, {
        readQuotaUse,
        markSent,
        release: releaseReservations,
        markUnknown,
        reconcile: reconcileReservations,
        listUnknown: listUnknownComposes,
        countUnknown: countUnknownComposes,
        markAlerted,
        listSent: listSentReservations,
      }),
    },
  };
}

function blueprintQueries(access: DatabaseAccess, { vault }: StorageSupport, histograms: Histograms) {
  return {
    blueprints: {
      find: batchFindBlueprint(access, vault),
      ...bind(access, {
        findLatestVersion,
        isNameTaken,
        list: withArgument(batchBlueprintReads(access), listBlueprints),
        listVersions: listBlueprintVersions,
        findVersionNumber,
        setLabels: setBlueprintLabels,
      }),
      ...bindRecording(access, {
        insert: withArgument(vault, insertBlueprint),
        addVersion: withArgument(vault, addBlueprintVersion),
        // Composes of the blueprint are deleted with it.
        delete: (
          db: CommonQueryMethods,
          orgId: string,
          id: string,
          condition: VersionCondition | null,
          audit: AuditEntry | null,
        ) => deleteBlueprint(db, orgId, id, condition, audit).finally(() => histograms.drop(orgId)),
      }),
    },
    schedules: bind(access, {
      set: setSchedule,
      find: findSchedule,
      delete: deleteSchedule,
      findNextDue: findNextDueSchedule,
      startDueRuns,
      takeRun,
      postponeRun,
      recordRunPackages,
      endRun,
      evaluateRuns,
    }),
  };
}

function eventQueries(access: DatabaseAccess) {
  return {
    events: {
      ...bind(access, {
        findHorizon: findEventHorizon,
        list: listEvents,
        listOfOrganizations: listEventsOfOrganizations,
      }),
      findSafeId: createSafeIdReader(access),
    },
    webhooks: bind(access, { insert: insertWebhook, find: findWebhook, list: listWebhooks, delete: deleteWebhook }),
    deliveries: bind(access, {
      insertPing,
      list: listWebhookDeliveries,
      takeDue: takeDueDeliveries,
      findNextDue: findNextDueDelivery,
      recordAttempt,
      release: releaseDeliveries,
      countPending: countPendingDeliveries,
    }),
    audit: bind(access, { insert: insertAuditEntries, list: listAuditEntries }),
  };
}

function processQueries(access: DatabaseAccess, { composeTexts, vault }: StorageSupport) {
  return {
    secrets: {
      ...{ canEncrypt: vault.canEncrypt, sealsRequests: vault.sealsRequests },
      ...bind(access, { encrypt: withArgument(vault, encryptText), decrypt: withArgument(vault, decryptText) }),
    },
    processes: bind(access, { heartbeat: recordHeartbeat, end: endProcess }),
    idempotencyKeys: bind(access, {
      take: takeIdempotencyKey,
      find: findIdempotencyKey,
      recordWanted,
      detach: detachIdempotencyKey,
      recordResponse,
      free: freeIdempotencyKey,
    }),
    indexing: bind(access, {
      composes: (db: CommonQueryMethods, which: ComposesToIndex, limit: number) =>
        indexComposes(db, which, composeTexts, limit),
      blueprints: indexBlueprints,
    }),
    expired: bind(access, { deleteSome: deleteSomeExpired }),
    jobs: bind(access, { add: addJob, deleteOfDeadProcesses: deleteJobsOfDeadProcesses }),
  };
}

/** The queries of each aggregate. */
export type Database = ReturnType<typeof createDatabase>;

/**
 * Creates the queries on a pool, which opens at the first query.
 * @param given without a vault nothing is encrypted
 */
export function createDatabase(config: DatabaseConfig, given: Omit<StorageSupport, 'vault'> & Partial<StorageSupport>) {
  const support = { vault: NO_VAULT, ...given };
  const access = createDatabaseAccess(config);
  const histograms = createComposeHistograms();
  return {
    ...composeQueries(access, support, histograms),
    ...blueprintQueries(access, support, histograms),
    ...eventQueries(access),
    ...processQueries(access, support),
    ...bind(access, { readStorageUse }),
    ping: () => access.use((db) => db.query(sql.type(noColumns)`SELECT`)),
    close: access.close,
    connections: access.connections,
    callers: access.callers,
  };
}
