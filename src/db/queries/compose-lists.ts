import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import {
  hasNoIgnoredType,
  isNotIgnored,
  listedSince,
  locatePage,
  type ComposeHistograms,
} from './compose-histograms.ts';
import { storedVersion } from './blueprints.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';
import { indexComposes, type MakeComposeTexts } from './indexing.ts';
import {
  allOf,
  batchFirstReads,
  positionOperator,
  conditionFor,
  MOST_COUNTED,
  readAnywhere,
  readAmongFirst,
  readList,
  requestedIgnoredTypes,
  requestedOrganization,
} from './list-page.ts';
import type { FirstRead, ListSource, ListSql, PageAddress } from './list-page.ts';
import type { LabelFilter, ListPage, ListWindow } from './list-types.ts';
import { customPlan } from '../prepared-statements.ts';
import type { Vault } from '../vault.ts';

/** Filters of a list of composes; `null` for no filter. Times have the format of the tables. */
export interface ComposeFilters {
  /** Inclusive; `null` for all composes that lists contain. */
  readonly createdAfter: string | null;
  /** Exclusive. */
  readonly createdBefore: string | null;
  readonly distribution: string | null;
  readonly imageType: string | null;
  readonly ignoreImageTypes: readonly string[];
  readonly status: string | null;
  readonly blueprint: { readonly id: string; readonly version: number | null } | null;
  /** The compose has all labels. */
  readonly labels: readonly LabelFilter[];
}

export interface ListSupport {
  readonly composeTexts: MakeComposeTexts;
  /** Reads lists without filters other than ignored image types, the newest first. */
  readonly readFirst: (address: PageAddress) => Promise<FirstRead>;
  readonly histograms: ComposeHistograms;
}

/** Tables with an index in the order of lists, and filter columns of `compose_statuses`. */
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

/** A condition on a row of a table; an index has the matching rows in the order of lists. */
interface Condition {
  readonly table: keyof typeof TABLES;
  /** @param row alias of the row */
  readonly where: (row: FragmentSqlToken) => FragmentSqlToken;
}

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

/** Conditions of the given filters, usually the most selective first. */
const conditionsOf = (orgId: string, filters: ComposeFilters): readonly Condition[] => [
  ...filters.labels.map((label) => hasLabel(orgId, label)),
  ...conditionFor(filters.blueprint, (blueprint) => isOfBlueprint(orgId, blueprint)),
  ...conditionFor(filters.distribution, (value) => hasStatus(orgId, 'distribution', value)),
  ...conditionFor(filters.imageType, (value) => hasStatus(orgId, 'image_type', value)),
  ...conditionFor(filters.status, (value) => hasStatus(orgId, 'status', value)),
];

const candidate = sql.fragment`candidate`;

/**
 * Bounds of rows `candidate`: the time range and the position of the previous page. The position replaces the bound on its side, since
 * an index scan starts at one bound.
 */
function boundsOf({ createdAfter, createdBefore }: ComposeFilters, window: ListWindow): FragmentSqlToken {
  const start = createdAfter === null ? listedSince : sql.fragment`${createdAfter}::timestamp`;
  const since = sql.fragment`candidate.created_at >= ${start}`;
  const before = conditionFor(createdBefore, (time) => sql.fragment`candidate.created_at < ${time}::timestamp`);
  if (window.after === null) return allOf([since, ...before]);
  const [time, id] = window.after;
  const afterPrevious = sql.fragment`(candidate.created_at, candidate.job_id) ${positionOperator(window)} (${time}::timestamp, ${id}::uuid)`;
  return allOf([afterPrevious, ...(window.ascending ? before : [since])]);
}

/** Whether the compose of a row `candidate` meets a condition. `IS TRUE` keeps the planner from using another index than the access path. */
const meets = (table: Condition['table'], condition: Condition): FragmentSqlToken =>
  condition.table === table && table !== 'compose_labels'
    ? sql.fragment`(${condition.where(candidate)}) IS TRUE`
    : sql.fragment`(
        SELECT true FROM ${TABLES[condition.table]} AS other
        WHERE other.job_id = candidate.job_id AND ${condition.where(sql.fragment`other`)}
      ) IS TRUE`;

const lengths = z.strictObject({ lengths: z.array(z.number()) });

/**
 * Chooses the condition whose index is scanned; the other conditions are evaluated for each row. The planner multiplies selectivities of
 * correlated conditions and scans whole lists, so up to `MOST_COUNTED` rows of each condition are counted instead.
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
        SELECT FROM ${TABLES[table]} AS candidate WHERE ${where(candidate)} AND ${bounds} LIMIT ${MOST_COUNTED}
      ) AS counted)`,
  );
  const found = await db.one(sql.type(lengths)`
    ${customPlan} SELECT ARRAY[${sql.join(counts, sql.fragment`, `)}] AS lengths`);
  return conditions[found.lengths.indexOf(Math.min(...found.lengths))] ?? first;
}

/** JSON text of an item; NULL if the compose is not indexed. */
const item = sql.fragment`
  '{"id":"' || entry.id || '","request":' || statuses.request_text
    || ',"created_at":"' || to_char(entry.sort, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"'
    || statuses.item_members || coalesce(',"labels":' || statuses.labels::text, '') || '}'`;

const joins = sql.fragment`LEFT JOIN compose_statuses AS statuses ON statuses.job_id = entry.id`;

