import { sql } from 'slonik';
import {
  changedAt,
  containing,
  hasRowsToIndex,
  inOrder,
  itemText,
  newestVersion,
  own,
  readIndexed,
} from './blueprint-lists.ts';
import type { CommonQueryMethods } from './database.ts';
import { behind, direction, MOST_COUNTED, toCounted } from './filtered-lists.ts';
import type { Filtered, LabelFilter, RowWindow } from './filtered-lists.ts';
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

/** A blueprint of a list with its place in the order of times. */
export interface PlacedBlueprint {
  readonly id: string;
  readonly name: string;
  readonly placed_at: string;
  /** The item as JSON text; `null` for a blueprint without versions, which has a place and is not shown. */
  readonly item: string | null;
}

export interface BlueprintWindow extends RowWindow {
  /** Whether the list is in the order of names; else in that of the newest versions' times. */
  readonly byName: boolean;
}

const hasAttribute = (orgId: string, kind: 'label' | 'distribution' | 'image_type', key: string, value: string) =>
  sql.fragment`
    AND EXISTS (
      SELECT FROM blueprint_attributes AS attribute
      WHERE attribute.blueprint_id = blueprints.id AND attribute.org_id = ${orgId} AND attribute.kind = ${kind}
        AND attribute.key = ${key} AND attribute.value = ${value}
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
    distribution === null ? null : hasAttribute(orgId, 'distribution', '', distribution),
    imageType === null ? null : hasAttribute(orgId, 'image_type', '', imageType),
    name === null ? null : sql.fragment`AND blueprints.name = ${name}`,
    search === null ? null : contains(search),
    ...labels.map(({ key, value }) => hasAttribute(orgId, 'label', key, value)),
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
  const limit = isEverything(filters) ? null : MOST_COUNTED + 1;
  return sql.fragment`
    SELECT count(*)::int AS total FROM (SELECT FROM blueprints WHERE ${matches(orgId, filters)} LIMIT ${limit}) AS found`;
};

/** What is behind the last blueprint that was read. Names are unique. */
const isBehind = ({ byName, ascending, after }: BlueprintWindow) => {
  if (after === null) return sql.fragment``;
  const [value, id] = after;
  if (byName) return sql.fragment`AND blueprints.name COLLATE "C" ${behind(ascending)} ${value}`;
  return sql.fragment`AND (${changedAt}, blueprints.id) ${behind(ascending)} (${value}::timestamp, ${id}::uuid)`;
};

const readPage = async (
  db: CommonQueryMethods,
  orgId: string,
  filters: BlueprintFilters,
  window: BlueprintWindow,
): Promise<Filtered<PlacedBlueprint> & { readonly stale: boolean }> => {
  const way = direction(window.ascending);
  const order = (table: 'blueprints' | 'item') => {
    if (table === 'item') {
      return window.byName
        ? sql.fragment`item.name COLLATE "C" ${way}, item.id ${way}`
        : sql.fragment`item.changed_at ${way}, item.id ${way}`;
    }
    return window.byName
      ? sql.fragment`blueprints.name COLLATE "C" ${way}, blueprints.id ${way}`
      : sql.fragment`${changedAt} ${way}, blueprints.id ${way}`;
  };
  // Without an item on the page there is still a row: the one with the length of the list.
  const rows = await db.any(sql.type(
    row<{ total: number | null; stale: boolean } & (PlacedBlueprint | { id: null })>(),
  )`
    ${plannedAnew}
    SELECT counted.total, ${hasRowsToIndex(orgId)} AS stale, item.id, item.name, item.changed_at::text AS placed_at, item.item
    FROM (${count(orgId, filters, window)}) AS counted
    LEFT JOIN (
      SELECT blueprints.id, name, blueprints.changed_at, ${itemText(orgId)} AS item
      FROM (
        SELECT id, name, description, ${changedAt} AS changed_at FROM blueprints
        WHERE ${matches(orgId, filters)} ${isBehind(window)}
          ${window.byName ? sql.fragment`` : sql.fragment`AND ${inOrder(orgId)}`}
        ORDER BY ${order('blueprints')}
        LIMIT ${window.limit} OFFSET ${window.offset}
      ) AS blueprints
      LEFT JOIN ${newestVersion} ON true
    ) AS item ON true
    ORDER BY ${order('item')}`);
  const { total = null, stale = false } = rows[0] ?? {};
  return {
    counted: total === null ? null : toCounted(total, isEverything(filters) ? 0 : total),
    stale,
    rows: rows.filter((item) => item.id !== null),
  };
};

/**
 * A page of the organization's blueprints that match all filters, in the order of their names or of their last changes. Only the
 * page is read where that is shorter than to read everything that matches. Indexes: blueprints_org_id_changed_at_id_idx,
 * blueprints_org_id_name_id_idx, blueprints_org_id_created_at_idx, blueprint_attributes_value_idx.
 */
export async function listFilteredBlueprints(
  db: CommonQueryMethods,
  orgId: string,
  filters: BlueprintFilters,
  window: BlueprintWindow,
): Promise<Filtered<PlacedBlueprint>> {
  const { counted, rows } = await readIndexed(db, orgId, () => readPage(db, orgId, filters, window));
  return { counted, rows };
}
