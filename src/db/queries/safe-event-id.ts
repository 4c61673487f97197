// How far events can be read. Transactions commit in another order than they draw ids (docs/decisions/0002-events.md).
import { sql } from 'slonik';
import { z } from 'zod';
import { batch } from '../batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';

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

const newestId = z.strictObject({ newest: z.int() });
const transactions = z.strictObject({ drawn: z.int(), oldest: z.int() });
const writer = z.strictObject({ writer: z.string() });

async function findNewestId(db: CommonQueryMethods): Promise<number> {
  const { newest } = await db.one(sql.type(newestId)`
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS newest FROM events_id_seq`);
  return newest;
}

/**
 * Draws an id of a transaction: all transactions that have an id by now have a lower one. `oldest` is of the moment before: all
 * transactions with a lower id have ended.
 */
function drawTransactionId(db: CommonQueryMethods): Promise<z.infer<typeof transactions>> {
  return db.one(sql.type(transactions)`
    SELECT txid_current() AS drawn, txid_snapshot_xmin(txid_current_snapshot()) AS oldest`);
}

/** Open transactions that have written events. They have locked the table before they drew ids. */
async function listWriters(db: CommonQueryMethods): Promise<readonly string[]> {
  const rows = await db.any(sql.type(writer)`
    SELECT virtualtransaction AS writer FROM pg_locks
    WHERE relation = 'events'::regclass AND mode = 'RowExclusiveLock'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  return rows.map((lock) => lock.writer);
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

  /** Whether the transactions have ended that write events, of those that may have drawn the id. */
  const haveWritersEnded = async (given: PendingId): Promise<boolean> => {
    heldBackSince ??= performance.now();
    if (performance.now() - heldBackSince < patience) return false;
    const open = await use(listWriters);
    given.writers ??= open;
    return !given.writers.some((one) => open.includes(one));
  };

  const read = async (): Promise<EventIds> => {
    const newest = await use(findNewestId);
    // A database that was restored draws ids again that were read before.
    if (newest < (pending?.id ?? safe ?? 0)) [safe, pending] = [null, null];
    while (safe !== newest) {
      // In a later statement: a transaction that has drawn an id up to the newest had its own id before.
      const { drawn, oldest } = await use(drawTransactionId);
      pending ??= { id: newest, transaction: drawn, writers: null };
      if (oldest >= pending.transaction) heldBackSince = null;
      else if (!(await haveWritersEnded(pending))) break;
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
