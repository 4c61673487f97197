import { sql } from 'slonik';
import type { CommonQueryMethods } from '../database.ts';
import { ensureStatusRow, type MakeComposeTexts } from './indexing.ts';
import { withAuditEntry, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';

/**
 * Replaces the labels of a compose; `false` where the organization has no such compose.
 * @param labels in the order of responses
 */
export async function setComposeLabels(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  jobId: string,
  labels: Readonly<Record<string, string>>,
  audit: AuditEntry | null,
): Promise<boolean> {
  await ensureStatusRow(db, composeTexts, orgId, jobId);
  const text = Object.keys(labels).length === 0 ? null : JSON.stringify(labels);
  return db.transaction(async (transaction) => {
    // Serializes concurrent requests: the next statement sees labels that another request has committed.
    const locked = await transaction.maybeOne(sql.type(noColumns)`
      SELECT FROM compose_statuses AS statuses JOIN composes ON composes.job_id = statuses.job_id
      WHERE composes.job_id = ${jobId} AND composes.org_id = ${orgId} AND NOT composes.deleted
      FOR NO KEY UPDATE OF statuses`);
    if (locked === null) return false;
    await transaction.query(sql.type(noColumns)`
      WITH given AS (
        SELECT key, value FROM json_each_text(${text}::json)
      ), changed AS (
        UPDATE compose_statuses SET labels = ${text}::json WHERE job_id = ${jobId}
        RETURNING job_id, org_id, created_at
      ), removed AS (
        DELETE FROM compose_labels WHERE job_id = ${jobId} AND key NOT IN (SELECT key FROM given)
      ) ${withAuditEntry(audit, sql.fragment`changed`)}
      INSERT INTO compose_labels (job_id, key, value, org_id, created_at)
      SELECT job_id, key, value, org_id, created_at FROM changed, given
      ON CONFLICT (job_id, key) DO UPDATE SET value = excluded.value`);
    return true;
  });
}
