// The lists that all clients know: composes of the last days, newest first.
import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import type { MakeComposeTexts } from './indexing.ts';
import { countNewest, countSince, countSmall, FIRST_ID, STEP, type Anchor, type LargeLists } from './large-lists.ts';
import { hasUnindexed, isListed, itemText, listedSince, readIndexed, type ListRead } from './listed-composes.ts';
import type { Page } from './page.ts';
import { plannedAnew } from './prepared-statements.ts';
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

/** A list to be read: a SELECT of its length and whether it is large, and one of the composes of the page, in any order. */
interface PageSource {
  readonly counted: FragmentSqlToken;
  readonly page: FragmentSqlToken;
  /** Whether the statement is to be planned for its values: a general plan for a large list takes every part of it for a large one. */
  readonly isLarge: boolean;
}

/** Reads a page in one statement, once its composes are indexed. */
function readPage(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  ignoreImageTypes: readonly string[],
  { counted, page, isLarge }: PageSource,
): Promise<ComposePage & { readonly isLarge: boolean }> {
  const isStale = ignoreImageTypes.length === 0 ? sql.fragment`false` : hasUnindexed(orgId);
  return readIndexed(db, composeTexts, orgId, () =>
    db.one(sql.type(row<ComposePage & ListRead & { readonly isLarge: boolean }>())`
      ${isLarge ? plannedAnew : sql.fragment``}
      SELECT counted.*, ${isStale} AS "isStale", coalesce(found.items, '') AS items, found.unindexed
      FROM (${counted}) AS counted, (
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

const isRecent = sql.fragment`composes.created_at >= ${listedSince}`;

/** The composes of a page. Index: composes_org_id_created_at_job_id_idx. */
const pageFromStart = (orgId: string, ignoreImageTypes: readonly string[], { limit, offset }: Page) => sql.fragment`
  SELECT composes.job_id, composes.created_at FROM composes WHERE ${isListed(orgId, ignoreImageTypes)} AND ${isRecent}
  ${newestFirst}
  LIMIT ${limit} OFFSET ${offset}`;

/** Anchors before a page that are considered: enough for 40,000 composes in the part of a list that grows. */
const NEAREST = 20;

/** The composes of a page deep in a list, read from the last anchor before it on. */
const pageFromAnchor = (
  orgId: string,
  ignoreImageTypes: readonly string[],
  { limit, offset }: Page,
  anchors: readonly Anchor[],
) => {
  const near = anchors.filter(({ position }) => position <= offset).slice(-NEAREST);
  const column = (name: keyof Anchor, type: string) =>
    sql.array(
      near.map((anchor) => anchor[name]),
      type,
    );
  return sql.fragment`
    WITH start AS MATERIALIZED (
      SELECT near.time::timestamp AS time, near.id, ${offset}::bigint - newest.total - near.position AS skipped
      FROM (SELECT ${countNewest(orgId, ignoreImageTypes, anchors)} AS total) AS newest,
        unnest(${column('time', 'text')}, ${column('id', 'uuid')}, ${column('position', 'int4')}) AS near (time, id, position)
      WHERE newest.total + near.position <= ${offset}::bigint
      ORDER BY near.position DESC
      LIMIT 1
    )
    SELECT composes.job_id, composes.created_at FROM composes
    WHERE ${isListed(orgId, ignoreImageTypes)} AND ${isRecent} AND (composes.created_at, composes.job_id) < (
      coalesce((SELECT time FROM start), 'infinity'), coalesce((SELECT id FROM start), ${FIRST_ID}::uuid)
    )
    ${newestFirst}
    LIMIT ${limit} OFFSET coalesce((SELECT skipped FROM start), ${offset}::bigint)`;
};

/** A page of the organization's recent composes, newest first, in one statement once they are indexed. */
export function listComposes(
  db: CommonQueryMethods,
  { composeTexts, largeLists }: ListSupport,
  orgId: string,
  ignoreImageTypes: readonly string[],
  page: Page,
): Promise<ComposePage> {
  return largeLists.read(db, orgId, ignoreImageTypes, (anchors) => {
    const counted = anchors
      ? sql.fragment`SELECT ${countSince(orgId, ignoreImageTypes, null, anchors)}::int AS total, true AS "isLarge"`
      : countSmall(orgId, ignoreImageTypes, isRecent);
    // Without anchors the list may be small: then it has no page there.
    const start = page.offset < STEP ? page : { limit: 0, offset: 0 };
    const found =
      anchors && page.offset >= STEP
        ? pageFromAnchor(orgId, ignoreImageTypes, page, anchors)
        : pageFromStart(orgId, ignoreImageTypes, start);
    return readPage(db, composeTexts, orgId, ignoreImageTypes, { counted, page: found, isLarge: anchors !== null });
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
      AND ${isListed(orgId, ignoreImageTypes)} AND ${isRecent}`;
  return readPage(db, composeTexts, orgId, ignoreImageTypes, {
    counted: sql.fragment`SELECT count(*)::int AS total, false AS "isLarge" ${found}`,
    page: sql.fragment`
      SELECT composes.job_id, composes.created_at ${found} ${newestFirst} LIMIT ${limit} OFFSET ${offset}`,
    isLarge: false,
  });
}
