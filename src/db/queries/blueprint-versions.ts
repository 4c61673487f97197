import { sql, UniqueIntegrityConstraintViolationError, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import {
  labelAttributes,
  lockBlueprint,
  replaceAttributes,
  versionAttributes,
  type Labels,
} from './blueprint-attributes.ts';
import { findBlueprints, jsonb, NAME_CONSTRAINT } from './blueprints.ts';
import type { BlueprintBody, BlueprintRow, NewVersion } from './blueprints.ts';
import type { Page } from '../page.ts';
import type { CommonQueryMethods } from '../database.ts';
import { insertAuditEntry, recordEvents, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';

/** A change that stores the next version of a blueprint. */
export interface BlueprintChange {
  /** Id of its row. */
  readonly versionId: string;
  readonly audit: AuditEntry | null;
  /** Under which the version is recorded; absent or `null` without an idempotency key. */
  readonly idempotencyId?: string | null;
  /** `null` where the author has no name. */
  readonly author: string | null;
  /** Number of the version that the next one restores. */
  readonly restoredFrom?: number | null;
  /** Absent to leave them as they are. */
  readonly named?: { readonly name: string; readonly description: string };
  /** Its labels from now on; absent or `null` to leave them as they are. */
  readonly labels?: Labels | null;
}

const VERSION_INDEX = 'blueprint_versions_blueprint_id_version_idx';

type Stored = 'stored' | 'nameTaken' | 'outdated';

const changed = sql.fragment`changed`;

/** Parts of a WITH clause that store the attributes of the next version; nothing where they are those of the version before. */
function storeAttributes(latest: BlueprintRow, body: BlueprintBody, labels: Labels | null): FragmentSqlToken {
  const ofVersion = versionAttributes(body);
  const isSame = !latest.needs_indexing && JSON.stringify(ofVersion) === JSON.stringify(versionAttributes(latest.body));
  if (isSame && labels === null) return sql.fragment``;
  const kinds = ['distribution', 'image_type', ...(labels ? (['label'] as const) : [])] as const;
  const attributes = [...ofVersion, ...labelAttributes(labels ?? {})];
  return sql.fragment`, ${replaceAttributes(changed, kinds, attributes)}`;
}

/** Stores the version that follows `latest`; `outdated` when the database has a newer state than `latest`. */
async function insertVersion(
  db: CommonQueryMethods,
  orgId: string,
  latest: BlueprintRow,
  { versionId, author, restoredFrom = null, named, labels = null, idempotencyId = null, audit }: BlueprintChange,
  { body, serviceSnapshots }: NewVersion,
): Promise<Stored> {
  const number = latest.version + 1;
  // Versions are younger than those before them: the clock is read after the row of the blueprint is locked.
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
      SELECT ${versionId}::uuid, id, ${number}, ${jsonb(body)}, ${jsonb(serviceSnapshots)}, changed_at,
        ${latest.needs_indexing}, ${author}, ${restoredFrom}::int
      FROM changed
    ) ${storeAttributes(latest, body, labels)}, recorded AS (
      UPDATE idempotency_keys SET created = created || ${versionId}::uuid
      WHERE id = ${idempotencyId}::uuid AND EXISTS (SELECT FROM changed)
    ), ${recordEvents(sql.fragment`(
      SELECT org_id, 'blueprint.updated' AS type, id AS subject,
        jsonb_build_object('name', name, 'version', ${number}::int) AS data
      FROM changed
    )`)},
    audited AS (${insertAuditEntry(audit, changed)})
    SELECT FROM changed`);
  return rowCount > 0 ? 'stored' : 'outdated';
}

/** The outcome that a rejected statement stands for. @throws the error if it stands for none */
function outcomeOf(error: unknown): Stored {
  const constraint = error instanceof UniqueIntegrityConstraintViolationError ? error.constraint : null;
  if (constraint === NAME_CONSTRAINT) return 'nameTaken';
  // Another implementation stored the version of that number.
  if (constraint === VERSION_INDEX) return 'outdated';
  throw error;
}

/** Repeats `insertVersion` after another writer was faster. It waits for writers, and none of them is faster again. */
function insertVersionLocked(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  change: BlueprintChange,
  next: (latest: BlueprintRow) => NewVersion | null,
): Promise<Stored | 'notFound' | 'unexpected'> {
  return db.transaction(async (tx) => {
    await lockBlueprint(tx, orgId, id);
    // A statement of its own: a statement that waited for the lock does not see what it waited for.
    const [latest = null] = await findBlueprints(tx, [{ orgId, id, version: null }]);
    if (latest === null) return 'notFound';
    const version = next(latest);
    return version === null ? 'unexpected' : insertVersion(tx, orgId, latest, change, version);
  });
}

/**
 * Stores the next version of a blueprint of the organization. Of two callers at once one waits, and follows the other.
 * @param latest the newest version as the caller has read it
 * @param next makes the next version from the newest; `null` stores nothing. Pure: it is called again for a newer version
 */
export async function addBlueprintVersion(
  db: CommonQueryMethods,
  orgId: string,
  latest: BlueprintRow,
  change: BlueprintChange,
  next: (latest: BlueprintRow) => NewVersion | null,
): Promise<'stored' | 'notFound' | 'nameTaken' | 'unexpected'> {
  const version = next(latest);
  if (version === null) return 'unexpected';
  const first = await insertVersion(db, orgId, latest, change, version).catch(outcomeOf);
  if (first !== 'outdated') return first;
  const second = await insertVersionLocked(db, orgId, latest.id, change, next).catch(outcomeOf);
  if (second === 'outdated')
    throw new Error('another implementation stores versions of the blueprint without locking it');
  return second;
}

/** Digests of the parts of a version's content, by their names. */
const partDigests = z.record(z.string(), z.string());
export type PartDigests = Readonly<z.infer<typeof partDigests>>;

/** A version in the list of them. */
const versionRow = z.strictObject({
  version: z.number(),
  created_at: z.string(),
  author: z.string().nullable(),
  restored_from: z.number().nullable(),
  parts: partDigests,
});
export type VersionRow = Readonly<z.infer<typeof versionRow>>;

/** A page of versions with the length of the whole. */
const versionPage = z.strictObject({ total: z.number(), rows: z.array(versionRow) });
export type VersionPage = Readonly<z.infer<typeof versionPage>>;

/**
 * A page of the versions of a blueprint of the organization, newest first, and one more, which the last one of the page is compared
 * with; `null` where there is no such blueprint.
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
  // No blueprint is without a version.
  return page.total === 0 ? null : page;
}

const versionNumber = z.strictObject({ id: z.string(), version: z.number() });

/** Number of a version of a blueprint of the organization, found by the id of its row; `null` where there is none. */
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
