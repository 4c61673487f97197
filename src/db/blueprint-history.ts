import { sql } from 'slonik';
import type { Page } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** Digests of the parts of a version's content, by their names. */
export type PartDigests = Readonly<Record<string, string>>;

/** A version in the list of them. */
export interface VersionRow {
  readonly version: number;
  readonly created_at: string;
  readonly author: string | null;
  readonly restored_from: number | null;
  readonly parts: PartDigests;
}

/** A page of versions with the length of the whole. */
export interface VersionPage {
  readonly total: number;
  readonly rows: readonly VersionRow[];
}

/**
 * A page of the versions of a blueprint of the organization, newest first, and one more, which the last one of the page is compared
 * with; `null` where there is no such blueprint.
 */
export const listBlueprintVersions = async (
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  { limit, offset }: Page,
): Promise<VersionPage | null> => {
  // Without a version on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(row<{ total: number } & (VersionRow | { version: null })>())`
    SELECT counted.total, item.*
    FROM (
      SELECT count(*)::int AS total
      FROM blueprints
      JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
      WHERE blueprints.id = ${id} AND org_id = ${orgId} AND NOT deleted
    ) AS counted
    LEFT JOIN (
      SELECT version, versions.created_at, author, restored_from, blueprint_parts(body) AS parts
      FROM blueprints
      JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
      WHERE blueprints.id = ${id} AND org_id = ${orgId} AND NOT deleted
      ORDER BY version DESC
      LIMIT ${limit + 1} OFFSET ${offset}
    ) AS item ON true
    ORDER BY item.version DESC`);
  const total = rows[0]?.total ?? 0;
  // No blueprint is without a version.
  return total === 0 ? null : { total, rows: rows.filter((item) => item.version !== null) };
};

/** Number of a version of a blueprint of the organization, found by the id of its row; `null` where there is none. */
export const findVersionNumber = async (
  db: CommonQueryMethods,
  orgId: string,
  versionId: string,
): Promise<{ readonly id: string; readonly version: number } | null> =>
  db.maybeOne(sql.type(row<{ id: string; version: number }>())`
    SELECT blueprints.id, version
    FROM blueprint_versions AS versions
    JOIN blueprints ON blueprints.id = versions.blueprint_id
    WHERE versions.id = ${versionId} AND org_id = ${orgId}`);
