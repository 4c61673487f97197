// Attributes for filters of blueprint lists: labels, and distribution and image types of the newest version. Every statement that
// writes attributes updates the row of the blueprint as well, which serializes concurrent requests.
import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from '../database.ts';
import { withAuditEntry, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';

export type Labels = Readonly<Record<string, string>>;

type Kind = 'label' | 'distribution' | 'image_type';

/** An attribute. Only labels have a key. */
export interface Attribute {
  readonly kind: Kind;
  readonly key: string;
  readonly value: string;
}

/** Maximum length of a filter value. */
const LONGEST_VALUE = 100;

/** Extracts distribution and image types of a version, without values that are too long for a filter. */
export function versionAttributes(body: {
  readonly distribution?: unknown;
  readonly image_requests?: readonly { readonly image_type?: unknown }[];
}): Attribute[] {
  const types = (body.image_requests ?? []).map(({ image_type: type }) => ['image_type', type] as const);
  return [['distribution', body.distribution] as const, ...types].flatMap(([kind, value]) =>
    typeof value === 'string' && value.length <= LONGEST_VALUE ? [{ kind, key: '', value }] : [],
  );
}

export function labelAttributes(labels: Labels): Attribute[] {
  return Object.entries(labels).map(([key, value]) => ({ kind: 'label', key, value }));
}

const wanted = (attributes: readonly Attribute[]) => sql.fragment`
  json_to_recordset(${JSON.stringify(attributes)}::json) AS wanted (kind text, key text, value text)`;

/**
 * Composes an INSERT of attributes.
 * @param blueprint a table expression with `id` and `org_id` of the blueprint; without a row nothing is inserted
 */
export function insertAttributes(blueprint: FragmentSqlToken, attributes: readonly Attribute[]): FragmentSqlToken {
  return sql.fragment`
    INSERT INTO blueprint_attributes (blueprint_id, kind, key, value, org_id)
    SELECT blueprint.id, wanted.kind, wanted.key, wanted.value, blueprint.org_id
    FROM ${blueprint} AS blueprint, ${wanted(attributes)}
    ON CONFLICT DO NOTHING`;
}

/**
 * Composes parts of a WITH clause, `removed` and `added`, that replace a blueprint's attributes of some kinds. Unchanged attributes are
 * not written.
 * @param blueprint as for `insertAttributes`
 */
export function replaceAttributes(
  blueprint: FragmentSqlToken,
  kinds: readonly Kind[],
  attributes: readonly Attribute[],
): FragmentSqlToken {
  return sql.fragment`
    removed AS (
      DELETE FROM blueprint_attributes AS known USING ${blueprint} AS blueprint
      WHERE known.blueprint_id = blueprint.id AND known.org_id = blueprint.org_id AND known.kind = ANY (${sql.array(kinds, 'text')})
        AND (known.kind, known.key, known.value) NOT IN (SELECT wanted.kind, wanted.key, wanted.value FROM ${wanted(attributes)})
    ), added AS (${insertAttributes(blueprint, attributes)})`;
}

/** The labels of `blueprints.id` as JSON, NULL without any. */
export function labelsOfBlueprint(orgId: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`(
    SELECT jsonb_object_agg(label.key, label.value) FROM blueprint_attributes AS label
    WHERE label.blueprint_id = blueprints.id AND label.kind = 'label' AND label.org_id = ${orgId}
  )`;
}

/** Labels as JSON, NULL without any. */
export function labelsJson(labels: Labels): FragmentSqlToken {
  return sql.fragment`${Object.keys(labels).length === 0 ? null : JSON.stringify(labels)}::jsonb`;
}

/** Replaces the labels of a blueprint; `false` where the organization has no such blueprint. */
export function setBlueprintLabels(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  labels: Labels,
  audit: AuditEntry | null,
): Promise<boolean> {
  const changed = sql.fragment`changed`;
  return db.transaction(async (tx) => {
    // A separate statement, so that the next one sees labels that another request committed meanwhile.
    await lockBlueprint(tx, orgId, id);
    const { rowCount } = await tx.query(sql.type(noColumns)`
      WITH changed AS (
        UPDATE blueprints SET changed_at = changed_at WHERE id = ${id} AND org_id = ${orgId} AND NOT deleted
        RETURNING id, org_id
      ), ${replaceAttributes(changed, ['label'], labelAttributes(labels))} ${withAuditEntry(audit, changed)}
      SELECT FROM changed`);
    return rowCount > 0;
  });
}

/** Locks a blueprint of the organization against other writers until the transaction ends. */
export async function lockBlueprint(tx: CommonQueryMethods, orgId: string, id: string): Promise<void> {
  await tx.query(sql.type(noColumns)`
    SELECT FROM blueprints WHERE id = ${id} AND org_id = ${orgId} AND NOT deleted FOR UPDATE`);
}
