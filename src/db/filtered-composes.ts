import { sql, type FragmentSqlToken } from 'slonik';
import { countHoursLater } from './compose-counts.ts';
import { listedSince, pageOf, type ComposeListRow } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { behind, direction, MOST_COUNTED, toCounted } from './filtered-lists.ts';
import type { Filtered, LabelFilter, RowWindow } from './filtered-lists.ts';
import { labelsComposes, withComposeLabels } from './labels.ts';
import { plannedAnew } from './prepared-statements.ts';
import { row } from './row.ts';

/** What builds of a list have in common; `null` for whatever there is. Times are those of the tables. */
export interface ComposeFilters {
  /** The first moment that counts; `null` for as far as lists go back. */
  readonly createdAfter: string | null;
  /** The first moment that does not count any more. */
  readonly createdBefore: string | null;
  readonly distribution: string | null;
  readonly imageType: string | null;
  readonly ignoreImageTypes: readonly string[];
  readonly status: string | null;
  readonly blueprint: { readonly id: string; readonly version: number | null } | null;
  /** All of them. */
  readonly labels: readonly LabelFilter[];
}

/** A build with its place in the list. */
export interface PlacedCompose extends ComposeListRow {
  readonly placed_at: string;
}

/** Columns of a table that has the place of builds in the list. */
interface Place {
  readonly createdAt: FragmentSqlToken;
  readonly id: FragmentSqlToken;
}

const OF_BUILD: Place = { createdAt: sql.fragment`composes.created_at`, id: sql.fragment`composes.job_id` };
const OF_STATUS: Place = { createdAt: sql.fragment`place.listed_at`, id: sql.fragment`place.job_id` };
const OF_LABEL: Place = { createdAt: sql.fragment`place.created_at`, id: sql.fragment`place.job_id` };

const sinceOf = ({ createdAfter }: ComposeFilters) =>
  createdAfter === null ? listedSince : sql.fragment`${createdAfter}::timestamp`;

const both = (conditions: readonly (FragmentSqlToken | null)[]): FragmentSqlToken => {
  const given = conditions.filter((condition) => condition !== null);
  return sql.fragment`${sql.join(given, sql.fragment` AND `)}`;
};

/**
 * Where in time builds of the list are, and behind which one. What is behind a place needs no other bound on that side: an index is
 * read from one bound on, and that has to be this one.
 */
const within = ({ createdAt, id }: Place, filters: ComposeFilters, { after, ascending }: RowWindow) => {
  const { createdBefore } = filters;
  const since = after !== null && ascending ? null : sql.fragment`${createdAt} >= ${sinceOf(filters)}`;
  const until =
    createdBefore === null || (after !== null && !ascending)
      ? null
      : sql.fragment`${createdAt} < ${createdBefore}::timestamp`;
  const place =
    after && sql.fragment`(${createdAt}, ${id}) ${behind(ascending)} (${after[0]}::timestamp, ${after[1]}::uuid)`;
  return both([since, until, place]);
};

const hasStatus = (orgId: string, status: string) => sql.fragment`
  EXISTS (
    SELECT FROM compose_statuses AS known
    WHERE known.job_id = composes.job_id AND known.listed_for = ${orgId} AND known.status = ${status}
  )`;

const hasLabel = (orgId: string, { key, value }: LabelFilter) => sql.fragment`
  EXISTS (
    SELECT FROM compose_labels AS label
    WHERE label.job_id = composes.job_id AND label.org_id = ${orgId} AND label.key = ${key} AND label.value = ${value}
  )`;

const isOfBlueprint = (orgId: string, { id, version }: NonNullable<ComposeFilters['blueprint']>) => sql.fragment`
  composes.blueprint_version_id IN (
    SELECT versions.id FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.blueprint_id = ${id} AND blueprints.org_id = ${orgId} AND NOT blueprints.deleted
      ${version === null ? sql.fragment`` : sql.fragment`AND versions.version = ${version}`}
  )`;

/** What can be asked of a build, each with an index in the order of the list. */
type Condition =
  | { readonly kind: 'own'; readonly matches: FragmentSqlToken }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'label'; readonly label: LabelFilter };

/** The filters that are given, those first which few builds match as a rule. */
const conditionsOf = (orgId: string, filters: ComposeFilters): readonly Condition[] => {
  const { distribution, imageType, blueprint, status, labels } = filters;
  const own = [
    blueprint === null ? null : isOfBlueprint(orgId, blueprint),
    distribution === null ? null : sql.fragment`"left"(composes.request ->> 'distribution', 100) = ${distribution}`,
    imageType === null
      ? null
      : sql.fragment`"left"(composes.request #>> '{image_requests,0,image_type}', 100) = ${imageType}`,
  ];
  return [
    ...labels.map((label): Condition => ({ kind: 'label', label })),
    ...own.filter((matches) => matches !== null).map((matches): Condition => ({ kind: 'own', matches })),
    ...(status === null ? [] : [{ kind: 'status', status } as const]),
  ];
};

