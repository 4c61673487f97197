import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';

const storageUse = z.strictObject({ blueprints: z.number(), bytes: z.number() });

/** Blueprints of an organization that are not deleted, and bytes of their versions and of large compose requests. */
export type StorageUse = Readonly<z.infer<typeof storageUse>>;

/**
 * Reads what an organization stores. Compressed sizes: no content is read. Compose requests count if their text is larger than 64 KiB:
 * an index has these, and the quota of composes bounds the others.
 */
export function readStorageUse(db: CommonQueryMethods, orgId: string): Promise<StorageUse> {
  return db.one(sql.type(storageUse)`
    SELECT blueprints.total AS blueprints, (blueprints.bytes + composes.bytes)::float8 AS bytes
    FROM (
      SELECT count(DISTINCT blueprints.id)::int AS total, coalesce(sum(pg_column_size(versions.body)), 0) AS bytes
      FROM blueprints LEFT JOIN blueprint_versions AS versions ON versions.blueprint_id = blueprints.id
      WHERE org_id = ${orgId} AND NOT deleted
    ) AS blueprints, (
      SELECT coalesce(sum(pg_column_size(composes.request)), 0) AS bytes
      FROM compose_statuses AS statuses JOIN composes USING (job_id)
      WHERE statuses.org_id = ${orgId} AND octet_length(statuses.request_text) > 65536 AND NOT composes.deleted
    ) AS composes`);
}
