// Lists of composes that are filtered, sorted, or read by cursor.
import { sql, type FragmentSqlToken } from 'slonik';
import type { ListSupport } from './compose-lists.ts';
import type { CommonQueryMethods } from './database.ts';
import { behind, direction, MOST_COUNTED, toCounted } from './filtered-lists.ts';
import type { Filtered, LabelFilter, RowWindow } from './filtered-lists.ts';
import { countSince, countSmall, type Anchor } from './large-lists.ts';
import { hasUnindexed, isListed, itemText, listedSince, readIndexed } from './listed-composes.ts';
import { plannedAnew } from './prepared-statements.ts';
import { row } from './row.ts';

/** What composes of a list have in common; `null` for no filter. Times are those of the tables. */
export interface ComposeFilters {
  /** The first moment of the list; `null` for as far as lists go back. */
  readonly createdAfter: string | null;
  /** The first moment behind it. */
  readonly createdBefore: string | null;
  readonly distribution: string | null;
  readonly imageType: string | null;
  readonly ignoreImageTypes: readonly string[];
  readonly status: string | null;
  readonly blueprint: { readonly id: string; readonly version: number | null } | null;
  /** All of them. */
  readonly labels: readonly LabelFilter[];
}

/** A compose with its position in the list. */
export interface PlacedCompose {
  readonly job_id: string;
  readonly placed_at: string;
  /** The list item as JSON text. */
  readonly text: string;
}

const all = (conditions: readonly FragmentSqlToken[]) => sql.fragment`${sql.join(conditions, sql.fragment` AND `)}`;

const sinceOf = ({ createdAfter }: ComposeFilters) =>
  createdAfter === null ? listedSince : sql.fragment`${createdAfter}::timestamp`;

/**
 * The rows `place` of a table within the list's time and behind a position. Behind a position there is no other bound on that side: the
 * index is read from one bound on, and that has to be the position.
 */
const within = (filters: ComposeFilters, { after, ascending }: RowWindow) => {
  const { createdBefore } = filters;
  const bounds = [];
  if (after === null || !ascending) bounds.push(sql.fragment`place.created_at >= ${sinceOf(filters)}`);
  if (createdBefore !== null && (after === null || ascending))
    bounds.push(sql.fragment`place.created_at < ${createdBefore}::timestamp`);
  if (after)
    bounds.push(sql.fragment`
      (place.created_at, place.job_id) ${behind(ascending)} (${after[0]}::timestamp, ${after[1]}::uuid)`);
  return all(bounds);
};

/** A filter: a table with an index in the order of the list, and what its rows `place` and the composes have to meet. */
interface Condition {
  readonly table: FragmentSqlToken;
  readonly where: FragmentSqlToken;
  readonly matches: FragmentSqlToken;
}

/** Columns of `compose_statuses` that lists are filtered by. */
const COLUMNS = {
  status: sql.fragment`status`,
  distribution: sql.fragment`distribution`,
  image_type: sql.fragment`image_type`,
} as const;

const byStatusRow = (orgId: string, column: keyof typeof COLUMNS, value: string): Condition => {
  const name = COLUMNS[column];
  return {
    table: sql.fragment`compose_statuses`,
    where: sql.fragment`place.org_id = ${orgId} AND place.${name} = ${value}`,
    matches: sql.fragment`statuses.${name} = ${value}`,
  };
};

const byLabel = (orgId: string, { key, value }: LabelFilter): Condition => {
  const isLabel = sql.fragment`org_id = ${orgId} AND key = ${key} AND value = ${value}`;
  return {
    table: sql.fragment`compose_labels`,
    where: isLabel,
    matches: sql.fragment`EXISTS (SELECT FROM compose_labels WHERE job_id = composes.job_id AND ${isLabel})`,
  };
};

const byBlueprint = (orgId: string, { id, version }: NonNullable<ComposeFilters['blueprint']>): Condition => {
  const isOfBlueprint = sql.fragment`blueprint_version_id IN (
    SELECT versions.id FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.blueprint_id = ${id} AND blueprints.org_id = ${orgId} AND NOT blueprints.deleted
      ${version === null ? sql.fragment`` : sql.fragment`AND versions.version = ${version}`}
  )`;
  const where = sql.fragment`place.org_id = ${orgId} AND NOT place.deleted AND place.${isOfBlueprint}`;
  return { table: sql.fragment`composes`, where, matches: sql.fragment`composes.${isOfBlueprint}` };
};

/** The filters that are given, those first which few composes match as a rule. */
const conditionsOf = (orgId: string, filters: ComposeFilters): readonly Condition[] => [
  ...filters.labels.map((label) => byLabel(orgId, label)),
  ...(filters.blueprint ? [byBlueprint(orgId, filters.blueprint)] : []),
  ...(filters.distribution === null ? [] : [byStatusRow(orgId, 'distribution', filters.distribution)]),
  ...(filters.imageType === null ? [] : [byStatusRow(orgId, 'image_type', filters.imageType)]),
  ...(filters.status === null ? [] : [byStatusRow(orgId, 'status', filters.status)]),
];

/**
 * The condition whose index is read; the composes it leads to are checked for the other conditions. The planner does not choose well:
 * it takes what is rare for two reasons to be rarer still, and reads the whole list before it has a page. So up to `MOST_COUNTED` rows
 * of each are counted.
 */
