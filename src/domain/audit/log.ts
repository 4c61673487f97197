import type { Retries } from '../composes/retries.ts';
import type { AuditEntry } from './new-entry.ts';
import type { Logger } from '../../observability/logger.ts';

/** Puts on record who did what. */
export interface AuditLog {
  /**
   * Writes an entry. Those that come while others are being written go together, in one statement. Resolves when it is written, and
   * also when it cannot be, or not soon enough: then it is logged, and tried again. Never rejects.
   */
  readonly enter: (entry: AuditEntry) => Promise<void>;
  /** Resolves once nothing is being written any more. */
  readonly close: () => Promise<void>;
}

/** Entries that are tried again in one statement. */
const MOST_AT_ONCE = 500;

/** Milliseconds after which a request is answered though its entry is not written yet. */
const LONGEST = 5_000;

/** Entries that wait for another attempt. What comes on top of that is in the service's own log, and nowhere else. */
const MOST_WAITING = 10_000;

interface Writer {
  readonly audit: { readonly insert: (entries: readonly AuditEntry[]) => Promise<void> };
}

/** @param longest milliseconds after which nobody waits for an entry any more */
export const createAuditLog = (
  db: Writer,
  retries: Pick<Retries, 'add'>,
  log: Logger,
  longest: number = LONGEST,
): AuditLog => {
  let coming: AuditEntry[] = [];
  /** What those wait for whose entries are coming. */
  let next: Promise<void> | null = null;
  /** All statements so far, one after the other. */
  let running: Promise<void> = Promise.resolve();
  /** What could not be written, and whether it is being tried again. */
  const waiting: AuditEntry[] = [];
  let retrying = false;

  const writeWaiting = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      await db.audit.insert(batch);
      waiting.splice(0, batch.length);
    }
    retrying = false;
  };

  const postpone = (entries: readonly AuditEntry[], error?: unknown): void => {
    for (const entry of entries) {
      const isKept = waiting.length < MOST_WAITING;
      const fields = { err: error, audit_entry: entry };
      if (isKept) {
        log.error({ event: 'audit.write_failed', ...fields }, 'an entry of the audit log cannot be written yet');
        waiting.push(entry);
      } else log.error({ event: 'audit.entry_abandoned', ...fields }, 'an entry of the audit log is abandoned');
    }
    if (retrying) return;
    retrying = true;
    retries.add({ what: 'write entries of the audit log', fields: {}, run: writeWaiting });
  };

  const writeComing = async (): Promise<void> => {
    const entries = coming;
    coming = [];
    next = null;
    // While the database is away not every request has to find that out, and wait for it.
    if (retrying) return postpone(entries);
    await db.audit.insert(entries).catch((error: unknown) => postpone(entries, error));
  };

  const withPatience = async (written: Promise<void>): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longest).unref();
    });
    await Promise.race([written, late]);
    clearTimeout(timer);
  };

  return {
    enter: (entry) => {
      coming.push(entry);
      if (next === null) {
        running = running.then(writeComing);
        next = withPatience(running);
      }
      return next;
    },
    close: () => running,
  };
};
