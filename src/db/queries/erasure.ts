// Erasure of one organization: every table that refers to it, in an order in which no row refers to a deleted one.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { countRows } from '../page.ts';
import { noColumns } from '../row-check.ts';

type Condition = (orgId: string) => FragmentSqlToken;

const ofOrganization: Condition = (orgId) => sql.fragment`org_id = ${orgId}`;

const ofItsComposes =
  (column: FragmentSqlToken): Condition =>
  (orgId) =>
    sql.fragment`${column} IN (SELECT job_id FROM compose_statuses WHERE org_id = ${orgId})`;

/** Counts of requests. Keys that do not fit are hashed; the counts end with their window. */
const ofItsRequests: Condition = (orgId) =>
  sql.fragment`key IN (${`builds ${orgId}`}, ${`reads ${orgId}`}, ${`writes ${orgId}`})`;

interface OrganizationRows {
  readonly table: FragmentSqlToken;
  readonly condition: Condition;
}

const rowsOf = (table: FragmentSqlToken, condition: Condition = ofOrganization): OrganizationRows => ({
  table,
  condition,
});

const ROWS = {
  schedule_runs: rowsOf(sql.fragment`schedule_runs`),
  blueprint_schedules: rowsOf(sql.fragment`blueprint_schedules`),
  webhook_deliveries: rowsOf(sql.fragment`webhook_deliveries`),
  webhooks: rowsOf(sql.fragment`webhooks`),
  idempotency_keys: rowsOf(sql.fragment`idempotency_keys`),
  build_reservations: rowsOf(sql.fragment`build_reservations`),
  events: rowsOf(sql.fragment`events`),
  compose_labels: rowsOf(sql.fragment`compose_labels`),
  compose_sboms: rowsOf(sql.fragment`compose_sboms`, ofItsComposes(sql.fragment`job_id`)),
  compose_clones: rowsOf(sql.fragment`compose_clones`, ofItsComposes(sql.fragment`compose_id`)),
  composes: rowsOf(sql.fragment`composes`),
  compose_statuses: rowsOf(sql.fragment`compose_statuses`),
  blueprint_attributes: rowsOf(sql.fragment`blueprint_attributes`),
  blueprint_versions: rowsOf(
    sql.fragment`blueprint_versions`,
    (orgId) => sql.fragment`blueprint_id IN (SELECT id FROM blueprints WHERE blueprints.org_id = ${orgId})`,
  ),
  blueprints: rowsOf(sql.fragment`blueprints`),
  audit_log: rowsOf(sql.fragment`audit_log`),
  rate_limits: rowsOf(sql.fragment`rate_limits`, ofItsRequests),
  organization_keys: rowsOf(sql.fragment`organization_keys`),
} as const satisfies Readonly<Record<string, OrganizationRows>>;

export type ErasedTable = keyof typeof ROWS;
/** In the order of their deletion. */
export const ERASED_TABLES = Object.keys(ROWS) as readonly ErasedTable[];

/** Counts the rows of an organization in a table. */
export function countRowsOf(db: CommonQueryMethods, table: ErasedTable, orgId: string): Promise<number> {
  const { table: name, condition } = ROWS[table];
  return countRows(db, sql.fragment`${name} WHERE ${condition(orgId)}`);
}

const BATCH = 1_000;

/** Deletes some rows of an organization in a table. @returns their number, 0 when none is left */
export function eraseSome(db: CommonQueryMethods, table: ErasedTable, orgId: string): Promise<number> {
  const { table: name, condition } = ROWS[table];
  return db.transaction(async (tx) => {
    // The audit log is append-only but for this setting, which ends with the transaction.
    await tx.query(sql.type(noColumns)`SELECT FROM set_config('image_builder.audit_retention', 'on', true)`);
    const deleted = await tx.query(sql.type(noColumns)`
      DELETE FROM ${name} WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ${name} WHERE ${condition(orgId)} LIMIT ${BATCH} FOR UPDATE
      ))`);
    return deleted.rowCount;
  });
}

const buildAtComposer = z.strictObject({
  /** Composer's id, `null` for a reservation. */
  job_id: z.string().nullable(),
  reservation: z.string().nullable(),
  /** The last known status, `null` for none. */
  status: z.string().nullable(),
});

export type BuildAtComposer = z.infer<typeof buildAtComposer>;

/** Lists composes of an organization that composer may still have: unfinished, abandoned, or of unknown outcome. */
export function listBuildsAtComposer(db: CommonQueryMethods, orgId: string): Promise<readonly BuildAtComposer[]> {
  return db.any(sql.type(buildAtComposer)`
    SELECT composes.job_id, NULL AS reservation, statuses.status
    FROM composes LEFT JOIN compose_statuses AS statuses USING (job_id)
    WHERE composes.org_id = ${orgId} AND statuses.finished_at IS NULL
      -- Another implementation records no statuses: its older composes are finished.
      AND (statuses.status IS NOT NULL OR composes.created_at > CURRENT_TIMESTAMP - interval '7 days')
    UNION ALL
    SELECT job_id, reservation_id::text, status FROM compose_statuses
    WHERE org_id = ${orgId} AND status = 'abandoned' AND finished_at IS NULL
    UNION ALL
    SELECT NULL, id::text, state FROM build_reservations
    WHERE org_id = ${orgId} AND state IN ('sent', 'unknown')
    ORDER BY 1, 2`);
}
