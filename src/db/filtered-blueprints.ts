import { sql } from 'slonik';
import { containing, noteVersions, own, unnoted, type BlueprintListRow } from './blueprint-lists.ts';
import type { CommonQueryMethods } from './database.ts';
import { behind, direction, MOST_COUNTED, toCounted } from './filtered-lists.ts';
import type { Filtered, LabelFilter, RowWindow } from './filtered-lists.ts';
import { labelsBlueprints, withBlueprintLabels } from './labels.ts';
import { plannedAnew } from './prepared-statements.ts';
import { row } from './row.ts';

/** What blueprints of a list have in common; `null` for whatever there is. Times are those of the tables. */
export interface BlueprintFilters {
  /** The first moment that counts. */
  readonly createdAfter: string | null;
  /** The first moment that does not count any more. */
  readonly createdBefore: string | null;
  /** Of the newest version. */
  readonly distribution: string | null;
  /** Of one of the newest version's images. */
  readonly imageType: string | null;
  readonly name: string | null;
  /** Within name or description. */
  readonly search: string | null;
  /** All of them. */
  readonly labels: readonly LabelFilter[];
}

/** A blueprint with its place in the list by time. */
export interface PlacedBlueprint extends BlueprintListRow {
  readonly placed_at: string;
}

export interface BlueprintWindow extends RowWindow {
  /** Whether the list is in the order of names; else in that of the newest versions' times. */
  readonly byName: boolean;
}

const hasFacet = (orgId: string, name: string, value: string) => sql.fragment`
  AND EXISTS (
    SELECT FROM blueprint_facets AS facet
    WHERE facet.blueprint_id = blueprints.id AND facet.org_id = ${orgId} AND facet.name = ${name} AND facet.value = ${value}
  )`;

const hasLabel = (orgId: string, { key, value }: LabelFilter) => sql.fragment`
  AND EXISTS (
    SELECT FROM blueprint_labels AS label
    WHERE label.blueprint_id = blueprints.id AND label.org_id = ${orgId} AND label.key = ${key} AND label.value = ${value}
  )`;

const contains = (text: string) => {
  const pattern = containing(text);
  return sql.fragment`AND (blueprints.name ILIKE ${pattern} OR blueprints.description ILIKE ${pattern})`;
};

const matches = (orgId: string, filters: BlueprintFilters) => {
  const { createdAfter, createdBefore, distribution, imageType, name, search, labels } = filters;
  const conditions = [
    own(orgId),
    createdAfter === null ? null : sql.fragment`AND blueprints.created_at >= ${createdAfter}::timestamp`,
    createdBefore === null ? null : sql.fragment`AND blueprints.created_at < ${createdBefore}::timestamp`,
    distribution === null ? null : hasFacet(orgId, 'distribution', distribution),
    imageType === null ? null : hasFacet(orgId, 'image_type', imageType),
    name === null ? null : sql.fragment`AND blueprints.name = ${name}`,
    search === null ? null : contains(search),
    ...labels.map((label) => hasLabel(orgId, label)),
  ];
  return sql.join(
    conditions.filter((condition) => condition !== null),
    sql.fragment` `,
  );
};

const isEverything = ({ labels, ...filters }: BlueprintFilters): boolean =>
  labels.length === 0 && Object.values(filters).every((filter) => filter === null);

const count = (orgId: string, filters: BlueprintFilters, { counted }: BlueprintWindow) => {
  if (!counted) return sql.fragment`SELECT NULL::int AS total`;
  if (isEverything(filters)) {
    return sql.fragment`SELECT coalesce((SELECT listed FROM blueprint_counts WHERE org_id = ${orgId}), 0)::int AS total`;
  }
  return sql.fragment`
    SELECT count(*)::int AS total FROM (
      SELECT FROM blueprints WHERE ${matches(orgId, filters)} LIMIT ${MOST_COUNTED + 1}
    ) AS found`;
};

/** What is behind the last blueprint that was read. One without versions, which no list shows, has no place either. */
const isBehind = ({ byName, ascending, after }: BlueprintWindow) => {
  if (byName) {
    // Names are unique.
    const place = after && sql.fragment`AND blueprints.name COLLATE "C" ${behind(ascending)} ${after[0]}`;
    return sql.fragment`
      AND (SELECT true FROM blueprint_versions AS stored WHERE stored.blueprint_id = blueprints.id LIMIT 1)
      ${place ?? sql.fragment``}`;
  }
  const place =
    after &&
    sql.fragment`AND (changed_at, blueprints.id) ${behind(ascending)} (${after[0]}::timestamp, ${after[1]}::uuid)`;
  return sql.fragment`AND changed_at IS NOT NULL ${place ?? sql.fragment``}`;
};

const readPage = async (
  db: CommonQueryMethods,
  orgId: string,
  filters: BlueprintFilters,
  window: BlueprintWindow,
): Promise<Filtered<PlacedBlueprint> & { readonly stale: boolean }> => {
  const way = direction(window.ascending);
  const order = window.byName
    ? sql.fragment`name COLLATE "C" ${way}, id ${way}`
    : sql.fragment`changed_at ${way}, id ${way}`;
  // Without an item on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(
    row<{ total: number | null; stale: boolean; labelled: boolean } & (PlacedBlueprint | { id: null })>(),
  )`
    ${plannedAnew}
    SELECT counted.total, ${unnoted(orgId)} AS stale, ${labelsBlueprints(orgId)} AS labelled, item.*
    FROM (${count(orgId, filters, window)}) AS counted
    LEFT JOIN (
      SELECT blueprints.id, name, description, version, newest.created_at AS last_modified_at, changed_at,
        changed_at::text AS placed_at
      FROM (
        SELECT id, name, description, changed_at FROM blueprints
        WHERE ${matches(orgId, filters)} ${isBehind(window)}
        ORDER BY ${order}
        LIMIT ${window.limit} OFFSET ${window.offset}
      ) AS blueprints
      CROSS JOIN LATERAL (
        SELECT version, created_at FROM blueprint_versions AS versions
        WHERE versions.blueprint_id = blueprints.id
        ORDER BY version DESC
        LIMIT 1
      ) AS newest
    ) AS item ON true
    ORDER BY ${order}`);
  const { total = null, stale = false, labelled = false } = rows[0] ?? {};
  return {
    counted: total === null ? null : toCounted(total, isEverything(filters) ? 0 : total),
    stale,
    rows: await withBlueprintLabels(
      db,
      orgId,
      rows.filter((item) => item.id !== null),
      labelled,
    ),
  };
};

/**
 * A page of the organization's blueprints that match all filters, in the order of their names or of their last changes. Only the
 * page is read where that is shorter than to read everything that matches. Indexes: blueprints_org_id_changed_at_id_idx,
 * blueprints_org_id_name_id_idx, blueprints_org_id_created_at_idx, blueprint_facets_org_id_name_value_idx,
 * blueprint_labels_org_id_key_value_idx, blueprints_search_idx.
 */
export const listFilteredBlueprints = async (
  db: CommonQueryMethods,
  orgId: string,
  filters: BlueprintFilters,
  window: BlueprintWindow,
): Promise<Filtered<PlacedBlueprint>> => {
  let { stale, ...found } = await readPage(db, orgId, filters, window);
  if (stale) {
    await noteVersions(db, orgId);
    ({ stale, ...found } = await readPage(db, orgId, filters, window));
  }
  return found;
};
