import { sql, UniqueIntegrityConstraintViolationError, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import {
  labelAttributes,
  labelsJson,
  labelsOfBlueprint,
  lockBlueprint,
  replaceAttributes,
  versionAttributes,
  type Labels,
} from './blueprint-attributes.ts';
import { findBlueprints, jsonb, NAME_CONSTRAINT, openBlueprint } from './blueprints.ts';
import type { BlueprintBody, BlueprintRow, NewVersion } from './blueprints.ts';
import type { Page } from '../page.ts';
import type { CommonQueryMethods } from '../database.ts';
import { recordEvents, withAuditEntry, withCreatedId, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';
import type { Vault } from '../vault.ts';

export interface BlueprintChange {
  /** Id of its row. */
  readonly versionId: string;
  readonly audit: AuditEntry | null;
  /** Id of the idempotency key that records the version; absent or `null` without a key. */
  readonly idempotencyId?: string | null;
  /** `null` where the author has no name. */
  readonly author: string | null;
  /** Number of the version that this change restores. */
  readonly restoredFrom?: number | null;
  /** Absent for no change. */
  readonly named?: { readonly name: string; readonly description: string };
  /** Absent or `null` for no change. */
  readonly labels?: Labels | null;
}

const VERSION_INDEX = 'blueprint_versions_blueprint_id_version_idx';

type Stored = 'stored' | 'nameTaken' | 'outdated';

const changed = sql.fragment`changed`;

/** Composes parts of a WITH clause that store the attributes of the next version; empty where they are unchanged. */
function storeAttributes(latest: BlueprintRow, body: BlueprintBody, labels: Labels | null): FragmentSqlToken {
  const ofVersion = versionAttributes(body);
  const isSame = !latest.needs_indexing && JSON.stringify(ofVersion) === JSON.stringify(versionAttributes(latest.body));
  if (isSame && labels === null) return sql.fragment``;
  const kinds = ['distribution', 'image_type', ...(labels ? (['label'] as const) : [])] as const;
  const attributes = [...ofVersion, ...labelAttributes(labels ?? {})];
  return sql.fragment`, ${replaceAttributes(changed, kinds, attributes)}`;
}

/** Stores the version after `latest`; `outdated` when `latest` is not the newest state. */
async function insertVersion(
  db: CommonQueryMethods,
  vault: Vault,
  orgId: string,
  latest: BlueprintRow,
  { versionId, author, restoredFrom = null, named, labels = null, idempotencyId = null, audit }: BlueprintChange,
  { body, serviceSnapshots }: NewVersion,
): Promise<Stored> {
  const number = latest.version + 1;
  const sealed = await vault.seal(db, orgId, body);
  // clock_timestamp() is read after the lock is granted, so that versions are in the order of their times.
  const { rowCount } = await db.query(sql.type(noColumns)`
    WITH changed AS (
      UPDATE blueprints SET name = coalesce(${named?.name ?? null}, name),
        description = coalesce(${named?.description ?? null}, description), newest_version = ${number},
        changed_at = clock_timestamp()
      WHERE id = ${latest.id} AND org_id = ${orgId} AND NOT deleted AND xmin = ${latest.row_version}::xid
      RETURNING id, org_id, name, changed_at
    ), next_version AS (
      INSERT INTO blueprint_versions
        (id, blueprint_id, version, body, service_snapshots, created_at, needs_indexing, author, restored_from)
      SELECT ${versionId}::uuid, id, ${number}, ${jsonb(sealed)}, ${jsonb(serviceSnapshots)}, changed_at,
        ${latest.needs_indexing}, ${author}, ${restoredFrom}::int
      FROM changed
    ) ${storeAttributes(latest, body, labels)} ${withCreatedId(idempotencyId, versionId, changed)}, ${recordEvents(sql.fragment`(
      SELECT org_id, 'blueprint.updated' AS type, id AS subject, jsonb_strip_nulls(jsonb_build_object(
        'name', name, 'version', ${number}::int,
        'labels', ${labels === null ? labelsOfBlueprint(sql.fragment`blueprints.org_id`) : labelsJson(labels)}
      )) AS data
      FROM changed AS blueprints
    )`)} ${withAuditEntry(audit, changed)}
    SELECT FROM changed`);
  return rowCount > 0 ? 'stored' : 'outdated';
}

/** Maps a constraint violation to an outcome. @throws any other error */
function outcomeOf(error: unknown): Stored {
  const constraint = error instanceof UniqueIntegrityConstraintViolationError ? error.constraint : null;
  if (constraint === NAME_CONSTRAINT) return 'nameTaken';
  // Another implementation stored the version of that number.
  if (constraint === VERSION_INDEX) return 'outdated';
  throw error;
}

/** Retries `insertVersion` with a lock on the blueprint, after another writer changed it. */
function insertVersionLocked(
  db: CommonQueryMethods,
  vault: Vault,
  orgId: string,
  id: string,
  change: BlueprintChange,
  next: (latest: BlueprintRow) => NewVersion | null,
): Promise<Stored | 'notFound' | 'unexpected'> {
  return db.transaction(async (tx) => {
    await lockBlueprint(tx, orgId, id);
    // A separate statement, so that it sees changes that were committed before the lock was granted.
    const [stored = null] = await findBlueprints(tx, [{ orgId, id, version: null }]);
    if (stored === null) return 'notFound';
    const latest = await openBlueprint(tx, vault, orgId, stored);
    const version = next(latest);
    return version === null ? 'unexpected' : insertVersion(tx, vault, orgId, latest, change, version);
  });
}

/**
 * Stores the next version of a blueprint of the organization. Concurrent callers are serialized.
 * @param latest the newest version that the caller has read
 * @param next makes the next version from the newest; `null` stores nothing. Pure: it is called again when `latest` is outdated
 */
export async function addBlueprintVersion(
  db: CommonQueryMethods,
  vault: Vault,
  orgId: string,
  latest: BlueprintRow,
  change: BlueprintChange,
  next: (latest: BlueprintRow) => NewVersion | null,
): Promise<'stored' | 'notFound' | 'nameTaken' | 'unexpected'> {
  const version = next(latest);
  if (version === null) return 'unexpected';
  const first = await insertVersion(db, vault, orgId, latest, change, version).catch(outcomeOf);
  if (first !== 'outdated') return first;
  await vault.prepare(db, orgId);
  const second = await insertVersionLocked(db, vault, orgId, latest.id, change, next).catch(outcomeOf);
  if (second === 'outdated')
    throw new Error('another implementation stores versions of the blueprint without locking it');
  return second;
}

/** Digests of the parts of a version's content, by their names. */
const partDigests = z.record(z.string(), z.string());
export type PartDigests = Readonly<z.infer<typeof partDigests>>;

const versionRow = z.strictObject({
  version: z.number(),
  created_at: z.string(),
  author: z.string().nullable(),
  restored_from: z.number().nullable(),
  parts: partDigests,
});
export type VersionRow = Readonly<z.infer<typeof versionRow>>;

const versionPage = z.strictObject({ total: z.number(), rows: z.array(versionRow) });
export type VersionPage = Readonly<z.infer<typeof versionPage>>;

/**
 * Lists a page of the versions of a blueprint, newest first, and one more, to compare the last version of the page with; `null` where
 * the organization has no such blueprint.
 */
export async function listBlueprintVersions(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  { limit, offset }: Page,
): Promise<VersionPage | null> {
  const page = await db.one(sql.type(versionPage)`
    WITH versions AS NOT MATERIALIZED (
      SELECT version, versions.created_at, author, restored_from, body
      FROM blueprints JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
      WHERE blueprints.id = ${id} AND org_id = ${orgId} AND NOT deleted
    )
    SELECT (SELECT count(*)::int FROM versions) AS total, (
      SELECT coalesce(json_agg(item ORDER BY version DESC), '[]') FROM (
        SELECT version, to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at, author, restored_from,
          blueprint_parts(body) AS parts
        FROM versions ORDER BY version DESC LIMIT ${limit + 1} OFFSET ${offset}
      ) AS item
    ) AS rows`);
  // Every blueprint has a version.
  return page.total === 0 ? null : page;
}

const versionNumber = z.strictObject({ id: z.string(), version: z.number() });

/** Finds blueprint and number of a version by the id of its row; `null` where the organization has none. */
export async function findVersionNumber(
  db: CommonQueryMethods,
  orgId: string,
  versionId: string,
): Promise<Readonly<z.infer<typeof versionNumber>> | null> {
  return db.maybeOne(sql.type(versionNumber)`
    SELECT blueprints.id, version
    FROM blueprint_versions AS versions
    JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.id = ${versionId} AND org_id = ${orgId}`);
}
