// Secrets that were stored before encryption was on, or with a key that is no longer current.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { NIL_UUID } from '../../lib/ids.ts';
import { parseStoredJson } from '../../lib/json.ts';
import { noColumns } from '../row-check.ts';
import type { Vault } from '../vault.ts';
import { listWrappedKeys, replaceWrappedKeys } from './organization-keys.ts';

interface StoredDocuments {
  readonly table: FragmentSqlToken;
  readonly key: FragmentSqlToken;
  readonly column: FragmentSqlToken;
  readonly type: FragmentSqlToken;
  /** The organization of a row `document`. */
  readonly orgId: FragmentSqlToken;
}

const ID = sql.fragment`id`;
const JOB_ID = sql.fragment`job_id`;
const REQUEST = sql.fragment`request`;
const JSONB = sql.fragment`jsonb`;
const OWN = sql.fragment`document.org_id`;

const DOCUMENTS = {
  composes: { table: sql.fragment`composes`, key: JOB_ID, column: REQUEST, type: JSONB, orgId: OWN },
  compose_statuses: {
    ...{ table: sql.fragment`compose_statuses`, key: JOB_ID, orgId: OWN },
    ...{ column: sql.fragment`request_text`, type: sql.fragment`text` },
  },
  blueprint_versions: {
    ...{ table: sql.fragment`blueprint_versions`, key: ID, column: sql.fragment`body`, type: JSONB },
    orgId: sql.fragment`(SELECT org_id FROM blueprints WHERE blueprints.id = document.blueprint_id)`,
  },
  compose_clones: {
    ...{ table: sql.fragment`compose_clones`, key: ID, column: REQUEST, type: JSONB },
    orgId: sql.fragment`(SELECT org_id FROM compose_statuses WHERE compose_statuses.job_id = document.compose_id)`,
  },
} as const satisfies Readonly<Record<string, StoredDocuments>>;

export type SealedTable = keyof typeof DOCUMENTS;
export const SEALED_TABLES = Object.keys(DOCUMENTS) as readonly SealedTable[];

/** Rows of a batch: each may have megabytes. */
const BATCH = 25;

const storedText = z.strictObject({ id: z.string(), org_id: z.string(), text: z.string() });

export interface SealedBatch {
  /** Key of the last row, `null` after the last batch. */
  readonly last: string | null;
  readonly sealed: number;
}

/**
 * Encrypts the secrets of the next rows of a table.
 * @param after key of the last known row, `null` at first
 */
export async function sealStored(
  db: CommonQueryMethods,
  vault: Vault,
  name: SealedTable,
  after: string | null,
): Promise<SealedBatch> {
  const { table, key, column, type, orgId } = DOCUMENTS[name];
  const rows = await db.any(sql.type(storedText)`
    SELECT ${key} AS id, ${orgId} AS org_id, ${column}::text AS text FROM ${table} AS document
    WHERE ${key} > ${after ?? NIL_UUID}::uuid AND ${column} IS NOT NULL ORDER BY ${key} LIMIT ${BATCH}`);
  const changed: { id: string; before: string; after: string }[] = [];
  for (const { id, org_id: organization, text } of rows) {
    const document = parseStoredJson(text);
    const sealed = await vault.sealRest(db, organization, document);
    if (sealed !== document) changed.push({ id, before: text, after: JSON.stringify(sealed) });
  }
  // A row that another process changed meanwhile was encrypted by it.
  await db.query(sql.type(noColumns)`
    UPDATE ${table} AS document SET ${column} = given.after::${type}
    FROM json_to_recordset(${JSON.stringify(changed)}::json) AS given (id uuid, before text, after text)
    WHERE document.${key} = given.id AND document.${column}::text = given.before`);
  return { last: rows.length < BATCH ? null : (rows.at(-1)?.id ?? null), sealed: changed.length };
}

/** Removes requests from the next stored responses of composer about images. @returns as `sealStored` */
export async function removeRequests(db: CommonQueryMethods, after: string | null): Promise<SealedBatch> {
  const removed = z.strictObject({ read: z.int(), last: z.string().nullable(), sealed: z.int() });
  const { read, last, sealed } = await db.one(sql.type(removed)`
    WITH stored AS (
      SELECT job_id FROM compose_statuses WHERE job_id > ${after ?? NIL_UUID}::uuid AND metadata IS NOT NULL
      ORDER BY job_id LIMIT ${BATCH}
    ), removed AS (
      UPDATE compose_statuses AS statuses SET metadata = (metadata::jsonb - 'request')::json
      FROM stored WHERE statuses.job_id = stored.job_id AND metadata::jsonb ? 'request'
      RETURNING statuses.job_id
    )
    SELECT count(*)::int AS read, max(job_id::text COLLATE "C") AS last, (SELECT count(*)::int FROM removed) AS sealed
    FROM stored`);
  return { last: read < BATCH ? null : last, sealed };
}

const webhookSecrets = z.strictObject({
  ...{ id: z.string(), org_id: z.string(), secret: z.string(), previous_secret: z.string().nullable() },
});

/** Encrypts the secrets of the next webhooks with data keys. @returns as `sealStored` */
export async function resealWebhooks(db: CommonQueryMethods, vault: Vault, after: string | null): Promise<SealedBatch> {
  const rows = await db.any(sql.type(webhookSecrets)`
    SELECT id, org_id, secret, previous_secret FROM webhooks WHERE id > ${after ?? NIL_UUID}::uuid ORDER BY id LIMIT ${BATCH}`);
  let sealed = 0;
  for (const { id, org_id: orgId, secret, previous_secret: previous } of rows) {
    const next = await vault.reseal(db, orgId, id, secret);
    const nextPrevious = previous === null ? null : await vault.reseal(db, orgId, id, previous);
    if (next === null && nextPrevious === null) continue;
    await db.query(sql.type(noColumns)`
      UPDATE webhooks SET secret = coalesce(${next}::varchar, secret),
        previous_secret = coalesce(${nextPrevious}::varchar, previous_secret)
      WHERE id = ${id} AND secret = ${secret}`);
    sealed += 1;
  }
  return { last: rows.length < BATCH ? null : (rows.at(-1)?.id ?? null), sealed };
}

const KEYS = 500;

/**
 * Encrypts the next data keys with the current key of the ring.
 * @returns as `sealStored`; keys that the ring does not decrypt are left
 */
export async function rewrapKeys(db: CommonQueryMethods, vault: Vault, after: string | null): Promise<SealedBatch> {
  const keys = await listWrappedKeys(db, after ?? '', KEYS);
  const changes = keys.flatMap((key) => {
    const wrapped = vault.rewrap(key.org_id, key.wrapped_key);
    return wrapped === null ? [] : [{ known: key.wrapped_key, next: { org_id: key.org_id, wrapped_key: wrapped } }];
  });
  await replaceWrappedKeys(db, changes);
  return { last: keys.length < KEYS ? null : (keys.at(-1)?.org_id ?? null), sealed: changes.length };
}
