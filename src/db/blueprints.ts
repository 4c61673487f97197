import { randomUUID } from 'node:crypto';
import { sql, UniqueIntegrityConstraintViolationError } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { labelsOfBlueprint, replaceBlueprintLabels } from './labels.ts';
import { row } from './row.ts';
import { parseStoredJson } from '../stored-json.ts';

export * from './blueprint-lists.ts';

/**
 * What a blueprint version holds. Versions written by earlier releases may hold more; what is not listed is ignored.
 */
export interface BlueprintBody {
  readonly customizations: Record<string, unknown>;
  readonly image_requests: readonly Record<string, unknown>[];
  readonly distribution?: string;
  readonly bootc?: { readonly reference: string; readonly iso_payload_reference?: string };
}

/** A blueprint with one of its versions. */
export interface BlueprintRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly version_id: string;
  readonly version: number;
  readonly body: BlueprintBody;
  readonly service_snapshots: Record<string, unknown> | null;
  /** Of the blueprint, whatever the version; `null` or absent without any. */
  readonly labels?: Readonly<Record<string, string>> | null;
  /** What is shown of it, as texts, where that is known. */
  readonly texts?: readonly string[];
}

/** The content of a version to be stored. */
export interface NewVersion {
  readonly body: BlueprintBody;
  /** What other services required when the version was made, `null` for nothing. */
  readonly serviceSnapshots: object | null;
}

/** Where a version comes from. */
export interface VersionOrigin {
  /** Id of its row. */
  readonly versionId: string;
  /** Who stores it, `null` when that has no name. */
  readonly author: string | null;
  /** Number of the version that it restores. */
  readonly restoredFrom?: number;
}

export interface NewBlueprint extends NewVersion {
  readonly id: string;
  readonly versionId: string;
  readonly author: string | null;
  readonly orgId: string;
  readonly accountNumber: string;
  readonly name: string;
  readonly description: string;
  readonly metadata: object | null;
  /** `null` or absent without any. */
  readonly labels?: Readonly<Record<string, string>> | null;
}

/** The largest version number that the table can hold. */
const MAX_VERSION = 2 ** 31 - 1;

const NAME_CONSTRAINT = 'blueprints_name_unique';

const json = (value: object | null) => sql.fragment`${value === null ? null : JSON.stringify(value)}::jsonb`;

/** Which version of which blueprint; the newest one where the version is `null`. */
export interface BlueprintAddress {
  readonly orgId: string;
  readonly id: string;
  readonly version: number | null;
}

type FoundBlueprint = Omit<BlueprintRow, 'body' | 'texts'> & { readonly number: number; readonly body: string };

/** A blueprint whose body is read when it is asked for: an answer that is kept does not need it. */
class StoredBlueprint implements BlueprintRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly metadata: BlueprintRow['metadata'];
  readonly version_id: string;
  readonly version: number;
  readonly service_snapshots: BlueprintRow['service_snapshots'];
  readonly labels: NonNullable<BlueprintRow['labels']> | null;
  readonly texts: readonly string[];
  readonly #text: string;
  #body: BlueprintBody | undefined;

  constructor(found: FoundBlueprint) {
    this.id = found.id;
    this.name = found.name;
    this.description = found.description;
    this.metadata = found.metadata;
    this.version_id = found.version_id;
    this.version = found.version;
    this.service_snapshots = found.service_snapshots;
    this.labels = found.labels ?? null;
    this.#text = found.body;
    const labels = this.labels === null ? '' : JSON.stringify(this.labels);
    this.texts = [found.name, found.description ?? '', String(found.version), labels, found.body];
  }

  get body(): BlueprintBody {
    return (this.#body ??= parseStoredJson(this.#text) as BlueprintBody);
  }
}

/** Versions of blueprints, each of the organization that asks for it; `null` where there is none. */
export const findBlueprintsTogether = async (
  db: CommonQueryMethods,
  addresses: readonly BlueprintAddress[],
): Promise<readonly (BlueprintRow | null)[]> => {
  const orgIds = addresses.map(({ orgId }) => orgId);
  const ids = addresses.map(({ id }) => id);
  // There is none of a number that the table cannot hold.
  const versions = addresses.map(({ version }) => (version !== null && version > MAX_VERSION ? 0 : version));
  const rows = await db.any(sql.type(row<FoundBlueprint>())`
    SELECT asked.number::int AS number, blueprints.id, name, description, metadata,
      versions.id AS version_id, versions.version, versions.body::text AS body, versions.service_snapshots,
      ${labelsOfBlueprint(sql.fragment`blueprints.org_id`)} AS labels
    FROM unnest(${sql.array(orgIds, 'text')}, ${sql.array(ids, 'uuid')}, ${sql.array(versions, 'int4')})
      WITH ORDINALITY AS asked (org_id, id, version, number)
    JOIN blueprints ON blueprints.id = asked.id AND blueprints.org_id = asked.org_id AND NOT blueprints.deleted
    CROSS JOIN LATERAL (
      SELECT id, version, body, service_snapshots FROM blueprint_versions
      WHERE blueprint_id = blueprints.id AND (asked.version IS NULL OR version = asked.version)
      ORDER BY version DESC
      LIMIT 1
    ) AS versions`);
  const found: (BlueprintRow | null)[] = addresses.map(() => null);
  for (const one of rows) found[one.number - 1] = new StoredBlueprint(one);
  return found;
};

