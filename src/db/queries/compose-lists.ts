import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import { isNotIgnored, listedSince, locate, type ComposeHistograms } from './compose-histograms.ts';
import { storedVersion } from './blueprints.ts';
import type { CommonQueryMethods } from '../database.ts';
import { indexComposes, type MakeComposeTexts } from './indexing.ts';
import { all, behind, given, MOST_COUNTED, readAnywhere, readFirst, readList } from './list-page.ts';
import type { LabelFilter, ListPage, ListSource, ListWindow } from './list-page.ts';
import { plannedAnew, unseen } from '../prepared-statements.ts';

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

/** What lists of composes need besides the database. */
export interface ListSupport {
  readonly composeTexts: MakeComposeTexts;
  readonly histograms: ComposeHistograms;
}

/** Tables with rows of composes in the order of lists, and the columns of `compose_statuses` that lists are filtered by. */
const TABLES = {
  composes: sql.fragment`composes`,
  compose_statuses: sql.fragment`compose_statuses`,
  compose_labels: sql.fragment`compose_labels`,
} as const;
const COLUMNS = {
  status: sql.fragment`status`,
  distribution: sql.fragment`distribution`,
  image_type: sql.fragment`image_type`,
} as const;

/** A condition on the row of a compose in a table, which has an index of such rows in the order of the list. */
interface Condition {
  readonly table: keyof typeof TABLES;
  /** @param row name of the row */
  readonly where: (row: FragmentSqlToken) => FragmentSqlToken;
}

/** The organization has the compose, and has not deleted it. @param orgId its id, or SQL for it */
const isListed = (orgId: string | FragmentSqlToken): Condition => ({
  table: 'composes',
  where: (row) => sql.fragment`${row}.org_id = ${orgId} AND NOT ${row}.deleted`,
});

const isOfBlueprint = (orgId: string, { id, version }: NonNullable<ComposeFilters['blueprint']>): Condition => ({
  table: 'composes',
  where: (row) => sql.fragment`${isListed(orgId).where(row)} AND ${row}.blueprint_version_id IN (
    SELECT versions.id FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.blueprint_id = ${id} AND blueprints.org_id = ${orgId} AND NOT blueprints.deleted
      AND versions.version = coalesce(${version === null ? null : storedVersion(version)}::int, versions.version)
  )`,
});

const hasLabel = (orgId: string, { key, value }: LabelFilter): Condition => ({
  table: 'compose_labels',
  where: (row) => sql.fragment`${row}.org_id = ${orgId} AND ${row}.key = ${key} AND ${row}.value = ${value}`,
});

const hasStatus = (orgId: string, column: keyof typeof COLUMNS, value: string): Condition => ({
  table: 'compose_statuses',
  where: (row) => sql.fragment`${row}.org_id = ${orgId} AND ${row}.${COLUMNS[column]} = ${value}`,
});

/** The filters that are given, those first which few composes match as a rule. */
const conditionsOf = (orgId: string, filters: ComposeFilters): readonly Condition[] => [
  ...filters.labels.map((label) => hasLabel(orgId, label)),
  ...given(filters.blueprint, (blueprint) => isOfBlueprint(orgId, blueprint)),
  ...given(filters.distribution, (value) => hasStatus(orgId, 'distribution', value)),
  ...given(filters.imageType, (value) => hasStatus(orgId, 'image_type', value)),
  ...given(filters.status, (value) => hasStatus(orgId, 'status', value)),
];

const place = sql.fragment`place`;

/**
 * The rows `place` within the list's time and behind a position. Behind a position there is no other bound on that side: the index is
 * read from one bound on, and that has to be the position.
 */
function within({ createdAfter, createdBefore }: ComposeFilters, window: ListWindow): FragmentSqlToken {
  const start = createdAfter === null ? listedSince : sql.fragment`${createdAfter}::timestamp`;
  const since = sql.fragment`place.created_at >= ${start}`;
  const before = given(createdBefore, (time) => sql.fragment`place.created_at < ${time}::timestamp`);
  if (window.after === null) return all([since, ...before]);
  const [time, id] = window.after;
  const behindLast = sql.fragment`(place.created_at, place.job_id) ${behind(window)} (${time}::timestamp, ${id}::uuid)`;
  return all([behindLast, ...(window.ascending ? before : [since])]);
}

/** Whether `place`, a row of a table, is of a compose that meets a condition. No index fits `IS TRUE`: that of the access path is read. */
const holds = (table: Condition['table'], condition: Condition): FragmentSqlToken =>
  condition.table === table && table !== 'compose_labels'
    ? sql.fragment`(${condition.where(place)}) IS TRUE`
    : sql.fragment`(
        SELECT true FROM ${TABLES[condition.table]} AS other
        WHERE other.job_id = place.job_id AND ${condition.where(sql.fragment`other`)}
      ) IS TRUE`;

