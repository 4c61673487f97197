import { randomUUID } from 'node:crypto';
import { sql } from 'slonik';
import { z } from 'zod';
import {
  insertAttributes,
  labelAttributes,
  labelsJson,
  labelsOfBlueprint,
  lockBlueprint,
  versionAttributes,
  type Labels,
} from './blueprint-attributes.ts';
import { batch } from '../batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';
import { recordEvents, withAuditEntry, withCreatedId, type AuditEntry } from './recording.ts';
import { hiddenArray } from '../prepared-statements.ts';
import { noColumns } from '../row-check.ts';
import { parseStoredJson } from '../../lib/json.ts';
import { pauseAfter } from '../../lib/turn.ts';
import { hasSealed } from '../../lib/sealed-json.ts';
import type { Vault } from '../vault.ts';

/** The content of a blueprint version. Versions of earlier releases can have further members, which are ignored. */
export interface BlueprintBody {
  readonly customizations: Record<string, unknown>;
  readonly image_requests: readonly Record<string, unknown>[];
  readonly distribution?: string;
  readonly bootc?: { readonly reference: string; readonly iso_payload_reference?: string };
}

const json = z.record(z.string(), z.unknown());

/** A blueprint with one of its versions, as it is stored. */
const storedBlueprint = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  metadata: json.nullable(),
  version_id: z.string(),
  version: z.number(),
  /** JSON text; its secrets may be encrypted. */
  body: z.string(),
  service_snapshots: json.nullable(),
  /** Labels of the blueprint, `null` without any. */
  labels: z.record(z.string(), z.string()).nullable(),
  /** Changes with every update of the blueprint's row. */
  row_version: z.string(),
  /** Whether another implementation stored the version and it is not indexed yet. */
  needs_indexing: z.boolean(),
});
export type StoredBlueprint = Readonly<z.infer<typeof storedBlueprint>>;

/** A blueprint with one of its versions. */
export interface BlueprintRow extends Omit<StoredBlueprint, 'body'> {
  // Another implementation may have stored any JSON.
  readonly body: BlueprintBody;
}

export interface NewVersion {
  readonly body: BlueprintBody;
  /** Data of other services at the time of the version, `null` for none. */
  readonly serviceSnapshots: object | null;
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
  readonly labels: Labels | null;
}

/** The request that makes a change. */
export interface ChangeOrigin {
  /** Id of the idempotency key that records created ids, `null` without a key. */
  readonly idempotencyId: string | null;
  readonly audit: AuditEntry | null;
}

/** A version of a blueprint; the newest one where `version` is `null`. */
export interface BlueprintAddress {
  readonly orgId: string;
  readonly id: string;
  readonly version: number | null;
}

const MAX_VERSION = 2 ** 31 - 1;

/** Converts a version number for the table: 0, which no version has, where the number does not fit the column. */
export function storedVersion(version: number): number {
  return version > MAX_VERSION ? 0 : version;
}

const BATCHED_READS = { most: 100, inFlight: 2 };

export const NAME_CONSTRAINT = 'blueprints_name_unique';

export function jsonb(value: object | null) {
  return sql.fragment`${value === null ? null : JSON.stringify(value)}::jsonb`;
}

const numberedRow = storedBlueprint.extend({ number: z.number() });

