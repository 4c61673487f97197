// How far events can be read. Transactions commit in another order than they draw ids (docs/decisions/0002-events.md).
import { sql } from 'slonik';
import { batch } from './batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from './database.ts';
import { row } from './row.ts';

/** How far the table of events can be read. */
export interface EventIds {
  /** Highest id that a transaction has drawn. It may not be committed yet. */
  readonly newest: number;
  /** No event with this id or a lower one becomes visible any more. `null` when that is not known of any id yet. */
  readonly safe: number | null;
}

/** An id that is safe once every transaction that may have drawn it, or a lower one, has ended. */
interface PendingId {
  readonly id: number;
  /** The transactions in question have lower ids than this. */
  readonly transaction: number;
  /** Those of them that write events, once that was read. */
  writers: readonly string[] | null;
}

/** Milliseconds after which it is read which transactions write events: that takes longer than to see that all have ended. */
const PATIENCE = 1_000;

async function findNewestId(db: CommonQueryMethods): Promise<number> {
  const { newest } = await db.one(sql.type(row<{ newest: number }>())`
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS newest FROM events_id_seq`);
  return newest;
}

/** A new id of a transaction. All transactions that have an id by now have a lower one. */
async function drawTransactionId(db: CommonQueryMethods): Promise<number> {
  const { id } = await db.one(sql.type(row<{ id: number }>())`SELECT txid_current() AS id`);
  return id;
}

/** An id of a transaction: all that have a lower one have ended. */
async function findOldestTransaction(db: CommonQueryMethods): Promise<number> {
  const { xmin } = await db.one(sql.type(row<{ xmin: number }>())`
    SELECT txid_snapshot_xmin(txid_current_snapshot()) AS xmin`);
  return xmin;
}

/** Open transactions that have written events. They have locked the table before they drew ids. */
async function listWriters(db: CommonQueryMethods): Promise<readonly string[]> {
  const rows = await db.any(sql.type(row<{ writer: string }>())`
    SELECT virtualtransaction AS writer FROM pg_locks
    WHERE relation = 'events'::regclass AND mode = 'RowExclusiveLock'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  return rows.map(({ writer }) => writer);
}

/**
 * Creates the reader of the safe id: readers of events stop there, and so get each event once, in the order of ids. Calls that arrive
 * together share the statements.
 * @param patience milliseconds for which a transaction that writes no events, maybe one of another database, can hold the id back
 */
export function createSafeIdReader(
  { use }: Pick<DatabaseAccess, 'use'>,
  patience: number = PATIENCE,
): () => Promise<EventIds> {
  let safe: number | null = null;
  let pending: PendingId | null = null;
  let heldBackSince: number | null = null;

  const haveEnded = async (given: PendingId): Promise<boolean> => {
    if ((await use(findOldestTransaction)) >= given.transaction) {
      heldBackSince = null;
      return true;
    }
    heldBackSince ??= performance.now();
    if (performance.now() - heldBackSince < patience) return false;
    const open = await use(listWriters);
    given.writers ??= open;
    return !given.writers.some((writer) => open.includes(writer));
  };

  const read = async (): Promise<EventIds> => {
    const newest = await use(findNewestId);
    // A database that was restored draws ids again that were read before.
    if (newest < (pending?.id ?? safe ?? 0)) [safe, pending] = [null, null];
    while (safe !== newest) {
      // In a later statement: a transaction that has drawn an id up to the newest had its own id before.
      pending ??= { id: newest, transaction: await use(drawTransactionId), writers: null };
      if (!(await haveEnded(pending))) break;
      [safe, pending] = [pending.id, null];
    }
    return { newest, safe };
  };

  const shared = batch<undefined, EventIds>(
    async (calls) => {
      const ids = await read();
      return calls.map(() => ids);
    },
    { most: Infinity, inFlight: 1 },
  );
  return () => shared(undefined);
}
