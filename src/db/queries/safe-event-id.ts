// The highest event id up to which all events are visible: transactions do not commit in the order of ids (docs/decisions/0002-events.md).
import { sql } from 'slonik';
import { z } from 'zod';
import { batch } from '../batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';

export interface EventIds {
  /** Highest id that a transaction has drawn, committed or not. */
  readonly newest: number;
  /** No further event up to this id becomes visible; `null` while unknown. */
  readonly safe: number | null;
}

/** An id that is safe once all transactions that may have drawn it or a lower id have ended. */
interface PendingId {
  readonly id: number;
  /** Transaction id: all transactions in question have lower ids. */
  readonly transaction: number;
  /** The transactions in question that write events, `null` until they are read. */
  writers: readonly string[] | null;
}

/** Milliseconds after which locks are read to find writers of events, which costs more than comparing transaction ids. */
const PATIENCE = 1_000;

const newestId = z.strictObject({ newest: z.int() });
const transactions = z.strictObject({ drawn: z.int(), oldest: z.int() });
const heldBack = z.strictObject({ seconds: z.number() });
const writer = z.strictObject({ writer: z.string() });

async function findNewestId(db: CommonQueryMethods): Promise<number> {
  const { newest } = await db.one(sql.type(newestId)`
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS newest FROM events_id_seq`);
  return newest;
}

/**
 * Draws a transaction id, which is higher than all ids drawn so far. All transactions with ids below `oldest` have ended.
 */
function drawTransactionId(db: CommonQueryMethods): Promise<z.infer<typeof transactions>> {
  return db.one(sql.type(transactions)`
    SELECT txid_current() AS drawn, txid_snapshot_xmin(txid_current_snapshot()) AS oldest`);
}

/** Lists open transactions that write events. They lock the table before they draw ids. */
async function listWriters(db: CommonQueryMethods): Promise<readonly string[]> {
  const rows = await db.any(sql.type(writer)`
    SELECT virtualtransaction AS writer FROM pg_locks
    WHERE relation = 'events'::regclass AND mode = 'RowExclusiveLock'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  return rows.map((lock) => lock.writer);
}

/** Returns for how many seconds the oldest transaction that writes events has been open, 0 without one. */
export async function secondsHeldBack(db: CommonQueryMethods): Promise<number> {
  const { seconds } = await db.one(sql.type(heldBack)`
    SELECT coalesce(max(extract(epoch FROM clock_timestamp() - activity.xact_start)), 0)::float8 AS seconds
    FROM pg_locks AS locks
    JOIN pg_stat_activity AS activity ON activity.pid = locks.pid
    WHERE locks.relation = 'events'::regclass AND locks.mode = 'RowExclusiveLock' AND locks.granted
      AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  return seconds;
}

/**
 * Creates the query for the safe id. Readers of events stop there, and so read each event once, in the order of ids. Concurrent calls
 * are coalesced.
 * @param patience milliseconds for which a transaction that writes no events can hold the id back
 */
export function createSafeIdReader(
  { use }: Pick<DatabaseAccess, 'use'>,
  patience: number = PATIENCE,
): () => Promise<EventIds> {
  let safe: number | null = null;
  let pending: PendingId | null = null;
  let heldBackSince: number | null = null;

  /** Whether all writers of events that may have drawn the id have ended. */
  const haveWritersEnded = async (given: PendingId): Promise<boolean> => {
    heldBackSince ??= performance.now();
    if (performance.now() - heldBackSince < patience) return false;
    const open = await use(listWriters);
    given.writers ??= open;
    return !given.writers.some((one) => open.includes(one));
  };

  const read = async (): Promise<EventIds> => {
    const newest = await use(findNewestId);
    // A restored database draws ids again.
    if (newest < (pending?.id ?? safe ?? 0)) [safe, pending] = [null, null];
    while (safe !== newest) {
      // A later statement than findNewestId: writers draw their transaction id before an event id.
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
