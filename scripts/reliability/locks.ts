// Locks in the database that stop a process of the service at a point between two of its steps.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';

/** The advisory lock that keeping an answer waits for. */
const ANSWERS = 4_711;

/** Milliseconds between two looks at who waits. */
const LOOK = 20;

/** Makes a build that a list names impossible to store, and lets the keeping of answers be stopped. */
export async function prepareLocks(sql: Client): Promise<void> {
  await sql.query(`
    CREATE TABLE unstorable (marker varchar PRIMARY KEY);
    CREATE FUNCTION refuse_unstorable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM unstorable WHERE marker = NEW.request #>> '{customizations,packages,0}') THEN
        RAISE EXCEPTION 'told to fail';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuse_unstorable BEFORE INSERT ON composes FOR EACH ROW EXECUTE FUNCTION refuse_unstorable();

    CREATE FUNCTION wait_before_answer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(${ANSWERS});
      RETURN NEW;
    END $$;
    CREATE TRIGGER wait_before_answer BEFORE UPDATE OF status ON idempotency_keys
      FOR EACH ROW EXECUTE FUNCTION wait_before_answer()`);
}

/** A lock that others wait for. */
export interface HeldLock {
  /** Waits until somebody waits for it. */
  readonly awaited: () => Promise<void>;
  /** Ends the statements that wait, as if they had never been made. */
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
      while ((await waiting()).length === 0) await wait(LOOK);
    },
    endWaiting: async () => {
      await sql.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [await waiting()]);
      while ((await waiting()).length > 0) await wait(LOOK);
    },
    release: async () => {
      await sql.query(unlock);
    },
  };
};

/** Keeps a build from being stored. Nobody else waits for that. @param sql a connection of its own */
export async function lockReservation(sql: Client, marker: string): Promise<HeldLock> {
  await sql.query('BEGIN');
  await sql.query(
    `SELECT id FROM build_reservations WHERE compose #>> '{request,customizations,packages,0}' = $1 FOR UPDATE`,
    [marker],
  );
  return holdLock(sql, 'ROLLBACK');
}

/** Keeps answers of requests with an idempotency key from being kept. @param sql a connection of its own */
export async function lockAnswers(sql: Client): Promise<HeldLock> {
  await sql.query(`SELECT pg_advisory_lock(${ANSWERS})`);
  return holdLock(sql, `SELECT pg_advisory_unlock(${ANSWERS})`);
}