const lengths = z.strictObject({ lengths: z.array(z.number()) });

/**
 * The condition whose index is read; the composes it leads to are checked for the other conditions. The planner does not choose well:
 * it takes what is rare for two reasons to be rarer still, and reads the whole list before it has a page. So up to `MOST_COUNTED` rows
 * of each are counted.
 */
async function findAccessPath(
  db: CommonQueryMethods,
  conditions: readonly Condition[],
  bounds: FragmentSqlToken,
): Promise<Condition | null> {
  const [first = null, ...others] = conditions;
  if (others.length === 0) return first;
  const counts = conditions.map(
    ({ table, where }) => sql.fragment`
      (SELECT count(*)::int FROM (
        SELECT FROM ${TABLES[table]} AS place WHERE ${where(place)} AND ${bounds} LIMIT ${MOST_COUNTED}
      ) AS few)`,
  );
  const found = await db.one(sql.type(lengths)`
    ${plannedAnew} SELECT ARRAY[${sql.join(counts, sql.fragment`, `)}] AS lengths`);
  return conditions[found.lengths.indexOf(Math.min(...found.lengths))] ?? first;
}

/** A list item as JSON text, of `entry` with the compose's id and time, and its row `statuses`; NULL if it is not indexed. */
const item = sql.fragment`
  '{"id":"' || entry.id || '","request":' || statuses.request_text
    || ',"created_at":"' || to_char(entry.sort, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"'
    || statuses.item_members || coalesce(',"labels":' || statuses.labels::text, '') || '}'`;

/** Composes that one statement indexes at most. */
const MOST_INDEXED = 1_000;

/**
 * A list of composes.
 * @param conditions of all filters that are given
 * @param path that of them whose index is read, `null` without any
 */
function createSource(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  conditions: readonly Condition[],
  path: Condition | null,
): (filters: ComposeFilters, window: ListWindow) => ListSource {
  return (filters, window) => {
    const isWhole = path === null && filters.createdAfter === null && filters.createdBefore === null;
    const listed = isListed(isWhole ? unseen(sql.fragment`${orgId}::varchar`) : orgId);
    const { table, where } = path ?? listed;
    const others = [...(table === 'composes' ? [] : [listed]), ...conditions.filter((condition) => condition !== path)];
    const matches = all([
      ...others.map((condition) => holds(table, condition)),
      ...isNotIgnored({ orgId, ignoreImageTypes: filters.ignoreImageTypes }),
    ]);
    return {
      candidates: sql.fragment`
        SELECT place.job_id AS id, place.created_at AS sort, ${matches} AS matches
        FROM ${TABLES[table]} AS place WHERE ${where(place)} AND ${within(filters, window)}`,
      item,
      joins: sql.fragment`LEFT JOIN compose_statuses AS statuses ON statuses.job_id = entry.id`,
      isStale: sql.fragment`EXISTS (SELECT FROM composes WHERE needs_indexing AND org_id = ${orgId})`,
      isWhole,
      index: async (isStale, jobIds) => {
        if (isStale) while ((await indexComposes(db, { orgId }, composeTexts, MOST_INDEXED)) > 0);
        if (jobIds) await indexComposes(db, { jobIds }, composeTexts, jobIds.length);
        return true;
      },
    };
  };
}

/**
 * A page of the organization's composes that match all filters, in the order of their times. Without filters other than times and
 * ignored image types the list is counted exactly.
 */
export async function listComposes(
  db: CommonQueryMethods,
  { composeTexts, histograms }: ListSupport,
  orgId: string,
  filters: ComposeFilters,
  window: ListWindow,
): Promise<ListPage> {
  const conditions = conditionsOf(orgId, filters);
  const path = await findAccessPath(db, conditions, within(filters, window));
  const source = createSource(db, composeTexts, orgId, conditions, path);
  if (path !== null || window.counted === 'not') return readList(db, source(filters, window), window);

  const list = { orgId, ignoreImageTypes: filters.ignoreImageTypes };
  const known = histograms.find(db, list);
  if (known === null) {
    const first = await readFirst(db, source(filters, window), window);
    if (!first.counted.atLeast) return first;
  }
  const { total, range, offset } = await locate(db, list, await (known ?? histograms.read(db, list)), filters, window);
  const counted = { count: total, atLeast: false };
  if (window.offset >= total) return { counted, items: '', found: 0, next: null };
  const located = { ...window, offset, counted: 'not' } as const;
  return { ...(await readAnywhere(db, source({ ...filters, ...range }, located), located)), counted };
}
