// Labels of blueprints and builds. Both kinds have a table, and every row of them the organization.
import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

type Labels = Readonly<Record<string, string>>;

/** The labels of `blueprints.id`, NULL without any. */
export const labelsOfBlueprint = (orgId: string) => sql.fragment`
  (
    SELECT jsonb_object_agg(label.key, label.value) FROM blueprint_labels AS label
    WHERE label.blueprint_id = blueprints.id AND label.org_id = ${orgId}
  )`;

/** The same for the blueprints of a page: an organization without labels is found out about once, not for every one of them. */
export const labelsOfListedBlueprint = (orgId: string) => sql.fragment`
  CASE WHEN EXISTS (SELECT FROM blueprint_labels WHERE org_id = ${orgId}) THEN ${labelsOfBlueprint(orgId)} END`;

/** The labels of `composes.job_id`, NULL without any. */
export const labelsOfCompose = (orgId: string) => sql.fragment`
  (
    SELECT jsonb_object_agg(label.key, label.value) FROM compose_labels AS label
    WHERE label.job_id = composes.job_id AND label.org_id = ${orgId}
  )`;

/** The same for the builds of a page, called `page`. */
export const labelsOfListedCompose = (orgId: string) => sql.fragment`
  CASE WHEN EXISTS (SELECT FROM compose_labels WHERE org_id = ${orgId}) THEN (
    SELECT jsonb_object_agg(label.key, label.value) FROM compose_labels AS label
    WHERE label.job_id = page.job_id AND label.org_id = ${orgId}
  ) END`;

/** Gives a blueprint of the organization these labels instead of those it has. The caller holds the lock on its row. */
export const replaceBlueprintLabels = async (
  tx: CommonQueryMethods,
  orgId: string,
  id: string,
  labels: Labels,
): Promise<void> => {
  await tx.query(sql.type(row<Record<never, never>>())`
    DELETE FROM blueprint_labels WHERE blueprint_id = ${id} AND org_id = ${orgId}`);
  await tx.query(sql.type(row<Record<never, never>>())`
    INSERT INTO blueprint_labels (blueprint_id, key, value, org_id)
    SELECT id, label.key, label.value, org_id FROM blueprints, jsonb_each_text(${JSON.stringify(labels)}::jsonb) AS label
    WHERE id = ${id} AND org_id = ${orgId}`);
};

/** Gives a blueprint of the organization these labels instead of those it has; `false` where there is no such blueprint. */
export const setBlueprintLabels = (
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  labels: Labels,
): Promise<boolean> =>
  db.transaction(async (tx) => {
    // Of two who do so at once one waits, and then replaces what the other one stored.
    const locked = await tx.maybeOne(sql.type(row<{ id: string }>())`
      SELECT id FROM blueprints WHERE id = ${id} AND org_id = ${orgId} AND NOT deleted FOR NO KEY UPDATE`);
    if (locked) await replaceBlueprintLabels(tx, orgId, id, labels);
    return locked !== null;
  });

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
