import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';
import { indexBlueprints } from './indexing.ts';
import {
  allOf,
  batchFirstReads,
  positionOperator,
  conditionFor,
  readList,
  requestedOrganization,
  type FirstRead,
  type ListSql,
  type PageAddress,
} from './list-page.ts';
import type { LabelFilter, ListPage, ListWindow } from './list-types.ts';

/** Filters of a list of blueprints; `null` for no filter. Times have the format of the tables. */
export interface BlueprintFilters {
  /** Inclusive. */
  readonly createdAfter: string | null;
  /** Exclusive. */
  readonly createdBefore: string | null;
  /** Of the newest version. */
  readonly distribution: string | null;
  /** Of any image of the newest version. */
  readonly imageType: string | null;
  readonly name: string | null;
  /** A part of the name or description, case-insensitive. */
  readonly search: string | null;
  /** The blueprint has all labels. */
  readonly labels: readonly LabelFilter[];
}

export interface BlueprintWindow extends ListWindow {
  /** Sorts by name; otherwise by the time of the newest version. */
  readonly byName: boolean;
}

/** The time of the newest version. Must equal the expression of the index. */
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
  ...conditionFor(filters.createdAfter, (time) => sql.fragment`blueprints.created_at >= ${time}::timestamp`),
  ...conditionFor(filters.createdBefore, (time) => sql.fragment`blueprints.created_at < ${time}::timestamp`),
  ...conditionFor(filters.distribution, (value) => hasAttribute(orgId, 'distribution', '', value)),
  ...conditionFor(filters.imageType, (value) => hasAttribute(orgId, 'image_type', '', value)),
  ...conditionFor(filters.name, (name) => sql.fragment`blueprints.name = ${name}`),
  ...conditionFor(filters.search, contains),
  ...filters.labels.map(({ key, value }) => hasAttribute(orgId, 'label', key, value)),
];

/** Keyset condition: rows after the last blueprint of the previous page. Names are unique. */
const afterPrevious = (window: BlueprintWindow): readonly FragmentSqlToken[] =>
  conditionFor(window.after, ([value, id]) =>
    window.byName
      ? sql.fragment`blueprints.name COLLATE "C" ${positionOperator(window)} ${value}`
      : sql.fragment`(${changedAt}, blueprints.id) ${positionOperator(window)} (${value}::timestamp, ${id}::uuid)`,
  );

/** JSON text of an item. Organizations without labels skip the lookup of labels. */
const itemOf = (orgId: FragmentSqlToken) => sql.fragment`
  '{"id":"' || blueprints.id || '","name":' || to_json(blueprints.name) || ',"description":' || to_json(coalesce(blueprints.description, ''))
  || ',"version":' || coalesce(blueprints.newest_version, 1)
  || ',"last_modified_at":"' || to_char(${changedAt}, 'YYYY-MM-DD"T"HH24:MI:SS') || 'Z"'
  || CASE WHEN labelled.any_blueprint THEN coalesce((
    SELECT ',"labels":{' || string_agg(to_json(label.key) || ':' || to_json(label.value), ',' ORDER BY label.key COLLATE "C") || '}'
    FROM blueprint_attributes AS label
    WHERE label.blueprint_id = blueprints.id AND label.kind = 'label' AND label.org_id = ${orgId}
  ), '') ELSE '' END
  || '}'`;

/** Whether the organization has labels is read once for a page: `OFFSET 0` keeps the planner from moving the subquery. */
const itemJoins = (orgId: FragmentSqlToken) => sql.fragment`
  JOIN blueprints ON blueprints.id = entry.id
  CROSS JOIN (
    SELECT (
      SELECT true FROM blueprint_attributes WHERE org_id = ${orgId} AND kind = 'label' ORDER BY key LIMIT 1
    ) AS any_blueprint
    OFFSET 0
  ) AS labelled`;

/** @param org the organization in SQL */
function blueprintList(org: FragmentSqlToken, byName: boolean, conditions: readonly FragmentSqlToken[] = []): ListSql {
  // The index by time has the organization in this collation: the planner then does not sort all blueprints.
  const ordered = byName ? [] : [sql.fragment`blueprints.org_id COLLATE "C" = ${org}`];
  return {
    candidates: sql.fragment`
      SELECT blueprints.id, ${byName ? sql.fragment`blueprints.name COLLATE "C"` : changedAt} AS sort, true AS matches
      FROM blueprints
      WHERE ${allOf([sql.fragment`blueprints.org_id = ${org} AND NOT blueprints.deleted`, ...ordered, ...conditions])}`,
    item: itemOf(org),
    joins: itemJoins(org),
    // Items have no content.
    size: sql.fragment`0`,
    isStale: sql.fragment`EXISTS (
      SELECT FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
      WHERE versions.needs_indexing AND blueprints.org_id = ${org}
    )`,
  };
}

/** Blueprints that are indexed in one transaction. */
const INDEXED_TOGETHER = 500;

/** Creates the batched read of unfiltered lists, the newest first. */
export function batchBlueprintReads(access: DatabaseAccess): (address: PageAddress) => Promise<FirstRead> {
  return batchFirstReads(access, blueprintList(requestedOrganization, false), { ascending: false, mostEntries: 2_000 });
}

/**
 * Lists a page of the organization's blueprints that match all filters.
 * @param readFirst reads unfiltered lists, the newest first
 */
export function listBlueprints(
  db: CommonQueryMethods,
  readFirst: (address: PageAddress) => Promise<FirstRead>,
  orgId: string,
  filters: BlueprintFilters,
  window: BlueprintWindow,
): Promise<ListPage> {
  const conditions = [...conditionsOf(orgId, filters), ...afterPrevious(window)];
  const isFiltered = conditions.length > 0;
  return readList(
    db,
    {
      ...blueprintList(sql.fragment`${orgId}`, window.byName, conditions),
      isFiltered,
      ...(isFiltered || window.byName || window.ascending
        ? {}
        : { readFirst: ({ limit, offset }) => readFirst({ orgId, limit, offset }) }),
      index: async (isStale) => {
        // Skips rows that another transaction is indexing.
        if (isStale) while ((await indexBlueprints(db, { orgId }, INDEXED_TOGETHER)) === INDEXED_TOGETHER);
        return isStale;
      },
    },
    window,
  );
}