const toMatch = (orgId: string, condition: Condition): FragmentSqlToken => {
  if (condition.kind === 'own') return condition.matches;
  return condition.kind === 'status' ? hasStatus(orgId, condition.status) : hasLabel(orgId, condition.label);
};

const isListed = (orgId: string, { ignoreImageTypes }: ComposeFilters) =>
  both([
    sql.fragment`composes.org_id = ${orgId} AND NOT composes.deleted`,
    ignoreImageTypes.length === 0
      ? null
      : sql.fragment`composes.request #>> '{image_requests,0,image_type}' <> ALL (${sql.array(ignoreImageTypes, 'text')})`,
  ]);

/**
 * A way through the builds: it leads along those that match one of the filters, in the order of the list, and each is asked for all
 * other filters. The planner is not left to choose: it takes what is rare for two reasons to be rarer still, and then reads
 * everything before it has a page.
 */
interface Way {
  readonly place: Place;
  /** What the way is through, and which of it. */
  readonly table: FragmentSqlToken;
  readonly where: FragmentSqlToken;
  /** What is read of it. */
  readonly columns: FragmentSqlToken;
  /** What it is called where it is read. */
  readonly name: FragmentSqlToken;
  /** The builds, where the way is not through themselves. */
  readonly builds: FragmentSqlToken;
  /** What is still to be asked of the builds. */
  readonly rest: FragmentSqlToken;
  /** Whether the build of a place matches all other filters. */
  readonly matches: FragmentSqlToken;
}

const TRUE = sql.fragment`true`;

/** Through a table that has places of builds. */
const throughPlaces = (way: Pick<Way, 'place' | 'table' | 'where'>, others: FragmentSqlToken): Way => {
  const build = sql.fragment`FROM composes WHERE composes.job_id = place.job_id AND ${others}`;
  return {
    ...way,
    ...{ columns: sql.fragment`${way.place.createdAt} AS created_at, place.job_id`, name: sql.fragment`place` },
    builds: sql.fragment`CROSS JOIN LATERAL (SELECT * ${build} LIMIT 1) AS composes`,
    rest: TRUE,
    matches: sql.fragment`EXISTS (SELECT ${build})`,
  };
};

const wayBy = (orgId: string, filters: ComposeFilters, by: Condition | null, others: readonly Condition[]): Way => {
  const matches = others.map((other) => toMatch(orgId, other));
  const listed = isListed(orgId, filters);
  if (by === null || by.kind === 'own') {
    const where = both([listed, by && by.matches]);
    const rest = matches.length === 0 ? TRUE : both(matches);
    return {
      ...{ place: OF_BUILD, table: sql.fragment`composes`, where, columns: sql.fragment`composes.*` },
      ...{ name: sql.fragment`composes`, builds: sql.fragment``, rest, matches: rest },
    };
  }
  const all = both([listed, ...matches]);
  if (by.kind === 'status') {
    const where = sql.fragment`place.listed_for = ${orgId} AND place.status = ${by.status}`;
    return throughPlaces({ place: OF_STATUS, table: sql.fragment`compose_statuses AS place`, where }, all);
  }
  const { key, value } = by.label;
  const where = sql.fragment`place.org_id = ${orgId} AND place.key = ${key} AND place.value = ${value}`;
  return throughPlaces({ place: OF_LABEL, table: sql.fragment`compose_labels AS place`, where }, all);
};

/** The way by every filter, or along the whole list where there is none. */
const waysOf = (orgId: string, filters: ComposeFilters): readonly [Way, ...Way[]] => {
  const conditions = conditionsOf(orgId, filters);
  const [first, ...rest] = conditions.map((by) =>
    wayBy(
      orgId,
      filters,
      by,
      conditions.filter((other) => other !== by),
    ),
  );
  return first ? [first, ...rest] : [wayBy(orgId, filters, null, [])];
};

/**
 * The way with the fewest places, where there is a choice; the first one among those with many. To count few of each costs less than
 * to go the wrong one.
 */
const shortestWay = async (
  db: CommonQueryMethods,
  orgId: string,
  filters: ComposeFilters,
  window: RowWindow,
): Promise<Way> => {
  const [first, ...others] = waysOf(orgId, filters);
  if (others.length === 0) return first;
  const ways = [first, ...others];
  const counts = ways.map(
    ({ table, place, where }) => sql.fragment`
      (SELECT count(*)::int FROM (
        SELECT FROM ${table} WHERE ${where} AND ${within(place, filters, window)} LIMIT ${MOST_COUNTED}
      ) AS few)`,
  );
  const { lengths } = await db.one(sql.type(row<{ lengths: readonly number[] }>())`
    ${plannedAnew} SELECT ARRAY[${sql.join(counts, sql.fragment`, `)}] AS lengths`);
  return ways[lengths.indexOf(Math.min(...lengths))] ?? first;
};

