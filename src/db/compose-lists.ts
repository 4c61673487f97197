// The lists that all clients know: composes of the last days, newest first.
import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import type { MakeComposeTexts } from './indexing.ts';
import { countNewest, countSince, STEP, type Anchors, type LargeLists } from './large-lists.ts';
import { hasUnindexed, isListed, itemText, listedSince, readIndexed, type ListRead } from './listed-composes.ts';
import type { Page } from './page.ts';
import { row } from './row.ts';

/** What lists of composes need besides the database. */
export interface ListSupport {
  readonly composeTexts: MakeComposeTexts;
  readonly largeLists: LargeLists;
}

/** A page of a list of composes with the length of the whole. */
export interface ComposePage {
  readonly total: number;
  /** The items as JSON texts, separated by commas. */
  readonly items: string;
}

/** A list to be read: an expression of its length, whether it is large, and the composes of the page, in any order. */
interface PageSource {
  readonly total: FragmentSqlToken;
  readonly isLarge: FragmentSqlToken;
  readonly page: FragmentSqlToken;
}

/** Reads a page in one statement, once its composes are indexed. */
function readPage(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  ignoreImageTypes: readonly string[],
  { total, isLarge, page }: PageSource,
): Promise<ComposePage & { readonly isLarge: boolean }> {
  const isStale = ignoreImageTypes.length === 0 ? sql.fragment`false` : hasUnindexed(orgId);
  return readIndexed(db, composeTexts, orgId, () =>
    db.one(sql.type(row<ComposePage & ListRead & { readonly isLarge: boolean }>())`
      SELECT counted.total::int AS total, ${isLarge} AS "isLarge", ${isStale} AS "isStale",
        coalesce(found.items, '') AS items, found.unindexed
      FROM (SELECT ${total} AS total) AS counted, (
        SELECT string_agg(item, ',' ORDER BY created_at DESC, job_id DESC) AS items,
          array_agg(job_id::text) FILTER (WHERE item IS NULL) AS unindexed
        FROM (
          SELECT place.job_id, place.created_at, ${itemText} AS item
          FROM (${page}) AS place LEFT JOIN compose_statuses AS statuses ON statuses.job_id = place.job_id
        ) AS listed
      ) AS found`),
  );
}

const newestFirst = sql.fragment`ORDER BY composes.created_at DESC, composes.job_id DESC`;

/** A list of unknown length: it is counted as far as it would be a large one. Index: composes_org_id_created_at_job_id_idx. */
const smallList = (listed: FragmentSqlToken, { limit, offset }: Page): PageSource => ({
  total: sql.fragment`(SELECT count(*) FROM (SELECT FROM composes WHERE ${listed} ${newestFirst} LIMIT ${STEP + 1}) AS few)`,
  isLarge: sql.fragment`counted.total > ${STEP}::int`,
  page: sql.fragment`
    SELECT composes.job_id, composes.created_at FROM composes WHERE ${listed} ${newestFirst}
    LIMIT ${limit} OFFSET ${offset}`,
});

/** Anchors before a page that are considered: enough for 40,000 composes in the part of a list that grows. */
const NEAREST = 20;

/** A large list: a page deep in it is read from the last anchor before it on. */
const largeList = (
  orgId: string,
  ignoreImageTypes: readonly string[],
  { limit, offset }: Page,
  anchors: Anchors,
): PageSource => {
  const listed = sql.fragment`${isListed(orgId, ignoreImageTypes)} AND composes.created_at >= ${listedSince}`;
  const total = countSince(orgId, ignoreImageTypes, null, anchors);
  const isLarge = sql.fragment`true`;
  if (offset < STEP) return { ...smallList(listed, { limit, offset }), total, isLarge };
  const end = Math.min(Math.floor(offset / STEP) + 1, anchors.times.length);
  const first = Math.max(end - NEAREST, 0);
  const times = sql.array(anchors.times.slice(first, end), 'text');
  const ids = sql.array(anchors.ids.slice(first, end), 'uuid');
  const positions = Array.from({ length: end - first }, (_, index) => (first + index) * STEP);
  const page = sql.fragment`
    WITH start AS MATERIALIZED (
      SELECT near.time::timestamp AS time, near.id, ${offset}::bigint - newest.total - near.position AS skipped
      FROM (SELECT ${countNewest(orgId, ignoreImageTypes, anchors)} AS total) AS newest,
        unnest(${times}, ${ids}, ${sql.array(positions, 'int4')}) AS near (time, id, position)
      WHERE newest.total + near.position <= ${offset}::bigint
      ORDER BY near.position DESC
      LIMIT 1
    )
    SELECT composes.job_id, composes.created_at FROM composes
    WHERE ${listed} AND (composes.created_at, composes.job_id) < (
      coalesce((SELECT time FROM start), 'infinity'), coalesce((SELECT id FROM start), ${anchors.ids[0] ?? ''}::uuid)
    )
    ${newestFirst}
    LIMIT ${limit} OFFSET coalesce((SELECT skipped FROM start), ${offset}::bigint)`;
  return { total, isLarge, page };
};

/** A page of the organization's recent composes, newest first, in one statement once they are indexed. */
export function listComposes(
  db: CommonQueryMethods,
  { composeTexts, largeLists }: ListSupport,
  orgId: string,
  ignoreImageTypes: readonly string[],
  page: Page,
): Promise<ComposePage> {
  const listed = sql.fragment`${isListed(orgId, ignoreImageTypes)} AND composes.created_at >= ${listedSince}`;
  return largeLists.read(db, orgId, ignoreImageTypes, (anchors) => {
    const source = anchors ? largeList(orgId, ignoreImageTypes, page, anchors) : smallList(listed, page);
    return readPage(db, composeTexts, orgId, ignoreImageTypes, source);
  });
}

/**
 * A page of a blueprint's recent composes, newest first, in one statement once they are indexed.
 * Index: composes_blueprint_version_id_idx.
 * @param version of the blueprint, `null` for all versions
 */
export function listBlueprintComposes(
  db: CommonQueryMethods,
  { composeTexts }: ListSupport,
  orgId: string,
  blueprintId: string,
  version: number | null,
  ignoreImageTypes: readonly string[],
  { limit, offset }: Page,
): Promise<ComposePage> {
  const found = sql.fragment`
    FROM composes
    JOIN blueprint_versions AS versions ON versions.id = composes.blueprint_version_id
    JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.blueprint_id = ${blueprintId} AND blueprints.org_id = ${orgId} AND NOT blueprints.deleted
      ${version === null ? sql.fragment`` : sql.fragment`AND versions.version = ${version}`}
      AND ${isListed(orgId, ignoreImageTypes)} AND composes.created_at >= ${listedSince}`;
  return readPage(db, composeTexts, orgId, ignoreImageTypes, {
    total: sql.fragment`(SELECT count(*) ${found})`,
    isLarge: sql.fragment`false`,
    page: sql.fragment`
      SELECT composes.job_id, composes.created_at ${found} ${newestFirst} LIMIT ${limit} OFFSET ${offset}`,
  });
}