const findAccessPath = async (
  db: CommonQueryMethods,
  orgId: string,
  conditions: readonly Condition[],
  bounds: FragmentSqlToken,
): Promise<Condition> => {
  const [first, ...others] = conditions;
  if (!first) {
    const where = sql.fragment`place.org_id = ${orgId} AND NOT place.deleted`;
    return { table: sql.fragment`composes`, where, matches: sql.fragment`true` };
  }
  if (others.length === 0) return first;
  const counts = conditions.map(
    ({ table, where }) => sql.fragment`
      (SELECT count(*)::int FROM (
        SELECT FROM ${table} AS place WHERE ${where} AND ${bounds} LIMIT ${MOST_COUNTED}
      ) AS few)`,
  );
  const { lengths } = await db.one(sql.type(row<{ lengths: readonly number[] }>())`
    ${plannedAnew} SELECT ARRAY[${sql.join(counts, sql.fragment`, `)}] AS lengths`);
  return conditions[lengths.indexOf(Math.min(...lengths))] ?? first;
};

/** A SELECT of the length of a list without conditions, which is exact. */
const countAll = (orgId: string, filters: ComposeFilters, anchors: readonly Anchor[] | null) => {
  const { createdAfter, createdBefore, ignoreImageTypes } = filters;
  if (anchors === null) {
    const within = sql.fragment`composes.created_at >= ${sinceOf(filters)}
      AND composes.created_at < coalesce(${createdBefore}::timestamp, 'infinity')`;
    return sql.fragment`SELECT total, 0 AS places, "isLarge" FROM (${countSmall(orgId, ignoreImageTypes, within)}) AS counted`;
  }
  const since = (time: string | null) => countSince(orgId, ignoreImageTypes, time, anchors);
  const later = createdBefore === null ? sql.fragment`0` : since(createdBefore);
  return sql.fragment`SELECT greatest(${since(createdAfter)} - ${later}, 0)::int AS total, 0 AS places, true AS "isLarge"`;
};

/** A row of the statement: the counts with an item, with one that is not indexed, or without one. */
type FoundRow = {
  readonly total: number | null;
  /** Rows of the access path that were counted. */
  readonly places: number;
  readonly isLarge: boolean;
  readonly isStale: boolean;
} & (PlacedCompose | { readonly job_id: string; readonly text: null } | { readonly job_id: null; readonly text: null });

/**
 * A page of the organization's composes that match all filters, in the order of their times: one statement, or two where filters are
 * combined.
 */
export async function listFilteredComposes(
  db: CommonQueryMethods,
  { composeTexts, largeLists }: ListSupport,
  orgId: string,
  filters: ComposeFilters,
  window: RowWindow,
): Promise<Filtered<PlacedCompose>> {
  const conditions = conditionsOf(orgId, filters);
  const bounds = within(filters, window);
  const path = await findAccessPath(db, orgId, conditions, bounds);
  const others = conditions.filter((one) => one !== path).map(({ matches }) => matches);
  const order = direction(window.ascending);
  const found = sql.fragment`
    FROM composes LEFT JOIN compose_statuses AS statuses ON statuses.job_id = composes.job_id
    WHERE composes.job_id = place.job_id AND ${all([isListed(orgId, filters.ignoreImageTypes), ...others])}`;
  // A subquery of its own, so that the index of the access path is read in the order of the list.
  const places = (limits: FragmentSqlToken, limit: FragmentSqlToken) => sql.fragment`(
    SELECT place.created_at, place.job_id FROM ${path.table} AS place WHERE ${path.where} AND ${limits}
    ORDER BY place.created_at ${order}, place.job_id ${order} ${limit}
  ) AS place`;
  const counted = (anchors: readonly Anchor[] | null): FragmentSqlToken => {
    if (!window.counted) return sql.fragment`SELECT NULL::int AS total, 0 AS places, false AS "isLarge"`;
    if (conditions.length === 0) return countAll(orgId, filters, anchors);
    const whole = within(filters, { ...window, after: null });
    return sql.fragment`
      SELECT count(*) FILTER (WHERE EXISTS (SELECT ${found}))::int AS total, count(*)::int AS places, false AS "isLarge"
      FROM ${places(whole, sql.fragment`LIMIT ${MOST_COUNTED + 1}`)}`;
  };
  const read = async (anchors: readonly Anchor[] | null) => {
    const rows = await db.any(sql.type(row<FoundRow>())`
      ${plannedAnew}
      SELECT counted.*, ${hasUnindexed(orgId)} AS "isStale", item.job_id, item.created_at::text AS placed_at, item.text
      FROM (${counted(anchors)}) AS counted
      LEFT JOIN (
        SELECT place.created_at, place.job_id, one.text
        FROM ${places(bounds, sql.fragment`OFFSET 0`)} CROSS JOIN LATERAL (SELECT ${itemText} AS text ${found} LIMIT 1) AS one
        ORDER BY place.created_at ${order}, place.job_id ${order}
        LIMIT ${window.limit} OFFSET ${window.offset}
      ) AS item ON true
      ORDER BY item.created_at ${order}, item.job_id ${order}`);
    const { total = null, places: rowsCounted = 0, isLarge = false, isStale = false } = rows[0] ?? {};
    return {
      ...{ isLarge, isStale, unindexed: rows.flatMap(({ job_id, text }) => (text === null ? (job_id ?? []) : [])) },
      counted: total === null ? null : toCounted(total, rowsCounted),
      rows: rows.filter((one) => one.text !== null),
    };
  };
  const readAll = (anchors: readonly Anchor[] | null) => readIndexed(db, composeTexts, orgId, () => read(anchors));
  const isCountedWhole = window.counted && conditions.length === 0;
  return isCountedWhole ? largeLists.read(db, orgId, filters.ignoreImageTypes, readAll) : readAll(null);
}
