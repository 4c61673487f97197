import { sql, type FragmentSqlToken } from 'slonik';
import type { Page } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { labelsBlueprints, withBlueprintLabels } from './labels.ts';
import { row } from './row.ts';

/** A row of the list: the blueprint with number and time of its newest version. */
export interface BlueprintListRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly version: number;
  readonly last_modified_at: string;
  /** `null` or absent without any. */
  readonly labels?: Readonly<Record<string, string>> | null;
}

/** Blueprints of the organization that are there. */
export const own = (orgId: string) => sql.fragment`blueprints.org_id = ${orgId} AND NOT blueprints.deleted`;

/**
 * Adds what an item shows to a page of ids and changed_at; of the versions only the newest of each blueprint is looked
 * at.
 */
const items = (page: FragmentSqlToken, orgId: string) => sql.fragment`
  SELECT blueprints.id, name, description, version, newest.created_at AS last_modified_at, page.changed_at
  FROM (${page}) AS page
  JOIN blueprints USING (id)
  CROSS JOIN LATERAL (
    SELECT version, created_at FROM blueprint_versions AS versions
    WHERE versions.blueprint_id = blueprints.id
    ORDER BY version DESC
    LIMIT 1
  ) AS newest
  WHERE ${own(orgId)}
  ORDER BY page.changed_at DESC, blueprints.id DESC`;

/** Whether another implementation stored versions that the order of the list does not know of. */
export const unnoted = (orgId: string) => sql.fragment`
  EXISTS (
    SELECT FROM blueprint_versions AS versions JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.noted IS NULL AND blueprints.org_id = ${orgId}
  )`;

