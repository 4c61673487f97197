import { sql, type FragmentSqlToken } from 'slonik';
import { countHoursLater } from './compose-counts.ts';
import { listedSince, pageOf, type ComposeListRow } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { behind, direction, MOST_COUNTED, toCounted } from './filtered-lists.ts';
import type { Filtered, LabelFilter, RowWindow } from './filtered-lists.ts';
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

/** Columns of a table that has the place of builds. */
interface Place {
  readonly createdAt: FragmentSqlToken;
  readonly id: FragmentSqlToken;
}

const OF_COMPOSE: Place = { createdAt: sql.fragment`composes.created_at`, id: sql.fragment`composes.job_id` };
const OF_STATUS: Place = { createdAt: sql.fragment`known.listed_at`, id: sql.fragment`known.job_id` };
const OF_LABEL: Place = { createdAt: sql.fragment`label.created_at`, id: sql.fragment`label.job_id` };

const sinceOf = ({ createdAfter }: ComposeFilters) =>
  createdAfter === null ? listedSince : sql.fragment`${createdAfter}::timestamp`;

/** Where in time builds of the list are, and behind which one. Said of every table that is read in the order of the list. */
const within = ({ createdAt, id }: Place, filters: ComposeFilters, { after, ascending }: RowWindow) => sql.fragment`
  ${createdAt} >= ${sinceOf(filters)}
  ${filters.createdBefore === null ? sql.fragment`` : sql.fragment`AND ${createdAt} < ${filters.createdBefore}::timestamp`}
  ${
    after === null
      ? sql.fragment``
      : sql.fragment`AND (${createdAt}, ${id}) ${behind(ascending)} (${after[0]}::timestamp, ${after[1]}::uuid)`
  }`;

const hasStatus = (orgId: string, status: string, filters: ComposeFilters, window: RowWindow) => sql.fragment`
  AND EXISTS (
    SELECT FROM compose_statuses AS known
    WHERE known.job_id = composes.job_id AND known.listed_at = composes.created_at
      AND known.listed_for = ${orgId} AND known.status = ${status} AND ${within(OF_STATUS, filters, window)}
  )`;

const hasLabel = (orgId: string, { key, value }: LabelFilter, filters: ComposeFilters, window: RowWindow) =>
  sql.fragment`
  AND EXISTS (
    SELECT FROM compose_labels AS label
    WHERE label.job_id = composes.job_id AND label.created_at = composes.created_at
      AND label.org_id = ${orgId} AND label.key = ${key} AND label.value = ${value} AND ${within(OF_LABEL, filters, window)}
  )`;

const isOfBlueprint = (orgId: string, { id, version }: NonNullable<ComposeFilters['blueprint']>) => sql.fragment`
  AND composes.blueprint_version_id IN (
    SELECT versions.id FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.blueprint_id = ${id} AND blueprints.org_id = ${orgId} AND NOT blueprints.deleted
      ${version === null ? sql.fragment`` : sql.fragment`AND versions.version = ${version}`}
  )`;

const matches = (orgId: string, filters: ComposeFilters, window: RowWindow) => {
  const { distribution, imageType, ignoreImageTypes, status, blueprint, labels } = filters;
  const conditions = [
    sql.fragment`composes.org_id = ${orgId} AND NOT composes.deleted AND ${within(OF_COMPOSE, filters, window)}`,
    distribution === null ? null : sql.fragment`AND "left"(composes.request ->> 'distribution', 100) = ${distribution}`,
    imageType === null
      ? null
      : sql.fragment`AND "left"(composes.request #>> '{image_requests,0,image_type}', 100) = ${imageType}`,
    ignoreImageTypes.length === 0
      ? null
      : sql.fragment`AND composes.request #>> '{image_requests,0,image_type}' <> ALL (${sql.array(ignoreImageTypes, 'text')})`,
    status === null ? null : hasStatus(orgId, status, filters, window),
    blueprint === null ? null : isOfBlueprint(orgId, blueprint),
    ...labels.map((label) => hasLabel(orgId, label, filters, window)),
  ];
  return sql.join(
    conditions.filter((condition) => condition !== null),
    sql.fragment` `,
  );
};

/** Whether a list is about a time alone, and maybe not about some image types: that is counted by the hour. */
const isCountedByHour = ({ distribution, imageType, status, blueprint, labels }: ComposeFilters): boolean =>
  distribution === null && imageType === null && status === null && blueprint === null && labels.length === 0;

/** How many builds there are; `looked_at` says how many of them were counted one by one although hours could be counted. */
const count = (orgId: string, filters: ComposeFilters, window: RowWindow) => {
  if (!window.counted) return sql.fragment`SELECT NULL::int AS total, 0 AS looked_at`;
  if (!isCountedByHour(filters)) {
    return sql.fragment`
      SELECT count(*)::int AS total, 0 AS looked_at FROM (
        SELECT FROM composes WHERE ${matches(orgId, filters, window)} LIMIT ${MOST_COUNTED + 1}
      ) AS found`;
  }
  const { createdBefore } = filters;
  const leftOut = sql.array([...filters.ignoreImageTypes], 'text');
  const from = (time: FragmentSqlToken) => sql.fragment`count_listed_builds(${orgId}, ${time}, ${leftOut})`;
  if (createdBefore === null) {
    return sql.fragment`SELECT total::int, looked_at::int FROM ${from(sinceOf(filters))}`;
  }
  return sql.fragment`
    SELECT greatest(since.total - until.total, 0)::int AS total, since.looked_at::int
    FROM ${from(sinceOf(filters))} AS since, ${from(sql.fragment`${createdBefore}::timestamp`)} AS until`;
};

/**
 * A page of the organization's builds that match all filters, in the order of their times, in one query. Only the page is read:
 * every filter has an index in the order of the list. Indexes: composes_org_id_created_at_job_id_deleted_idx,
 * composes_org_id_distribution_idx, composes_org_id_image_type_idx, compose_statuses_listed_for_status_idx,
 * compose_labels_org_id_key_value_idx, composes_blueprint_version_id_idx.
 */
export const listFilteredComposes = async (
  db: CommonQueryMethods,
  orgId: string,
  filters: ComposeFilters,
  window: RowWindow,
): Promise<Filtered<PlacedCompose>> => {
  const order = direction(window.ascending);
  // Without a build on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(
    row<{ total: number | null; looked_at: number } & (PlacedCompose | { job_id: null })>(),
  )`
    ${plannedAnew}
    SELECT counted.total, counted.looked_at, item.*
    FROM (${count(orgId, filters, { ...window, after: null })}) AS counted
    LEFT JOIN (${pageOf(
      orgId,
      sql.fragment`
      SELECT composes.*, composes.created_at::text AS placed_at FROM composes
      WHERE ${matches(orgId, filters, window)}
      ORDER BY composes.created_at ${order}, composes.job_id ${order}
      LIMIT ${window.limit} OFFSET ${window.offset}`,
      sql.fragment`, placed_at`,
    )}) AS item ON true
    ORDER BY item.created_at ${order}, item.job_id ${order}`);
  countHoursLater(db, orgId, rows[0]?.looked_at ?? 0);
  return {
    counted: toCounted(rows[0]?.total ?? null, !isCountedByHour(filters)),
    rows: rows.filter((item) => item.job_id !== null),
  };
};
