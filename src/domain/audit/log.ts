import type { Retries } from '../composes/retries.ts';
import type { AuditEntry } from './new-entry.ts';
import type { Logger } from '../../observability/logger.ts';

/** Puts on record who did what. */
export interface AuditLog {
  /**
   * Writes an entry. Those that come while others are being written go together, in one statement. Resolves when it is written, and
   * also when it cannot be, or not soon enough: then it is logged, and tried again. Never rejects.
   */
  readonly record: (entry: AuditEntry) => Promise<void>;
  /** Resolves once nothing is being written any more. */
  readonly close: () => Promise<void>;
}

/** Entries that are tried again in one statement. */
const MAX_BATCH = 500;

/** Milliseconds after which a request is answered though its entry is not written yet. */
const MAX_WAIT = 5_000;

/** Entries that wait for another attempt. What comes on top of that is in the service's own log, and nowhere else. */
const MAX_PENDING_RETRIES = 10_000;

interface AuditDatabase {
  readonly audit: { readonly insert: (entries: readonly AuditEntry[]) => Promise<void> };
}

/** @param maxWait milliseconds after which nobody waits for an entry any more */
export function createAuditLog(
  db: AuditDatabase,
  retries: Pick<Retries, 'add'>,
  log: Logger,
  maxWait: number = MAX_WAIT,
): AuditLog {
  let queued: AuditEntry[] = [];
  /** What those wait for whose entries are coming. */
  let queuedWrite: Promise<void> | null = null;
  /** All statements so far, one after the other. */
  let running: Promise<void> = Promise.resolve();
  /** What could not be written, and whether it is being tried again. */
  const pendingRetry: AuditEntry[] = [];
  let isRetrying = false;

  const writePendingRetries = async (): Promise<void> => {
    while (pendingRetry.length > 0) {
      const batch = pendingRetry.slice(0, MAX_BATCH);
      await db.audit.insert(batch);
      pendingRetry.splice(0, batch.length);
    }
    isRetrying = false;
  };

  const postpone = (entries: readonly AuditEntry[], error?: unknown): void => {
    for (const entry of entries) {
      const isKept = pendingRetry.length < MAX_PENDING_RETRIES;
      const what = isKept ? 'cannot be written yet' : 'is given up';
      log.error({ err: error, audit_entry: entry }, `an entry of the audit log ${what}`);
      if (isKept) pendingRetry.push(entry);
    }
    if (isRetrying) return;
    isRetrying = true;
    retries.add({ what: 'write entries of the audit log', fields: {}, run: writePendingRetries });
  };

  const writeQueued = async (): Promise<void> => {
    const entries = queued;
    queued = [];
    queuedWrite = null;
    // While the database is away not every request has to find that out, and wait for it.
    if (isRetrying) return postpone(entries);
    await db.audit.insert(entries).catch((error: unknown) => postpone(entries, error));
  };

  const withTimeout = async (written: Promise<void>): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, maxWait).unref();
    });
    await Promise.race([written, timeout]);
    clearTimeout(timer);
  };

  return {
    record: (entry) => {
      queued.push(entry);
      if (queuedWrite === null) {
        running = running.then(writeQueued);
        queuedWrite = withTimeout(running);
      }
      return queuedWrite;
    },
    close: () => running,
  };
}