const size = sql.fragment`octet_length(statuses.request_text) + octet_length(statuses.item_members)`;

const isStale = (orgId: string | FragmentSqlToken) =>
  sql.fragment`EXISTS (SELECT FROM composes WHERE needs_indexing AND org_id = ${orgId})`;

const unfiltered: ListSql = {
  candidates: sql.fragment`
    SELECT candidate.job_id AS id, candidate.created_at AS sort,
      CASE WHEN ${requestedIgnoredTypes} = '[]' THEN true ELSE ${hasNoIgnoredType(requestedIgnoredTypes)} END AS matches
    FROM composes AS candidate
    WHERE ${isListed(requestedOrganization).where(candidate)} AND candidate.created_at >= ${listedSince}`,
  item,
  joins,
  size,
  isStale: isStale(requestedOrganization),
};

/** Creates the batched read of lists without filters other than ignored image types, the newest first. */
export function batchComposeReads(access: Pick<DatabaseAccess, 'use'>): ListSupport['readFirst'] {
  return batchFirstReads(access, unfiltered, { ascending: false, mostEntries: 200 });
}

const MOST_INDEXED = 1_000;

/** @param path the condition whose index is scanned, `null` without conditions */
function createSource(
  db: CommonQueryMethods,
  { composeTexts, readFirst }: ListSupport,
  orgId: string,
  conditions: readonly Condition[],
  path: Condition | null,
): (filters: ComposeFilters, window: ListWindow) => ListSource {
  return (filters, window) => {
    const { ignoreImageTypes } = filters;
    const isFiltered = path !== null || filters.createdAfter !== null || filters.createdBefore !== null;
    const listed = isListed(orgId);
    const { table, where } = path ?? listed;
    const others = [...(table === 'composes' ? [] : [listed]), ...conditions.filter((condition) => condition !== path)];
    const matches = allOf([
      ...others.map((condition) => meets(table, condition)),
      ...isNotIgnored({ orgId, ignoreImageTypes }),
    ]);
    return {
      candidates: sql.fragment`
        SELECT candidate.job_id AS id, candidate.created_at AS sort, ${matches} AS matches
        FROM ${TABLES[table]} AS candidate WHERE ${where(candidate)} AND ${boundsOf(filters, window)}`,
      item,
      joins,
      size,
      isStale: isStale(orgId),
      isFiltered,
      ...(isFiltered || window.ascending || window.after !== null
        ? {}
        : { readFirst: ({ limit, offset }: ListWindow) => readFirst({ orgId, limit, offset, ignoreImageTypes }) }),
      index: async (isStale, jobIds) => {
        if (isStale) while ((await indexComposes(db, { orgId }, composeTexts, MOST_INDEXED)) > 0);
        if (jobIds) await indexComposes(db, { jobIds }, composeTexts, jobIds.length);
        return true;
      },
    };
  };
}

/**
 * Lists a page of the organization's composes that match all filters, by time. Without filters other than times and ignored image types
 * the count is exact.
 */
export async function listComposes(
  db: CommonQueryMethods,
  support: ListSupport,
  orgId: string,
  filters: ComposeFilters,
  window: ListWindow,
): Promise<ListPage> {
  const { histograms } = support;
  const conditions = conditionsOf(orgId, filters);
  const path = await findAccessPath(db, conditions, boundsOf(filters, window));
  const source = createSource(db, support, orgId, conditions, path);
  if (path !== null || window.counted === 'not') return readList(db, source(filters, window), window);

  const list = { orgId, ignoreImageTypes: filters.ignoreImageTypes };
  const known = histograms.find(db, list);
  if (known === null) {
    const first = await readAmongFirst(db, source(filters, window), window);
    if (!first.counted.atLeast) return first;
  }
  const { total, range, offset } = await locatePage(
    db,
    list,
    await (known ?? histograms.read(db, list)),
    filters,
    window,
  );
  const counted = { count: total, atLeast: false };
  if (window.offset >= total) return { counted, items: '', rest: [], found: 0, next: null };
  const located = { ...window, offset, counted: 'not' } as const;
  return { ...(await readAnywhere(db, source({ ...filters, ...range }, located), located)), counted };
}

/** `listComposes`, with secrets decrypted. Those that cannot be decrypted are shown as such. */
export async function listOpenedComposes(
  db: CommonQueryMethods,
  { vault, ...support }: ListSupport & { readonly vault: Vault },
  orgId: string,
  filters: ComposeFilters,
  window: ListWindow,
): Promise<ListPage> {
  const page = await listComposes(db, support, orgId, filters, window);
  return { ...page, items: await vault.openReadable(db, orgId, page.items) };
}

/** Reads an item of a list, with secrets decrypted; `null` for a compose that has been deleted meanwhile. */
export async function findListedCompose(
  db: CommonQueryMethods,
  vault: Vault,
  orgId: string,
  jobId: string,
): Promise<string | null> {
  const found = await db.maybeOne(sql.type(z.strictObject({ item: z.string().nullable() }))`
    SELECT ${item} AS item
    FROM (
      SELECT job_id AS id, created_at AS sort FROM composes WHERE job_id = ${jobId} AND org_id = ${orgId} AND NOT deleted
    ) AS entry ${joins}`);
  return typeof found?.item === 'string' ? vault.openReadable(db, orgId, found.item) : null;
}
