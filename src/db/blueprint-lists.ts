import { sql, type FragmentSqlToken } from 'slonik';
import type { Page } from './page.ts';
import type { CommonQueryMethods } from './database.ts';
import { indexBlueprints } from './indexing.ts';
import { plannedAnew, unseen } from './prepared-statements.ts';
import { row } from './row.ts';

/** An organization: its id, or SQL for it. */
export type OrgId = string | FragmentSqlToken;

/** Blueprints of the organization that are not deleted. */
export const own = (orgId: OrgId) => sql.fragment`blueprints.org_id = ${orgId} AND NOT blueprints.deleted`;

/** Blueprints of the organization as the index in the order of changes has them: no plan by it sorts all of them. */
export const inOrder = (orgId: OrgId) => sql.fragment`blueprints.org_id COLLATE "C" = ${orgId}`;

/** The time of the newest version of `blueprints`: the expression of the index. */
export const changedAt = sql.fragment`coalesce(blueprints.changed_at, blueprints.created_at)`;

/** Number and time of the newest version of `blueprints.id`. */
export const newestVersion = sql.fragment`LATERAL (
  SELECT version, created_at FROM blueprint_versions AS versions
  WHERE versions.blueprint_id = blueprints.id
  ORDER BY version DESC
  LIMIT 1
) AS newest`;

/**
 * An item of a list as JSON text, of a row `blueprints` with `id`, `name` and `description`, and a row `newest`. Organizations without
 * labels are not charged for them: a subquery that is executed once finds out.
 */
export const itemText = (orgId: OrgId) => sql.fragment`
  '{"id":"' || blueprints.id || '","name":' || to_json(blueprints.name) || ',"description":' || to_json(coalesce(blueprints.description, ''))
  || ',"version":' || newest.version
  || ',"last_modified_at":"' || to_char(newest.created_at, 'YYYY-MM-DD"T"HH24:MI:SS') || 'Z"'
  || CASE WHEN (
    SELECT true FROM blueprint_attributes WHERE org_id = ${orgId} AND kind = 'label' ORDER BY key LIMIT 1
  ) THEN coalesce((
    SELECT ',"labels":{' || string_agg(to_json(label.key) || ':' || to_json(label.value), ',' ORDER BY label.key COLLATE "C") || '}'
    FROM blueprint_attributes AS label
    WHERE label.blueprint_id = blueprints.id AND label.kind = 'label' AND label.org_id = ${orgId}
  ), '') ELSE '' END
  || '}'`;

/** Whether another implementation stored versions that lists do not know yet. */
export const hasRowsToIndex = (orgId: OrgId) => sql.fragment`
  EXISTS (
    SELECT FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.needs_indexing AND blueprints.org_id = ${orgId}
  )`;

/** Blueprints that are indexed in one transaction. */
const INDEXED_TOGETHER = 500;

/** Reads a list, and once more after indexing the rows that it did not know. */
export async function readIndexed<Found extends { readonly stale: boolean }>(
  db: CommonQueryMethods,
  orgId: string,
  read: () => Promise<Found>,
): Promise<Found> {
  const found = await read();
  if (!found.stale) return found;
  // Rows that another transaction is indexing right now are skipped.
  while ((await indexBlueprints(db, { orgId }, INDEXED_TOGETHER)) === INDEXED_TOGETHER);
  return read();
}

/** A page of a list with the length of the whole. */
export interface BlueprintPage {
  readonly total: number;
  /** Items as JSON texts with commas between them. */
  readonly items: string;
}

/** Items of a page of `rows`, which have `id` and `changed_at`: nothing else is read of rows that are skipped. */
const pageItems = (orgId: OrgId, rows: FragmentSqlToken, { limit, offset }: Page) => sql.fragment`
  SELECT string_agg(${itemText(orgId)}, ',' ORDER BY page.changed_at DESC, page.id DESC)
  FROM (${rows} ORDER BY changed_at DESC, id DESC LIMIT ${unseen(sql.fragment`${limit}::bigint`)} OFFSET ${unseen(sql.fragment`${offset}::bigint`)}) AS page
  JOIN blueprints ON blueprints.id = page.id
  LEFT JOIN ${newestVersion} ON true`;

async function readPage(db: CommonQueryMethods, orgId: string, query: FragmentSqlToken): Promise<BlueprintPage> {
  const { total, items } = await readIndexed(db, orgId, () =>
    db.one(sql.type(row<{ total: number; items: string | null; stale: boolean }>())`${query}`),
  );
  return { total, items: items ?? '' };
}

/** A page of the organization's blueprints, most recently changed first. Index: blueprints_org_id_changed_at_id_idx. */
export function listBlueprints(db: CommonQueryMethods, orgId: string, page: Page): Promise<BlueprintPage> {
  const org = unseen(sql.fragment`${orgId}::varchar`);
  return readPage(
    db,
    orgId,
    sql.fragment`
      SELECT (SELECT count(*)::int FROM blueprints WHERE ${own(org)}) AS total, ${hasRowsToIndex(org)} AS stale,
        (${pageItems(org, sql.fragment`SELECT id, ${changedAt} AS changed_at FROM blueprints WHERE ${inOrder(org)} AND NOT deleted`, page)}) AS items`,
  );
}

/** A page of the blueprints that match a condition: each blueprint is compared once, for the page and the count together. */
function listMatching(
  db: CommonQueryMethods,
  orgId: string,
  condition: FragmentSqlToken,
  page: Page,
): Promise<BlueprintPage> {
  return readPage(
    db,
    orgId,
    sql.fragment`
      ${plannedAnew}
      WITH found AS MATERIALIZED (
        SELECT id, ${changedAt} AS changed_at FROM blueprints WHERE ${own(orgId)} AND ${condition}
      )
      SELECT (SELECT count(*)::int FROM found) AS total, ${hasRowsToIndex(orgId)} AS stale,
        (${pageItems(orgId, sql.fragment`SELECT id, changed_at FROM found`, page)}) AS items`,
  );
}

/** A text as a pattern that matches whatever contains it. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** A page of the organization's blueprints whose name or description contains a text in upper or lower case. */
export function searchBlueprints(
  db: CommonQueryMethods,
  orgId: string,
  text: string,
  page: Page,
): Promise<BlueprintPage> {
  const pattern = containing(text);
  return listMatching(db, orgId, sql.fragment`(name ILIKE ${pattern} OR description ILIKE ${pattern})`, page);
}

/** The blueprint of the organization with exactly that name, as a list. */
export function listBlueprintsByName(db: CommonQueryMethods, orgId: string, name: string): Promise<BlueprintPage> {
  return listMatching(db, orgId, sql.fragment`name = ${name}`, { limit: 1, offset: 0 });
}
