import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** What a blueprint version holds. Versions written by earlier releases may hold more; what is not listed is ignored. */
export interface BlueprintBody {
  readonly customizations: Record<string, unknown>;
  readonly image_requests: readonly Record<string, unknown>[];
  readonly distribution?: string;
  readonly bootc?: { readonly reference: string; readonly iso_payload_reference?: string };
}

/** A blueprint with one of its versions. */
export interface BlueprintRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly version_id: string;
  readonly version: number;
  readonly body: BlueprintBody;
  readonly service_snapshots: Record<string, unknown> | null;
}

/** A version of a blueprint of the organization, the highest without a number; `null` where there is none. */
export const findBlueprint = (
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  version: number | null = null,
): Promise<BlueprintRow | null> =>
  db.maybeOne(sql.type(row<BlueprintRow>())`
    SELECT blueprints.id, name, description, metadata,
      versions.id AS version_id, version, body, service_snapshots
    FROM blueprints
    JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
    WHERE blueprints.id = ${id} AND org_id = ${orgId} AND NOT deleted
      ${version === null ? sql.fragment`` : sql.fragment`AND version = ${version}`}
    ORDER BY version DESC
    LIMIT 1`);