/** Makes the order of the list know of all versions. */
export const noteVersions = async (db: CommonQueryMethods, orgId: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH found AS (
      UPDATE blueprint_versions AS versions SET noted = true
      FROM blueprints
      WHERE versions.noted IS NULL AND blueprints.id = versions.blueprint_id AND blueprints.org_id = ${orgId}
      RETURNING versions.blueprint_id
    )
    UPDATE blueprints SET changed_at = newest.created_at
    FROM (
      SELECT DISTINCT ON (blueprint_id) blueprint_id, created_at
      FROM blueprint_versions
      WHERE blueprint_id IN (SELECT blueprint_id FROM found)
      ORDER BY blueprint_id, version DESC
    ) AS newest
    WHERE blueprints.id = newest.blueprint_id AND blueprints.org_id = ${orgId}
      -- A version that is being stored right now is younger than any that was found.
      AND (blueprints.changed_at IS NULL OR blueprints.changed_at < newest.created_at)`);
};

/** A page of a list with the length of the whole. */
export interface BlueprintPage {
  readonly total: number;
  readonly rows: readonly BlueprintListRow[];
}

/** One query for a page and the length of the whole. */
interface PageQuery {
  /** What comes before both, or nothing. */
  readonly first: FragmentSqlToken;
  /** How many blueprints the list has. */
  readonly total: FragmentSqlToken;
  /** Ids and changed_at of the page. */
  readonly page: FragmentSqlToken;
}

const readPage = async (
  db: CommonQueryMethods,
  orgId: string,
  { first, total, page }: PageQuery,
): Promise<BlueprintPage & { readonly stale: boolean }> => {
  // Without an item on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(
    row<{ total: number; stale: boolean; labelled: boolean } & (BlueprintListRow | { id: null })>(),
  )`
    ${first}
    SELECT counted.total, counted.stale, ${labelsBlueprints(orgId)} AS labelled, item.*
    FROM (SELECT (${total})::int AS total, ${unnoted(orgId)} AS stale) AS counted
    LEFT JOIN (${items(page, orgId)}) AS item ON true
    ORDER BY item.changed_at DESC, item.id DESC`);
  const { total: length = 0, stale = false, labelled = false } = rows[0] ?? {};
  const found = rows.filter((item) => item.id !== null);
  return { total: length, stale, rows: await withBlueprintLabels(db, orgId, found, labelled) };
};

/** Repeats a list after it noticed versions that its order did not know of. */
const inOrder = async (db: CommonQueryMethods, orgId: string, query: PageQuery): Promise<BlueprintPage> => {
  let found = await readPage(db, orgId, query);
  if (found.stale) {
    await noteVersions(db, orgId);
    found = await readPage(db, orgId, query);
  }
  return { total: found.total, rows: found.rows };
};

/** How many blueprints the organization has that are there. */
const listed = (orgId: string) =>
  sql.fragment`coalesce((SELECT listed FROM blueprint_counts WHERE org_id = ${orgId}), 0)`;

/** Blueprints to be skipped from which on it pays to begin at the nearer end of the list. */
const DEEP = 1_000;

/** Ids and changed_at of a page far down the list: what lies behind it is skipped where that is less than what lies before it. */
const deepPage = async (
  db: CommonQueryMethods,
  orgId: string,
  { limit, offset }: Page,
): Promise<FragmentSqlToken | null> => {
  const { total } = await db.one(sql.type(row<{ total: number }>())`SELECT ${listed(orgId)}::int AS total`);
  if (offset <= total / 2) return null;
  return sql.fragment`
    SELECT id, changed_at FROM blueprints
    WHERE ${own(orgId)}
    ORDER BY changed_at, id
    LIMIT ${Math.max(Math.min(limit, total - offset), 0)} OFFSET ${Math.max(total - offset - limit, 0)}`;
};

/**
 * A page of the organization's blueprints, most recently changed first, in one query; where blueprints are skipped by the thousand,
 * in two. Index: blueprints_org_id_changed_at_id_idx.
 */
export const listBlueprints = async (db: CommonQueryMethods, orgId: string, page: Page): Promise<BlueprintPage> =>
  inOrder(db, orgId, {
    first: sql.fragment``,
    total: listed(orgId),
    page:
      (page.offset < DEEP ? null : await deepPage(db, orgId, page)) ??
      sql.fragment`
        SELECT id, changed_at FROM blueprints
        WHERE ${own(orgId)}
        ORDER BY changed_at DESC, id DESC
        LIMIT ${page.limit} OFFSET ${page.offset}`,
  });

/** A text as a pattern that matches whatever contains it. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/**
 * A page of the organization's blueprints whose name or description contains a text in upper or lower case, most
 * recently changed first. All texts are compared, once for the page and the count together.
 */
export const searchBlueprints = (
  db: CommonQueryMethods,
  orgId: string,
  text: string,
  page: Page,
): Promise<BlueprintPage> => {
  const pattern = containing(text);
  return inOrder(db, orgId, {
    first: sql.fragment`
      WITH found AS MATERIALIZED (
        SELECT id, changed_at FROM blueprints
        WHERE ${own(orgId)} AND (name ILIKE ${pattern} OR description ILIKE ${pattern})
      )`,
    total: sql.fragment`SELECT count(*) FROM found`,
    page: sql.fragment`SELECT * FROM found ORDER BY changed_at DESC, id DESC LIMIT ${page.limit} OFFSET ${page.offset}`,
  });
};

/** The blueprint of the organization with exactly that name, `null` where there is none. */
export const findBlueprintByName = async (
  db: CommonQueryMethods,
  orgId: string,
  name: string,
): Promise<BlueprintListRow | null> => {
  const rows = await db.any(sql.type(row<BlueprintListRow & { labelled: boolean }>())`
    SELECT item.*, ${labelsBlueprints(orgId)} AS labelled
    FROM (${items(sql.fragment`SELECT id, changed_at FROM blueprints WHERE ${own(orgId)} AND name = ${name}`, orgId)}) AS item`);
  const [found = null] = await withBlueprintLabels(db, orgId, rows, rows[0]?.labelled ?? false);
  return found;
};
