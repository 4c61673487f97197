import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { ensureStatusRow } from './indexing.ts';
import type { Page } from '../page.ts';
import { withAuditEntry, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';
import type { StorageSupport } from '../vault.ts';

export interface NewClone {
  readonly id: string;
  readonly composeId: string;
  readonly request: unknown;
}

/**
 * Stores a clone before composer is called.
 * @returns `false` when the compose is deleted, or another process has reconciled the request: composer must not be called
 */
export async function insertClone(
  db: CommonQueryMethods,
  { composeTexts, vault }: StorageSupport,
  orgId: string,
  { id, composeId, request }: NewClone,
  idempotencyId: string | null,
): Promise<boolean> {
  await ensureStatusRow(db, composeTexts, orgId, composeId);
  const sealed = await vault.seal(db, orgId, request);
  const { rowCount } = await db.query(sql.type(noColumns)`
    WITH target AS (
      SELECT job_id FROM composes WHERE org_id = ${orgId} AND job_id = ${composeId} AND NOT deleted
    ), recorded AS (
      UPDATE idempotency_keys SET created = created || ${id}::uuid
      WHERE id = ${idempotencyId}::uuid AND EXISTS (SELECT FROM target)
      RETURNING id
    )
    INSERT INTO compose_clones (id, compose_id, request)
    SELECT ${id}::uuid, job_id, ${JSON.stringify(sealed)}::jsonb FROM target
    WHERE ${idempotencyId}::uuid IS NULL OR EXISTS (SELECT FROM recorded)`);
  return rowCount > 0;
}

/** Records composer's id of an accepted clone, and the audit entry of the request. Idempotent. */
export async function recordCloneId(
  db: CommonQueryMethods,
  id: string,
  cloneId: string,
  audit: AuditEntry | null,
): Promise<void> {
  await db.query(sql.type(noColumns)`
    WITH recorded AS (
      UPDATE compose_clones SET clone_id = ${cloneId}::uuid, status = NULL, finished_at = NULL
      WHERE id = ${id} AND clone_id IS NULL
      RETURNING id
    ) ${withAuditEntry(audit, sql.fragment`recorded`, [id])}
    SELECT FROM recorded`);
}

/** Deletes a clone that composer did not accept. */
export async function deleteClone(db: CommonQueryMethods, id: string, idempotencyId: string | null): Promise<void> {
  await db.query(sql.type(noColumns)`
    WITH unrecorded AS (
      UPDATE idempotency_keys SET created = array_remove(created, ${id}::uuid) WHERE id = ${idempotencyId}::uuid
    )
    DELETE FROM compose_clones WHERE id = ${id} AND clone_id IS NULL`);
}

/**
 * Records how a clone ended. The first end counts.
 * @param status composer's status, or ours of a clone whose response was lost, as JSON text
 */
export async function recordCloneStatus(db: CommonQueryMethods, id: string, status: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE compose_clones SET status = ${status}::json, finished_at = now() WHERE id = ${id} AND finished_at IS NULL`);
}

const request = z.object({ region: z.string() });

const cloneRow = z.strictObject({
  id: z.string(),
  compose_id: z.string(),
  /** Composer's id of the clone, `null` without its response. */
  clone_id: z.string().nullable(),
  request,
  /** How it ended, `null` until then. */
  status: z.unknown(),
});

/** A clone of an image and its end. */
export type CloneRow = z.infer<typeof cloneRow>;

/** Finds a clone of the organization whose compose is not deleted. */
export function findClone(db: CommonQueryMethods, orgId: string, id: string): Promise<CloneRow | null> {
  return db.maybeOne(sql.type(cloneRow)`
    SELECT clones.id, clones.compose_id, clones.clone_id, clones.request, clones.status
    FROM compose_clones AS clones JOIN composes ON composes.job_id = clones.compose_id
    WHERE composes.org_id = ${orgId} AND clones.id = ${id} AND NOT composes.deleted`);
}

const listedClone = z.strictObject({ id: z.string(), compose_id: z.string(), request, created_at: z.string() });

export type CloneListRow = z.infer<typeof listedClone>;

/** A row of a page, with the total. An empty page has one row without an id. */
const pageRow = z.union([listedClone.extend({ total: z.number() }), z.object({ total: z.number(), id: z.null() })]);

export interface ClonePage {
  readonly total: number;
  readonly rows: readonly CloneListRow[];
}

/**
 * Lists a page of the clones of an image, newest first, without clones that composer has not accepted; `null` where the organization
 * has no such compose.
 */
export async function listClones(
  db: CommonQueryMethods,
  orgId: string,
  composeId: string,
  { limit, offset }: Page,
): Promise<ClonePage | null> {
  const listed = sql.fragment`
    compose_id = ${composeId} AND (clone_id IS NOT NULL OR finished_at IS NOT NULL)`;
  const rows = await db.any(sql.type(pageRow)`
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
}

/** Minutes after which the process that stored a clone is considered dead. Longer than any request. */
const LONGEST_MINUTES = 15;

const lostClone = cloneRow.pick({ id: true, compose_id: true, request: true });

/** Lists clones of dead processes without a response of composer, oldest first. */
export function listLostClones(db: CommonQueryMethods, limit: number): Promise<readonly z.infer<typeof lostClone>[]> {
  return db.any(sql.type(lostClone)`
    SELECT id, compose_id, request FROM compose_clones
    WHERE clone_id IS NULL AND finished_at IS NULL AND created_at < now() - make_interval(mins => ${LONGEST_MINUTES}::int)
    ORDER BY created_at
    LIMIT ${limit}`);
}