/** Finds versions of blueprints, in the order of the addresses; `null` where the organization has none. */
export async function findBlueprints(
  db: CommonQueryMethods,
  addresses: readonly BlueprintAddress[],
): Promise<readonly (StoredBlueprint | null)[]> {
  const orgIds = addresses.map(({ orgId }) => orgId);
  const ids = addresses.map(({ id }) => id);
  const versions = addresses.map(({ version }) => (version === null ? null : storedVersion(version)));
  const rows = await db.any(sql.type(numberedRow)`
    SELECT wanted.number::int AS number, blueprints.id, name, description, metadata, blueprints.xmin::text AS row_version,
      versions.id AS version_id, versions.version, versions.body::text AS body, versions.service_snapshots, versions.needs_indexing,
      ${labelsOfBlueprint(sql.fragment`blueprints.org_id`)} AS labels
    FROM unnest(${hiddenArray(orgIds, 'text')}, ${hiddenArray(ids, 'uuid')}, ${hiddenArray(versions, 'int4')})
      WITH ORDINALITY AS wanted (org_id, id, version, number)
    JOIN blueprints ON blueprints.id = wanted.id AND blueprints.org_id = wanted.org_id AND NOT blueprints.deleted
    CROSS JOIN LATERAL (
      SELECT id, version, body, service_snapshots, needs_indexing FROM blueprint_versions
      WHERE blueprint_id = blueprints.id AND (wanted.version IS NULL OR version = wanted.version)
      ORDER BY version DESC
      LIMIT 1
    ) AS versions`);
  const found: (StoredBlueprint | null)[] = addresses.map(() => null);
  for (const { number, ...blueprint } of rows) found[number - 1] = blueprint;
  return found;
}

async function parseBlueprint(stored: StoredBlueprint, body: string): Promise<BlueprintRow> {
  const blueprint = { ...stored, body: parseStoredJson(body) as BlueprintBody };
  await pauseAfter(body);
  return blueprint;
}

/** Reads the content of a version. @throws ServiceError `internal` when a secret cannot be decrypted */
export async function openBlueprint(
  db: CommonQueryMethods,
  vault: Vault,
  orgId: string,
  stored: StoredBlueprint,
): Promise<BlueprintRow> {
  return parseBlueprint(stored, await vault.open(db, orgId, stored.body));
}

/** Creates a batched query for a version of a blueprint; the newest version without a number. */
export function batchFindBlueprint({ use }: DatabaseAccess, vault: Vault) {
  const find = batch(
    (addresses: readonly BlueprintAddress[]) => use((db) => findBlueprints(db, addresses)),
    BATCHED_READS,
  );
  return async (orgId: string, id: string, version: number | null = null): Promise<BlueprintRow | null> => {
    const stored = await find({ orgId, id, version });
    if (stored === null || !hasSealed(stored.body)) return stored && parseBlueprint(stored, stored.body);
    // After the batch, which blueprints of other organizations share.
    return use((db) => openBlueprint(db, vault, orgId, stored));
  };
}

/** Finds the number of the newest version; `null` where the organization has no such blueprint. */
export async function findLatestVersion(db: CommonQueryMethods, orgId: string, id: string): Promise<number | null> {
  return db.maybeOneFirst(sql.type(z.strictObject({ version: z.number() }))`
    SELECT version
    FROM blueprints
    JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
    WHERE blueprints.id = ${id} AND org_id = ${orgId} AND NOT deleted
    ORDER BY version DESC
    LIMIT 1`);
}

/** Whether the organization has a blueprint of exactly that name. */
export async function isNameTaken(db: CommonQueryMethods, orgId: string, name: string): Promise<boolean> {
  return db.exists(sql.type(noColumns)`
    SELECT FROM blueprints WHERE org_id = ${orgId} AND name = ${name} AND NOT deleted`);
}

