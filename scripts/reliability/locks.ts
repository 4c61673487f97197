// Locks in the database that stop a process of the service between two of its steps.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';

/** The advisory lock that storing a response of an idempotency key waits for. */
const RESPONSES = 4_711;

/** Milliseconds between two polls of the waiting statements. */
const POLL = 20;

/** Adds triggers: one makes the storing of listed composes fail, the other makes the storing of responses wait. */
export async function prepareLocks(sql: Client): Promise<void> {
  await sql.query(`
    CREATE TABLE unstorable (marker varchar PRIMARY KEY);
    CREATE FUNCTION refuse_unstorable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM unstorable WHERE marker = NEW.request #>> '{customizations,packages,0}') THEN
        RAISE EXCEPTION 'requested failure';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuse_unstorable BEFORE INSERT ON composes FOR EACH ROW EXECUTE FUNCTION refuse_unstorable();

    CREATE FUNCTION wait_before_response() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(${RESPONSES});
      RETURN NEW;
    END $$;
    CREATE TRIGGER wait_before_response BEFORE UPDATE OF status ON idempotency_keys
      FOR EACH ROW EXECUTE FUNCTION wait_before_response()`);
}

/** A lock that blocks a statement of the service. */
export interface HeldLock {
  /** Resolves once a statement waits for it. */
  readonly awaited: () => Promise<void>;
  /** Cancels the waiting statements. */
  readonly endWaiting: () => Promise<void>;
  readonly release: () => Promise<void>;
}

const holdLock = (sql: Client, unlock: string): HeldLock => {
  const waiting = async (): Promise<number[]> => {
    const { rows } = await sql.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))',
    );
    return rows.map(({ pid }) => pid);
  };
  return {
    awaited: async () => {
      while ((await waiting()).length === 0) await wait(POLL);
    },
    endWaiting: async () => {
      await sql.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [await waiting()]);
      while ((await waiting()).length > 0) await wait(POLL);
    },
    release: async () => {
      await sql.query(unlock);
    },
  };
};

/** Blocks the storing of one compose. @param sql a connection of its own */
export async function lockReservation(sql: Client, marker: string): Promise<HeldLock> {
  await sql.query('BEGIN');
  await sql.query(
    `SELECT id FROM build_reservations WHERE compose #>> '{request,customizations,packages,0}' = $1 FOR UPDATE`,
    [marker],
  );
  return holdLock(sql, 'ROLLBACK');
}

/** Blocks the storing of responses by idempotency key. @param sql a connection of its own */
export async function lockResponses(sql: Client): Promise<HeldLock> {
  await sql.query(`SELECT pg_advisory_lock(${RESPONSES})`);
  return holdLock(sql, `SELECT pg_advisory_unlock(${RESPONSES})`);
}
