import { sql } from 'slonik';
import type { Page } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** A copy of an image that is about to be asked for. */
export interface NewClone {
  readonly id: string;
  readonly composeId: string;
  readonly request: unknown;
}

/**
 * Records a copy of an image of the organization, before composer is asked for it.
 * @returns `false` when the compose is gone, or the request has been given up as that of a dead process: nothing is to be asked
 */
export const insertClone = async (
  db: CommonQueryMethods,
  orgId: string,
  { id, composeId, request }: NewClone,
  idempotencyId: string | null,
): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    WITH target AS (
      SELECT job_id FROM composes WHERE org_id = ${orgId} AND job_id = ${composeId} AND NOT deleted
    ), answered AS (
      UPDATE idempotency_keys SET created = created || ${id}::uuid
      WHERE id = ${idempotencyId}::uuid AND EXISTS (SELECT FROM target)
      RETURNING id
    )
    INSERT INTO compose_clones (id, compose_id, request)
    SELECT ${id}::uuid, job_id, ${JSON.stringify(request)}::jsonb FROM target
    WHERE ${idempotencyId}::uuid IS NULL OR EXISTS (SELECT FROM answered)`);
  return rowCount > 0;
};

/** Records what composer calls a copy that it took. */
export const recordCloneId = async (db: CommonQueryMethods, id: string, cloneId: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE compose_clones SET clone_id = ${cloneId}::uuid, status = NULL, finished_at = NULL
    WHERE id = ${id} AND clone_id IS NULL`);
};

/** Forgets a copy that composer did not take: its request had no effect. */
export const deleteClone = async (db: CommonQueryMethods, id: string, idempotencyId: string | null): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH unanswered AS (
      UPDATE idempotency_keys SET created = array_remove(created, ${id}::uuid) WHERE id = ${idempotencyId}::uuid
    )
    DELETE FROM compose_clones WHERE id = ${id} AND clone_id IS NULL`);
};

/**
 * Keeps how a copy ended. The first end that was told counts.
 * @param status composer's status, or ours of a copy whose answer was lost, as JSON text
 */
export const recordCloneStatus = async (db: CommonQueryMethods, id: string, status: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE compose_clones SET status = ${status}::json, finished_at = now() WHERE id = ${id} AND finished_at IS NULL`);
};

/** A copy of an image and what is kept of its end. */
export interface CloneRow {
  readonly id: string;
  readonly compose_id: string;
  /** Composer's id of the copy, `null` where its answer is not there. */
  readonly clone_id: string | null;
  readonly request: { readonly region: string };
  /** How it ended, `null` until it is over. */
  readonly status: unknown;
}

/** A copy of an image of the organization whose compose is not deleted; `null` where there is none. */
export const findClone = (db: CommonQueryMethods, orgId: string, id: string): Promise<CloneRow | null> =>
  db.maybeOne(sql.type(row<CloneRow>())`
    SELECT clones.id, clones.compose_id, clones.clone_id, clones.request, clones.status
    FROM compose_clones AS clones JOIN composes ON composes.job_id = clones.compose_id
    WHERE composes.org_id = ${orgId} AND clones.id = ${id} AND NOT composes.deleted`);

/** An entry of the list of copies. */
export interface CloneListRow {
  readonly id: string;
  readonly compose_id: string;
  readonly request: { readonly region: string };
  readonly created_at: string;
}

/** A page of a list of copies with the length of the whole. */
export interface ClonePage {
  readonly total: number;
  readonly rows: readonly CloneListRow[];
}

/**
 * A page of the copies of an image, newest first, in one query; `null` where the organization has no such compose. Those that composer
 * has not answered yet are not among them. Index: compose_clones_compose_id_created_at_id_idx.
 */
export const listClones = async (
  db: CommonQueryMethods,
  orgId: string,
  composeId: string,
  { limit, offset }: Page,
): Promise<ClonePage | null> => {
  const listed = sql.fragment`
    compose_id = ${composeId} AND (clone_id IS NOT NULL OR finished_at IS NOT NULL)`;
  // Without a copy on the page there is still a row, as long as there is the compose.
  const rows = await db.any(sql.type(row<{ total: number } & (CloneListRow | { id: null })>())`
    SELECT counted.total, item.*
    FROM composes
    CROSS JOIN (SELECT count(*)::int AS total FROM compose_clones WHERE ${listed}) AS counted
    LEFT JOIN (
      SELECT id, compose_id, request, created_at FROM compose_clones
      WHERE ${listed}
      ORDER BY created_at DESC, id DESC
      LIMIT ${limit} OFFSET ${offset}
    ) AS item ON true
    WHERE composes.org_id = ${orgId} AND composes.job_id = ${composeId} AND NOT composes.deleted
    ORDER BY item.created_at DESC, item.id DESC`);
  const [first] = rows;
  return first ? { total: first.total, rows: rows.filter((item) => item.id !== null) } : null;
};

/** Minutes after which a copy that composer did not answer is one of a process that died. Longer than any request can take. */
const LONGEST_MINUTES = 15;

/** A copy of which nobody knows whether composer took it. */
export interface LostClone {
  readonly id: string;
  readonly compose_id: string;
  readonly request: { readonly region: string };
}

/** Copies that processes which died have left without an answer of composer, oldest first. */
export const listLostClones = (db: CommonQueryMethods, limit: number): Promise<readonly LostClone[]> =>
  db.any(sql.type(row<LostClone>())`
    SELECT id, compose_id, request FROM compose_clones
    WHERE clone_id IS NULL AND finished_at IS NULL AND created_at < now() - make_interval(mins => ${LONGEST_MINUTES}::int)
    ORDER BY created_at
    LIMIT ${limit}`);