/** A version of a blueprint of the organization, the highest without a number; `null` where there is none. */
export const findBlueprint = async (
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  version: number | null = null,
): Promise<BlueprintRow | null> => (await findBlueprintsTogether(db, [{ orgId, id, version }]))[0] ?? null;

/** Number of the newest version of a blueprint of the organization; `null` where there is no such blueprint. */
export const findLatestVersion = async (db: CommonQueryMethods, orgId: string, id: string): Promise<number | null> => {
  const found = await db.maybeOne(sql.type(row<{ version: number }>())`
    SELECT version
    FROM blueprints
    JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
    WHERE blueprints.id = ${id} AND org_id = ${orgId} AND NOT deleted
    ORDER BY version DESC
    LIMIT 1`);
  return found?.version ?? null;
};

/**
 * Stores a blueprint with version 1, in one statement, and records it under the key of the request, if it has one; gives `false`
 * when the organization has one of that name.
 */
export const insertBlueprint = async (
  db: CommonQueryMethods,
  blueprint: NewBlueprint,
  idempotencyId: string | null = null,
): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    WITH created AS (
      INSERT INTO blueprints (id, org_id, account_number, name, description, metadata, changed_at)
      VALUES (
        ${blueprint.id}, ${blueprint.orgId}, ${blueprint.accountNumber}, ${blueprint.name}, ${blueprint.description},
        ${json(blueprint.metadata)}, CURRENT_TIMESTAMP
      )
      ON CONFLICT ON CONSTRAINT ${sql.identifier([NAME_CONSTRAINT])} DO NOTHING
      RETURNING id, changed_at
    ), answered AS (
      UPDATE idempotency_keys SET created = idempotency_keys.created || created.id
      FROM created WHERE idempotency_keys.id = ${idempotencyId}::uuid
    ), labelled AS (
      INSERT INTO blueprint_labels (blueprint_id, key, value, org_id)
      SELECT id, label.key, label.value, ${blueprint.orgId}
      FROM created, jsonb_each_text(${json(blueprint.labels ?? null)}) AS label
    )
    INSERT INTO blueprint_versions (id, blueprint_id, version, body, service_snapshots, created_at, noted, author)
    SELECT ${blueprint.versionId}::uuid, id, 1, ${json(blueprint.body)}, ${json(blueprint.serviceSnapshots)},
      changed_at, true, ${blueprint.author}
    FROM created`);
  return rowCount > 0;
};

/**
 * Adds the version that follows the newest one. The caller holds the lock on the blueprint's row, so that nobody else
 * does the same meanwhile. The time is that of the statement and not of the transaction, which may have waited for the
 * lock: later versions are younger. It is recorded under the key of the request, if that has one.
 */
const appendVersion = async (
  tx: CommonQueryMethods,
  orgId: string,
  latest: BlueprintRow,
  { versionId, author, restoredFrom }: VersionOrigin,
  { body, serviceSnapshots }: NewVersion,
  idempotencyId: string | null = null,
): Promise<void> => {
  await tx.query(sql.type(row<Record<never, never>>())`
    WITH changed AS (
      UPDATE blueprints SET changed_at = clock_timestamp()
      WHERE id = ${latest.id} AND org_id = ${orgId}
      RETURNING id, changed_at
    ), answered AS (
      UPDATE idempotency_keys SET created = created || ${versionId}::uuid WHERE id = ${idempotencyId}::uuid
    )
    INSERT INTO blueprint_versions
      (id, blueprint_id, version, body, service_snapshots, created_at, noted, author, restored_from)
    SELECT ${versionId}::uuid, id, ${latest.version + 1}, ${json(body)}, ${json(serviceSnapshots)}, changed_at, true,
      ${author}, ${restoredFrom ?? null}::int
    FROM changed`);
};

/**
 * Locks the row of a blueprint of the organization and gives its newest version; `null` where there is no such blueprint.
 * Until the transaction ends nobody else gives it another one.
 */
const lockLatest = async (tx: CommonQueryMethods, orgId: string, id: string): Promise<BlueprintRow | null> => {
  const locked = await tx.maybeOne(sql.type(row<{ id: string }>())`
    SELECT id FROM blueprints WHERE id = ${id} AND org_id = ${orgId} AND NOT deleted FOR UPDATE`);
  // A statement of its own: one that waited for the lock would not see what it waited for.
  return locked && findBlueprint(tx, orgId, id);
};

/** Whether the newest version, by its number, is one that a change is meant for. */
export type VersionCondition = (version: string) => boolean;

/** What an update gives a blueprint besides its next version. */
export interface BlueprintChange {
  readonly name: string;
  readonly description: string;
  readonly versionId: string;
  readonly author: string | null;
  /** Its labels from now on; `null` or absent to keep those it has. */
  readonly labels?: Readonly<Record<string, string>> | null;
  /** `null` where the change is meant for whatever is there. */
  readonly condition: VersionCondition | null;
}

/**
 * Gives a blueprint of the organization a name, a description and its next version. Of two that do so at once one waits
 * for the other and then follows it, unless its condition says otherwise: then nothing is stored.
 * @param next makes the version from the one before it; pure, since a row lock is held meanwhile
 */
export const updateBlueprint = async (
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  change: BlueprintChange,
  next: (latest: BlueprintRow) => NewVersion,
): Promise<'stored' | 'notFound' | 'nameTaken' | 'unexpected'> => {
  try {
    return await db.transaction(async (tx) => {
      const latest = await lockLatest(tx, orgId, id);
      if (latest === null) return 'notFound';
      if (change.condition?.(String(latest.version)) === false) return 'unexpected';
      await tx.query(sql.type(row<Record<never, never>>())`
        UPDATE blueprints SET name = ${change.name}, description = ${change.description}
        WHERE id = ${id} AND org_id = ${orgId}`);
      await appendVersion(tx, orgId, latest, change, next(latest));
      if (change.labels) await replaceBlueprintLabels(tx, orgId, id, change.labels);
      return 'stored';
    });
  } catch (error) {
    if (error instanceof UniqueIntegrityConstraintViolationError && error.constraint === NAME_CONSTRAINT) {
      return 'nameTaken';
    }
    throw error;
  }
};

/**
 * Gives a blueprint of the organization its next version and changes nothing else.
 * @param next as for `updateBlueprint`; `null` stores nothing, when the newest version is not the one that was expected
 */
export const addBlueprintVersion = (
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  origin: VersionOrigin,
  next: (latest: BlueprintRow) => NewVersion | null,
  idempotencyId: string | null = null,
): Promise<'stored' | 'notFound' | 'unexpected'> =>
  db.transaction(async (tx) => {
    const latest = await lockLatest(tx, orgId, id);
    if (latest === null) return 'notFound';
    const version = next(latest);
    if (version === null) return 'unexpected';
    await appendVersion(tx, orgId, latest, origin, version, idempotencyId);
    return 'stored';
  });

/**
 * Marks a blueprint of the organization as deleted and the builds of all its versions with it, in one statement. Its
 * name becomes free: it is called like its id, or by a random one where somebody called another blueprint like that.
 */
const markDeleted = async (db: CommonQueryMethods, orgId: string, id: string): Promise<'deleted' | 'notFound'> => {
  const { rowCount } = await db.query(sql.type(row<{ id: string }>())`
    WITH gone AS (
      UPDATE blueprints SET deleted = true, name = CASE
        WHEN EXISTS (SELECT FROM blueprints AS other WHERE other.org_id = ${orgId} AND other.name = ${id}::uuid::text)
        THEN ${randomUUID()} ELSE id::text END
      WHERE id = ${id} AND org_id = ${orgId} AND NOT deleted
      RETURNING id
    ), hidden AS (
      UPDATE composes SET deleted = true
      WHERE org_id = ${orgId} AND NOT deleted AND blueprint_version_id IN (
        SELECT versions.id FROM blueprint_versions AS versions JOIN gone ON gone.id = versions.blueprint_id
      )
    )
    SELECT id FROM gone`);
  return rowCount > 0 ? 'deleted' : 'notFound';
};

/**
 * Deletes a blueprint of the organization, unless it is not there (any more) or its newest version is not one that the
 * condition takes.
 */
export const deleteBlueprint = async (
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  condition: VersionCondition | null,
): Promise<'deleted' | 'notFound' | 'unexpected'> => {
  if (condition === null) return markDeleted(db, orgId, id);
  return db.transaction(async (tx) => {
    const latest = await lockLatest(tx, orgId, id);
    if (latest === null) return 'notFound';
    return condition(String(latest.version)) ? markDeleted(tx, orgId, id) : 'unexpected';
  });
};