/** The places of a way in the order of the list. Apart from everything else, so that the index of the way is what is read. */
const placesOf = (
  { table, place, where, columns, name }: Way,
  filters: ComposeFilters,
  window: RowWindow,
  limit: FragmentSqlToken,
) => {
  const order = direction(window.ascending);
  return sql.fragment`
  (
    SELECT ${columns} FROM ${table} WHERE ${where} AND ${within(place, filters, window)}
    ORDER BY ${place.createdAt} ${order}, ${place.id} ${order}
    ${limit}
  ) AS ${name}`;
};

/** Whether a list is about a time alone, and maybe not about some image types: that is counted by the hour. */
const isCountedByHour = ({ distribution, imageType, status, blueprint, labels }: ComposeFilters): boolean =>
  distribution === null && imageType === null && status === null && blueprint === null && labels.length === 0;

/**
 * How many builds there are, and of how many places that is known; `looked_at` says how many of them were counted one by one
 * although hours could be counted.
 */
const count = (orgId: string, filters: ComposeFilters, way: Way, window: RowWindow) => {
  if (!window.counted) return sql.fragment`SELECT NULL::int AS total, 0 AS places, 0 AS looked_at`;
  if (!isCountedByHour(filters)) {
    return sql.fragment`
      SELECT count(*) FILTER (WHERE ${way.matches})::int AS total, count(*)::int AS places, 0 AS looked_at
      FROM ${placesOf(way, filters, window, sql.fragment`LIMIT ${MOST_COUNTED + 1}`)}`;
  }
  const { createdBefore } = filters;
  const leftOut = sql.array([...filters.ignoreImageTypes], 'text');
  const from = (time: FragmentSqlToken) => sql.fragment`count_listed_builds(${orgId}, ${time}, ${leftOut})`;
  if (createdBefore === null) {
    return sql.fragment`SELECT total::int, 0 AS places, looked_at::int FROM ${from(sinceOf(filters))}`;
  }
  return sql.fragment`
    SELECT greatest(since.total - until.total, 0)::int AS total, 0 AS places, since.looked_at::int
    FROM ${from(sinceOf(filters))} AS since, ${from(sql.fragment`${createdBefore}::timestamp`)} AS until`;
};

/**
 * A page of the organization's builds that match all filters, in the order of their times, in one query, or two where filters are
 * combined. Every filter has an index in the order of the list: composes_org_id_created_at_job_id_deleted_idx,
 * composes_org_id_distribution_idx, composes_org_id_image_type_idx, compose_statuses_listed_for_status_idx,
 * compose_labels_org_id_key_value_idx, and composes_blueprint_version_id_idx, which is in no order.
 */
export const listFilteredComposes = async (
  db: CommonQueryMethods,
  orgId: string,
  filters: ComposeFilters,
  window: RowWindow,
): Promise<Filtered<PlacedCompose>> => {
  const order = direction(window.ascending);
  const way = await shortestWay(db, orgId, filters, window);
  // Without a build on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(
    row<
      { total: number | null; places: number; looked_at: number; labelled: boolean } & (
        PlacedCompose | { job_id: null }
      )
    >(),
  )`
    ${plannedAnew}
    SELECT counted.total, counted.places, counted.looked_at, ${labelsComposes(orgId)} AS labelled, item.*
    FROM (${count(orgId, filters, way, { ...window, after: null })}) AS counted
    LEFT JOIN (${pageOf(
      sql.fragment`
      SELECT composes.*, composes.created_at::text AS placed_at
      FROM ${placesOf(way, filters, window, sql.fragment`OFFSET 0`)} ${way.builds}
      WHERE ${way.rest}
      ORDER BY ${way.name}.created_at ${order}, ${way.name}.job_id ${order}
      LIMIT ${window.limit} OFFSET ${window.offset}`,
      sql.fragment`, placed_at`,
    )}) AS item ON true
    ORDER BY item.created_at ${order}, item.job_id ${order}`);
  const { total = null, places = 0, looked_at: lookedAt = 0, labelled = false } = rows[0] ?? {};
  countHoursLater(db, orgId, lookedAt);
  return {
    counted: total === null ? null : toCounted(total, places),
    rows: await withComposeLabels(
      db,
      orgId,
      rows.filter((item) => item.job_id !== null),
      labelled,
    ),
  };
};
