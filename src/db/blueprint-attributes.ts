// What blueprints are found by: labels, and distribution and image types of the newest version. Every statement that writes
// attributes changes the row of the blueprint in the same statement: of two writers one waits, and learns that it was slower.
import { sql, type FragmentSqlToken } from 'slonik';
import type { AuditEntry } from './recording.ts';
import { insertAuditEntry } from './recording.ts';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

export type Labels = Readonly<Record<string, string>>;

type Kind = 'label' | 'distribution' | 'image_type';

/** An attribute. Only labels have a key. */
export interface Attribute {
  readonly kind: Kind;
  readonly key: string;
  readonly value: string;
}

/** Characters of the longest value that a list can be filtered by. */
const LONGEST_VALUE = 100;

/** The attributes of a blueprint whose newest version has this body, without those that no filter can name. */
export function versionAttributes(body: {
  readonly distribution?: unknown;
  readonly image_requests?: readonly { readonly image_type?: unknown }[];
}): Attribute[] {
  const types = (body.image_requests ?? []).map(({ image_type: type }) => ['image_type', type] as const);
  return [['distribution', body.distribution] as const, ...types].flatMap(([kind, value]) =>
    typeof value === 'string' && value.length <= LONGEST_VALUE ? [{ kind, key: '', value }] : [],
  );
}

/** Labels as attributes. */
export function labelAttributes(labels: Labels): Attribute[] {
  return Object.entries(labels).map(([key, value]) => ({ kind: 'label', key, value }));
}

const wanted = (attributes: readonly Attribute[]) => sql.fragment`
  json_to_recordset(${JSON.stringify(attributes)}::json) AS wanted (kind text, key text, value text)`;

/**
 * An INSERT of attributes.
 * @param blueprint a table expression with `id` and `org_id` of the blueprint, no row to insert nothing
 */
export function insertAttributes(blueprint: FragmentSqlToken, attributes: readonly Attribute[]): FragmentSqlToken {
  return sql.fragment`
    INSERT INTO blueprint_attributes (blueprint_id, kind, key, value, org_id)
    SELECT blueprint.id, wanted.kind, wanted.key, wanted.value, blueprint.org_id
    FROM ${blueprint} AS blueprint, ${wanted(attributes)}
    ON CONFLICT DO NOTHING`;
}

/**
 * A DELETE of the attributes of some kinds that are not among the given ones. Attributes that stay are not written.
 * @param blueprint as for `insertAttributes`
 */
export function deleteOtherAttributes(
  blueprint: FragmentSqlToken,
  kinds: readonly Kind[],
  attributes: readonly Attribute[],
): FragmentSqlToken {
  return sql.fragment`
    DELETE FROM blueprint_attributes AS known USING ${blueprint} AS blueprint
    WHERE known.blueprint_id = blueprint.id AND known.org_id = blueprint.org_id AND known.kind = ANY (${sql.array(kinds, 'text')})
      AND (known.kind, known.key, known.value) NOT IN (SELECT wanted.kind, wanted.key, wanted.value FROM ${wanted(attributes)})`;
}

/** The labels of `blueprints.id` as JSON, NULL without any. */
export function labelsOfBlueprint(orgId: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`(
    SELECT jsonb_object_agg(label.key, label.value) FROM blueprint_attributes AS label
    WHERE label.blueprint_id = blueprints.id AND label.kind = 'label' AND label.org_id = ${orgId}
  )`;
}

/** Stores labels of a blueprint instead of those it has; `null` when another writer was faster. */
async function replaceLabels(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  labels: Labels,
  audit: AuditEntry | null,
): Promise<boolean | null> {
  const attributes = labelAttributes(labels);
  const { exists, changed } = await db.one(sql.type(row<{ exists: boolean; changed: boolean }>())`
    WITH seen AS (
      SELECT id, xmin AS row_version FROM blueprints WHERE id = ${id} AND org_id = ${orgId} AND NOT deleted
    ), changed AS (
      UPDATE blueprints SET changed_at = changed_at
      FROM seen
      WHERE blueprints.id = seen.id AND blueprints.xmin = seen.row_version
      RETURNING blueprints.id, blueprints.org_id
    ), removed AS (${deleteOtherAttributes(sql.fragment`changed`, ['label'], attributes)}),
    added AS (${insertAttributes(sql.fragment`changed`, attributes)}),
    audited AS (${insertAuditEntry(audit, sql.fragment`changed`)})
    SELECT EXISTS (SELECT FROM seen) AS exists, EXISTS (SELECT FROM changed) AS changed`);
  return exists && !changed ? null : changed;
}

/** Gives a blueprint of the organization these labels instead of those it has; `false` where there is no such blueprint. */
export async function setBlueprintLabels(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  labels: Labels,
  audit: AuditEntry | null,
): Promise<boolean> {
  const replaced = await replaceLabels(db, orgId, id, labels, audit);
  if (replaced !== null) return replaced;
  return db.transaction(async (tx) => {
    await lockBlueprint(tx, orgId, id);
    return (await replaceLabels(tx, orgId, id, labels, audit)) ?? false;
  });
}

/** Locks the row of a blueprint of the organization: until the transaction ends no other writer changes the blueprint. */
export async function lockBlueprint(tx: CommonQueryMethods, orgId: string, id: string): Promise<void> {
  await tx.query(sql.type(row<Record<never, never>>())`
    SELECT FROM blueprints WHERE id = ${id} AND org_id = ${orgId} AND NOT deleted FOR UPDATE`);
}