/** Stores a blueprint with version 1; `false` when the organization has a blueprint of that name. */
export async function insertBlueprint(
  db: CommonQueryMethods,
  vault: Vault,
  blueprint: NewBlueprint,
  { idempotencyId, audit }: ChangeOrigin,
): Promise<boolean> {
  const { id, orgId } = blueprint;
  const body = await vault.seal(db, orgId, blueprint.body);
  const attributes = [...versionAttributes(body), ...labelAttributes(blueprint.labels ?? {})];
  const created = sql.fragment`created`;
  const { rowCount } = await db.query(sql.type(noColumns)`
    WITH created AS (
      INSERT INTO blueprints (id, org_id, account_number, name, description, metadata)
      VALUES (
        ${id}, ${orgId}, ${blueprint.accountNumber}, ${blueprint.name}, ${blueprint.description}, ${jsonb(blueprint.metadata)}
      )
      ON CONFLICT ON CONSTRAINT ${sql.identifier([NAME_CONSTRAINT])} DO NOTHING
      RETURNING id, org_id, name, created_at
    ), first_version AS (
      INSERT INTO blueprint_versions
        (id, blueprint_id, version, body, service_snapshots, created_at, needs_indexing, author)
      SELECT ${blueprint.versionId}::uuid, id, 1, ${jsonb(body)}, ${jsonb(blueprint.serviceSnapshots)}, created_at, false,
        ${blueprint.author}
      FROM created
    ), added AS (${insertAttributes(created, attributes)}) ${withCreatedId(idempotencyId, id, created)}, ${recordEvents(sql.fragment`(
      SELECT org_id, 'blueprint.created' AS type, id AS subject, jsonb_strip_nulls(jsonb_build_object(
        'name', name, 'version', 1, 'labels', ${labelsJson(blueprint.labels ?? {})}
      )) AS data
      FROM created
    )`)} ${withAuditEntry(audit, created, [id])}
    SELECT FROM created`);
  return rowCount > 0;
}

/**
 * Marks a blueprint and the composes of all its versions as deleted, and deletes its schedule. Frees the name: the blueprint gets its
 * id as a name, or a random one where another blueprint has that name.
 */
async function markDeleted(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  audit: AuditEntry | null,
): Promise<'deleted' | 'notFound'> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    WITH gone AS (
      -- The time of the deletion: its retention begins.
      UPDATE blueprints SET deleted = true, changed_at = clock_timestamp(), name = CASE
        WHEN EXISTS (SELECT FROM blueprints AS other WHERE other.org_id = ${orgId} AND other.name = ${id}::uuid::text)
        THEN ${randomUUID()} ELSE blueprints.id::text END
      FROM blueprints AS before
      WHERE blueprints.id = ${id} AND blueprints.org_id = ${orgId} AND NOT blueprints.deleted AND before.id = blueprints.id
      RETURNING blueprints.id, blueprints.org_id, before.name
    ), hidden AS (
      UPDATE composes SET deleted = true
      WHERE org_id = ${orgId} AND NOT deleted AND blueprint_version_id IN (
        SELECT versions.id FROM blueprint_versions AS versions JOIN gone ON gone.id = versions.blueprint_id
      )
    ), removed AS (
      DELETE FROM blueprint_attributes AS attributes USING gone
      WHERE attributes.blueprint_id = gone.id AND attributes.org_id = gone.org_id
    ), unscheduled AS (
      DELETE FROM blueprint_schedules AS schedules USING gone
      WHERE schedules.blueprint_id = gone.id AND schedules.org_id = gone.org_id
    ), ${recordEvents(sql.fragment`(
      SELECT org_id, 'blueprint.deleted' AS type, id AS subject, jsonb_strip_nulls(jsonb_build_object(
        'name', name, 'labels', ${labelsOfBlueprint(sql.fragment`blueprints.org_id`)}
      )) AS data
      FROM gone AS blueprints
    )`)} ${withAuditEntry(audit, sql.fragment`gone`)}
    SELECT FROM gone`);
  return rowCount > 0 ? 'deleted' : 'notFound';
}

/** Whether a precondition accepts the number of the newest version. */
export type VersionCondition = (version: string) => boolean;

/**
 * Deletes a blueprint of the organization with its composes and its schedule.
 * @param condition `null` to accept any version
 */
export async function deleteBlueprint(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  condition: VersionCondition | null,
  audit: AuditEntry | null,
): Promise<'deleted' | 'notFound' | 'unexpected'> {
  return db.transaction(async (tx) => {
    // A separate statement, so that the next one sees a schedule that another request committed meanwhile.
    await lockBlueprint(tx, orgId, id);
    if (condition !== null) {
      const version = await findLatestVersion(tx, orgId, id);
      if (version === null) return 'notFound';
      if (!condition(String(version))) return 'unexpected';
    }
    return markDeleted(tx, orgId, id, audit);
  });
}
