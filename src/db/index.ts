import { sql } from 'slonik';
import type { DatabaseConfig } from '../config/index.ts';
import { abandonCompose, endAbandonedCompose, listKnownComposes } from './queries/abandoned-composes.ts';
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
import { bind, bindOwned, withArgument } from './bind.ts';
import {
  createDatabaseAccess,
  type CommonQueryMethods,
  type DatabaseAccess,
  type DatabaseObserver,
  reading,
  recording,
} from './database.ts';
import { eventQueries } from './event-queries.ts';
import { deleteSomeExpired } from './queries/expired-rows.ts';
import { isSameHistory } from './queries/database-history.ts';
import { readMaintenanceReport, readPreparedAt } from './queries/maintenance-report.ts';
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
import { NO_VAULT, type StorageSupport } from './vault.ts';
import {
  startDueRuns,
  endRun,
  evaluateRuns,
  findNextDueSchedule,
  postponeRun,
  recordRunPackages,
  takeRun,
} from './queries/schedule-runs.ts';
import { recordEntitlements } from './queries/schedule-entitlements.ts';
import { deleteSchedule, findSchedule, setSchedule } from './queries/schedules.ts';

export { BACKGROUND_TIMEOUTS, type DatabaseObserver } from './database.ts';
export type { TaskName } from './queries/background-jobs.ts';

type Histograms = ReturnType<typeof createComposeHistograms>;

function composeQueries(access: DatabaseAccess, { composeTexts, vault }: StorageSupport, histograms: Histograms) {
  const reads = reading(access);
  return {
    composes: {
      ...bindOwned(reads, {
        list: withArgument(
          { composeTexts, histograms, vault, readFirst: batchComposeReads(reads) },
          listOpenedComposes,
        ),
        findListed: withArgument(vault, findListedCompose),
        findRequest: withArgument(vault, findComposeRequest),
        findOrigin: withArgument(vault, findComposeOrigin),
        findMetadata: findComposeMetadata,
      }),
      ...bindOwned(access, {
        delete: (db: CommonQueryMethods, orgId: string, jobId: string, audit: AuditEntry | null) =>
          deleteCompose(db, orgId, jobId, audit).finally(() => histograms.drop(orgId)),
        setLabels: withArgument(composeTexts, setComposeLabels),
        requestCancellation,
      }),
      ...bind(reads, { findProgress }),
      ...bind(access, {
        takeDue: takeDueComposes,
        findNextPoll,
        stopPolling,
        followClosely,
        abandon: abandonCompose,
        endAbandoned: endAbandonedCompose,
        listKnown: listKnownComposes,
      }),
      ...bind(recording(access), { recordCancelled }),
      store: batchStores(recording(access)),
      findStatus: batchStatusReads(reads, vault),
      recordStatus: batchStatuses(recording(access)),
      recordMetadata: batchMetadata(access),
    },
    sboms: {
      ...bindOwned(reads, { list: listComposeSboms, find: findComposeSbom }),
      ...bindOwned(access, { insert: withArgument(composeTexts, insertComposeSboms) }),
    },
    clones: {
      ...bindOwned(reads, { find: findClone, list: listClones }),
      ...bindOwned(access, { insert: withArgument({ composeTexts, vault }, insertClone) }),
      ...bind(access, {
        recordComposerId: recordCloneId,
        delete: deleteClone,
        recordStatus: recordCloneStatus,
        listLost: listLostClones,
      }),
    },
    reservations: {
      reserve: batchReservations(access, { composeTexts, vault }),
      ...bindOwned(reads, { readQuotaUse }),
      ...bind(access, {
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
  const reads = reading(access);
  return {
    blueprints: {
      find: batchFindBlueprint(reads, vault),
      ...bindOwned(reads, {
        findLatestVersion,
        isNameTaken,
        list: withArgument(batchBlueprintReads(reads), listBlueprints),
        listVersions: listBlueprintVersions,
        findVersionNumber,
      }),
      ...bindOwned(access, { setLabels: setBlueprintLabels }),
      ...bindOwned(recording(access), {
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
    schedules: {
      ...bindOwned(reads, { find: findSchedule }),
      ...bindOwned(access, { set: setSchedule, delete: deleteSchedule }),
      ...bind(access, {
        findNextDue: findNextDueSchedule,
        startDueRuns,
        takeRun,
        postponeRun,
        recordRunPackages,
        evaluateRuns,
      }),
      ...bind(recording(access), { endRun, recordEntitlements }),
    },
  };
}

function processQueries(access: DatabaseAccess, { composeTexts, vault }: StorageSupport) {
  return {
    secrets: {
      ...{ canEncrypt: vault.canEncrypt, sealsRequests: vault.sealsRequests },
      ...bind(access, {
        encrypt: (db: CommonQueryMethods, ...text: [orgId: string, subject: string, text: string]) =>
          vault.encrypt(db, ...text),
        decrypt: (db: CommonQueryMethods, ...stored: [orgId: string, subject: string, stored: string]) =>
          vault.decrypt(db, ...stored),
      }),
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
    maintenance: bind(access, { readReport: readMaintenanceReport, readPreparedAt, isSameHistory }),
    jobs: bind(access, { add: addJob, deleteOfDeadProcesses: deleteJobsOfDeadProcesses }),
  };
}

/** The queries of each aggregate. */
export type Database = ReturnType<typeof createDatabase>;

/**
 * Creates the queries on a pool, which opens at the first query.
 * @param given without a vault nothing is encrypted
 */
export function createDatabase(
  config: DatabaseConfig,
  given: Omit<StorageSupport, 'vault'> & Partial<StorageSupport>,
  observer?: DatabaseObserver,
) {
  const support = { vault: NO_VAULT, ...given };
  const access = createDatabaseAccess(config, observer);
  const histograms = createComposeHistograms();
  return {
    ...composeQueries(access, support, histograms),
    ...blueprintQueries(access, support, histograms),
    ...eventQueries(access),
    ...processQueries(access, support),
    ...bind(reading(access), { readStorageUse }),
    ping: () => access.use((db) => db.query(sql.type(noColumns)`SELECT`), undefined, 'read'),
    close: access.close,
    connections: access.connections,
    callers: access.callers,
    isHeavyCaller: access.isHeavyCaller,
  };
}
