import type { Retries } from '../composes/retries.ts';
import { waitAtMost } from '../../lib/timeout.ts';
import type { AuditEntry } from './new-entry.ts';
import type { Logger } from '../../observability/logger.ts';

export interface AuditLog {
  /**
   * Records an entry; concurrent entries share a statement. Resolves when the entry is stored, or after a failure or
   * timeout: the entry is then logged and retried. Never rejects.
   */
  readonly record: (entry: AuditEntry) => Promise<void>;
  /** Resolves when all running statements have completed. */
  readonly close: () => Promise<void>;
}

/** Entries per retry statement. */
const MAX_BATCH = 500;

/** Milliseconds that a request waits for its entry. */
const MAX_WAIT = 5_000;

/** Entries that wait for a retry; further entries are only in the service log. */
const MAX_PENDING_RETRIES = 10_000;

interface AuditDatabase {
  readonly audit: { readonly insert: (entries: readonly AuditEntry[]) => Promise<void> };
}

/** Entries that could not be written, and their retries. */
class PendingEntries {
  readonly #entries: AuditEntry[] = [];
  readonly #db: AuditDatabase;
  readonly #retries: Pick<Retries, 'add'>;
  readonly #log: Logger;
  #isRetrying = false;

  constructor(db: AuditDatabase, retries: Pick<Retries, 'add'>, log: Logger) {
    this.#db = db;
    this.#retries = retries;
    this.#log = log;
  }

  get isRetrying(): boolean {
    return this.#isRetrying;
  }

  add(entries: readonly AuditEntry[], error?: unknown): void {
    const log = this.#log;
    for (const entry of entries) {
      const isKept = this.#entries.length < MAX_PENDING_RETRIES;
      const fields = { err: error, audit_entry: entry };
      if (isKept) {
        log.error({ event: 'audit.write_failed', ...fields }, 'an entry of the audit log cannot be written yet');
        this.#entries.push(entry);
      } else log.error({ event: 'audit.entry_abandoned', ...fields }, 'an entry of the audit log is abandoned');
    }
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    this.#retries.add({ what: 'write entries of the audit log', fields: {}, run: () => this.#write() });
  }

  async #write(): Promise<void> {
    while (this.#entries.length > 0) {
      const batch = this.#entries.slice(0, MAX_BATCH);
      await this.#db.audit.insert(batch);
      this.#entries.splice(0, batch.length);
    }
    this.#isRetrying = false;
  }
}

/** @param maxWait milliseconds until `record` resolves at the latest */
export function createAuditLog(
  db: AuditDatabase,
  retries: Pick<Retries, 'add'>,
  log: Logger,
  maxWait: number = MAX_WAIT,
): AuditLog {
  const pending = new PendingEntries(db, retries, log);
  let queued: AuditEntry[] = [];
  /** The write of the queued entries. */
  let queuedWrite: Promise<void> | null = null;
  /** All statements so far, which run sequentially. */
  let running: Promise<void> = Promise.resolve();

  const writeQueued = async (): Promise<void> => {
    const entries = queued;
    queued = [];
    queuedWrite = null;
    // While the database is unavailable, requests do not wait for another failure.
    if (pending.isRetrying) pending.add(entries);
    else {
      await db.audit.insert(entries).catch((error: unknown) => {
        pending.add(entries, error);
      });
    }
  };

  return {
    record: (entry) => {
      queued.push(entry);
      if (queuedWrite === null) {
        running = running.then(writeQueued);
        queuedWrite = waitAtMost(maxWait, running);
      }
      return queuedWrite;
    },
    close: () => running,
  };
}
