// What all lists of composes have in common: which composes they list, their items as JSON text, and indexing what is not indexed yet.
import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { indexComposes, type MakeComposeTexts } from './indexing.ts';
import { row } from './row.ts';

/** Composes older than this are left out of the lists, in days. They can still be read by id. */
const LISTED_DAYS = 14;

/** The first moment whose composes are listed. */
export const listedSince = sql.fragment`(CURRENT_TIMESTAMP::timestamp - make_interval(days => ${LISTED_DAYS}::int))`;

/**
 * Whether a row of `composes` is one of the organization that lists show, whatever its age. For few rows: the status row of each is read.
 * @param ignoreImageTypes image types that are left out, and with them composes without an image type; empty for none
 */
export function isListed(orgId: string, ignoreImageTypes: readonly string[]): FragmentSqlToken {
  const listed = sql.fragment`composes.org_id = ${orgId} AND NOT composes.deleted`;
  if (ignoreImageTypes.length === 0) return listed;
  return sql.fragment`${listed} AND (
    SELECT image_type = ANY (${sql.array(ignoreImageTypes, 'text')}) OR image_type IS NULL AND request_text IS NOT NULL
    FROM compose_statuses WHERE compose_statuses.job_id = composes.job_id
  ) IS NOT TRUE`;
}

/** The same for many rows, which are joined with all status rows of the ignored types. */
export function isListedOfMany(orgId: string, ignoreImageTypes: readonly string[]): FragmentSqlToken {
  const listed = isListed(orgId, []);
  if (ignoreImageTypes.length === 0) return listed;
  const ignored = sql.fragment`
    SELECT FROM compose_statuses AS ignored WHERE ignored.job_id = composes.job_id AND ignored.org_id = ${orgId}`;
  // Two conditions, because each has an index.
  return sql.fragment`${listed}
    AND NOT EXISTS (${ignored} AND ignored.image_type = ANY (${sql.array(ignoreImageTypes, 'text')}))
    AND NOT EXISTS (${ignored} AND ignored.image_type IS NULL AND ignored.request_text IS NOT NULL)`;
}

/** A list item as JSON text, of a row `place` with the compose's id and time, and its row `statuses`; NULL if it is not indexed. */
export const itemText = sql.fragment`
  '{"id":"' || place.job_id || '","request":' || statuses.request_text
    || ',"created_at":"' || to_char(place.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '"'
    || statuses.item_members || coalesce(',"labels":' || statuses.labels::text, '') || '}'`;

/** Whether the organization has composes that another implementation stored and that are not indexed yet. */
export const hasUnindexed = (orgId: string) => sql.fragment`
  EXISTS (SELECT FROM composes WHERE composes.needs_indexing AND composes.org_id = ${orgId})`;

/** What a read of a list found that is not indexed. */
export interface ListRead {
  /** Whether the organization has composes that are not indexed, so that some may be missing, or listed wrongly. */
  readonly isStale: boolean;
  /** Composes of the page that are not indexed; empty or `null` for none. */
  readonly unindexed: readonly string[] | null;
}

/** Composes that one statement indexes at most. */
const MOST_INDEXED = 1_000;

/** Reads of a page at most: another implementation may store a compose between indexing and reading. */
const MOST_READS = 5;

/** Reads a list; composes that are not indexed yet are indexed, and the list is read again. */
export async function readIndexed<Result extends ListRead>(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  read: () => Promise<Result>,
): Promise<Result> {
  for (let reads = 1; reads <= MOST_READS; reads += 1) {
    const result = await read();
    const { isStale, unindexed } = result;
    const missing = unindexed ?? [];
    // A compose on which another transaction holds a lock stays marked, although it is indexed.
    if (missing.length === 0 && (!isStale || reads > 1)) return result;
    if (isStale) while ((await indexComposes(db, { orgId }, composeTexts, MOST_INDEXED)) > 0);
    if (missing.length > 0) await indexComposes(db, { jobIds: missing }, composeTexts, missing.length);
  }
  throw new Error('composes of the list cannot be indexed');
}

/** Gives a compose of the organization its row in `compose_statuses`, to which labels, SBOMs and clones belong. */
export async function ensureStatusRow(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  jobId: string,
): Promise<void> {
  const { unindexed } = await db.one(sql.type(row<{ unindexed: boolean }>())`
    SELECT EXISTS (SELECT FROM composes WHERE job_id = ${jobId} AND org_id = ${orgId})
      AND NOT EXISTS (SELECT FROM compose_statuses WHERE job_id = ${jobId}) AS unindexed`);
  if (unindexed) await indexComposes(db, { jobIds: [jobId] }, composeTexts, 1);
}
