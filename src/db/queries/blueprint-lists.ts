import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from '../database.ts';
import { indexBlueprints } from './indexing.ts';
import { all, behind, given, readList, type LabelFilter, type ListPage, type ListWindow } from './list-page.ts';
import { unseen } from '../prepared-statements.ts';

/** What blueprints of a list have in common; `null` for no filter. Times are those of the tables. */
export interface BlueprintFilters {
  /** The first moment of the list. */
  readonly createdAfter: string | null;
  /** The first moment behind it. */
  readonly createdBefore: string | null;
  /** Of the newest version. */
  readonly distribution: string | null;
  /** Of one of the newest version's images. */
  readonly imageType: string | null;
  readonly name: string | null;
  /** Within name or description, in upper or lower case. */
  readonly search: string | null;
  /** All of them. */
  readonly labels: readonly LabelFilter[];
}

export interface BlueprintWindow extends ListWindow {
  /** Whether the list is in the order of names; else in that of the newest versions' times. */
  readonly byName: boolean;
}

/** The time of the newest version: the expression of the index. */
const changedAt = sql.fragment`coalesce(blueprints.changed_at, blueprints.created_at)`;

const hasAttribute = (orgId: string, kind: string, key: string, value: string) => sql.fragment`
  EXISTS (
    SELECT FROM blueprint_attributes AS attribute
    WHERE attribute.blueprint_id = blueprints.id AND attribute.org_id = ${orgId} AND attribute.kind = ${kind}
      AND attribute.key = ${key} AND attribute.value = ${value}
  )`;

function contains(text: string): FragmentSqlToken {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql.fragment`(blueprints.name ILIKE ${pattern} OR blueprints.description ILIKE ${pattern})`;
}

const conditionsOf = (orgId: string, filters: BlueprintFilters): readonly FragmentSqlToken[] => [
  ...given(filters.createdAfter, (time) => sql.fragment`blueprints.created_at >= ${time}::timestamp`),
  ...given(filters.createdBefore, (time) => sql.fragment`blueprints.created_at < ${time}::timestamp`),
  ...given(filters.distribution, (value) => hasAttribute(orgId, 'distribution', '', value)),
  ...given(filters.imageType, (value) => hasAttribute(orgId, 'image_type', '', value)),
  ...given(filters.name, (name) => sql.fragment`blueprints.name = ${name}`),
  ...given(filters.search, contains),
  ...filters.labels.map(({ key, value }) => hasAttribute(orgId, 'label', key, value)),
];

/** What is behind the last blueprint that was read. Names are unique. */
const behindLast = (window: BlueprintWindow): readonly FragmentSqlToken[] =>
  given(window.after, ([value, id]) =>
    window.byName
      ? sql.fragment`blueprints.name COLLATE "C" ${behind(window)} ${value}`
      : sql.fragment`(${changedAt}, blueprints.id) ${behind(window)} (${value}::timestamp, ${id}::uuid)`,
  );

/** An item of `entry`. Organizations without labels are not charged for them: a subquery that is executed once finds out. */
const itemOf = (orgId: FragmentSqlToken) => sql.fragment`
  '{"id":"' || blueprints.id || '","name":' || to_json(blueprints.name) || ',"description":' || to_json(coalesce(blueprints.description, ''))
  || ',"version":' || coalesce(blueprints.newest_version, 1)
  || ',"last_modified_at":"' || to_char(${changedAt}, 'YYYY-MM-DD"T"HH24:MI:SS') || 'Z"'
  || CASE WHEN (
    SELECT true FROM blueprint_attributes WHERE org_id = ${orgId} AND kind = 'label' ORDER BY key LIMIT 1
  ) THEN coalesce((
    SELECT ',"labels":{' || string_agg(to_json(label.key) || ':' || to_json(label.value), ',' ORDER BY label.key COLLATE "C") || '}'
    FROM blueprint_attributes AS label
    WHERE label.blueprint_id = blueprints.id AND label.kind = 'label' AND label.org_id = ${orgId}
  ), '') ELSE '' END
  || '}'`;

const itemJoins = sql.fragment`JOIN blueprints ON blueprints.id = entry.id`;

/** Blueprints that are indexed in one transaction. */
const INDEXED_TOGETHER = 500;

/**
 * A page of the organization's blueprints that match all filters, in the order of their names or of their last changes. Indexes:
 * blueprints_org_id_changed_at_id_idx, blueprints_org_id_name_id_idx, blueprints_org_id_texts_idx, blueprint_attributes_value_idx.
 */
export function listBlueprints(
  db: CommonQueryMethods,
  orgId: string,
  filters: BlueprintFilters,
  window: BlueprintWindow,
): Promise<ListPage> {
  const conditions = [...conditionsOf(orgId, filters), ...behindLast(window)];
  const isWhole = conditions.length === 0;
  const org = isWhole ? unseen(sql.fragment`${orgId}::varchar`) : sql.fragment`${orgId}`;
  // The index in the order of changes has the organization in this collation, so that no plan by it sorts all of them.
  const ordered = window.byName ? [] : [sql.fragment`blueprints.org_id COLLATE "C" = ${org}`];
  return readList(
    db,
    {
      candidates: sql.fragment`
        SELECT blueprints.id, ${window.byName ? sql.fragment`blueprints.name COLLATE "C"` : changedAt} AS sort, true AS matches
        FROM blueprints
        WHERE ${all([sql.fragment`blueprints.org_id = ${org} AND NOT blueprints.deleted`, ...ordered, ...conditions])}`,
      item: itemOf(org),
      joins: itemJoins,
      isStale: sql.fragment`EXISTS (
        SELECT FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
        WHERE versions.needs_indexing AND blueprints.org_id = ${org}
      )`,
      isWhole,
      index: async (isStale) => {
        // Rows that another transaction is indexing right now are skipped.
        if (isStale) while ((await indexBlueprints(db, { orgId }, INDEXED_TOGETHER)) === INDEXED_TOGETHER);
        return isStale;
      },
    },
    window,
  );
}
