// Labels of composes.
import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether an organization has labels of composes, read with a page of a list: without any, no query reads those of its rows. In an
 * order: without one, the planner may read the labels of all organizations.
 */
export const labelsComposes = (orgId: string) => sql.fragment`
  coalesce((SELECT true FROM compose_labels WHERE org_id = ${orgId} ORDER BY key LIMIT 1), false)`;

/** The labels of `composes.job_id`, NULL without any. */
export const labelsOfCompose = (orgId: string | FragmentSqlToken) => sql.fragment`
  (
    SELECT jsonb_object_agg(label.key, label.value) FROM compose_labels AS label
    WHERE label.job_id = composes.job_id AND label.org_id = ${orgId}
  )`;

/** A row of a list, with the labels of what it stands for: `null` or absent without any. */
interface Labelled {
  readonly labels?: Labels | null;
}

const withLabels = <Row extends Labelled>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  found: readonly { readonly id: string; readonly labels: Labels }[],
): readonly Row[] => {
  const labels = new Map(found.map((one) => [one.id, one.labels]));
  return rows.map((one) => ({ ...one, labels: labels.get(idOf(one)) ?? null }));
};

/**
 * Rows of a list of builds with their labels. A query of its own, where there are any: in that of the list it would cost everybody a
 * plan that depends on the organization.
 * @param labelled whether the organization has labels
 */
export const withComposeLabels = async <Row extends Labelled & { readonly job_id: string }>(
  db: CommonQueryMethods,
  orgId: string,
  rows: readonly Row[],
  labelled: boolean,
): Promise<readonly Row[]> => {
  if (!labelled || rows.length === 0) return rows;
  const ids = sql.array(
    rows.map((one) => one.job_id),
    'uuid',
  );
  const found = await db.any(sql.type(row<{ id: string; labels: Labels }>())`
    SELECT job_id AS id, jsonb_object_agg(key, value) AS labels FROM compose_labels
    WHERE org_id = ${orgId} AND job_id = ANY (${ids})
    GROUP BY job_id`);
  return withLabels(rows, (one) => one.job_id, found);
};

/** Gives a build of the organization these labels instead of those it has; `false` where there is no such build. */
export const setComposeLabels = (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  labels: Labels,
): Promise<boolean> =>
  db.transaction(async (tx) => {
    const locked = await tx.maybeOne(sql.type(row<{ job_id: string }>())`
      SELECT job_id FROM composes WHERE job_id = ${jobId} AND org_id = ${orgId} AND NOT deleted FOR NO KEY UPDATE`);
    if (locked === null) return false;
    await tx.query(sql.type(row<Record<never, never>>())`
      DELETE FROM compose_labels WHERE job_id = ${jobId} AND org_id = ${orgId}`);
    await tx.query(sql.type(row<Record<never, never>>())`
      INSERT INTO compose_labels (job_id, key, value, org_id, created_at)
      SELECT job_id, label.key, label.value, org_id, created_at
      FROM composes, jsonb_each_text(${JSON.stringify(labels)}::jsonb) AS label
      WHERE job_id = ${jobId} AND org_id = ${orgId}`);
    return true;
  });
