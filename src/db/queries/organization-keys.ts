import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

const organizationKey = z.strictObject({ org_id: z.string(), wrapped_key: z.string() });

export type OrganizationKey = z.infer<typeof organizationKey>;

/** Finds the encrypted data key of an organization. */
export function findWrappedKey(db: CommonQueryMethods, orgId: string): Promise<string | null> {
  return db.maybeOneFirst(sql.type(organizationKey.pick({ wrapped_key: true }))`
    SELECT wrapped_key FROM organization_keys WHERE org_id = ${orgId}`);
}

/** Stores the encrypted data key of an organization, unless it has one. */
export async function insertWrappedKey(
  db: CommonQueryMethods,
  { org_id: orgId, wrapped_key: wrapped }: OrganizationKey,
): Promise<void> {
  await db.query(sql.type(noColumns)`
    INSERT INTO organization_keys (org_id, wrapped_key) VALUES (${orgId}, ${wrapped}) ON CONFLICT DO NOTHING`);
}

/** Lists data keys in the order of their organizations. @param after the organization of the last known key, `''` at first */
export function listWrappedKeys(
  db: CommonQueryMethods,
  after: string,
  limit: number,
): Promise<readonly OrganizationKey[]> {
  return db.any(sql.type(organizationKey)`
    SELECT org_id, wrapped_key FROM organization_keys WHERE org_id > ${after} ORDER BY org_id LIMIT ${limit}`);
}

/** Replaces the encrypted form of data keys, where it is still the known one. */
export async function replaceWrappedKeys(
  db: CommonQueryMethods,
  keys: readonly { readonly known: string; readonly next: OrganizationKey }[],
): Promise<void> {
  const given = keys.map(({ known, next }) => ({ ...next, known }));
  await db.query(sql.type(noColumns)`
    UPDATE organization_keys AS stored SET wrapped_key = given.wrapped_key
    FROM json_to_recordset(${JSON.stringify(given)}::json) AS given (org_id text, known text, wrapped_key text)
    WHERE stored.org_id = given.org_id AND stored.wrapped_key = given.known`);
}
