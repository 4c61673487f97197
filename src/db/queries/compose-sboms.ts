import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { ensureStatusRow, type MakeComposeTexts } from './indexing.ts';
import type { Page } from '../page.ts';
import { noColumns } from '../row-check.ts';

const sbom = z.strictObject({
  name: z.string(),
  pipeline_name: z.string(),
  pipeline_purpose: z.string(),
  sbom_type: z.string(),
  /** The document as JSON text. */
  document: z.string(),
});

/** A software bill of materials (SBOM) of a compose. */
export type SbomRow = z.infer<typeof sbom>;

/** A row of a page, with the total. An empty page has one row without a name. */
const pageRow = z.union([sbom.extend({ total: z.number() }), z.object({ total: z.number(), name: z.null() })]);

export interface SbomPage {
  readonly total: number;
  readonly rows: readonly SbomRow[];
}

const composeWithSboms = (orgId: string, jobId: string) => sql.fragment`
  composes JOIN compose_statuses AS statuses ON statuses.job_id = composes.job_id
  WHERE composes.org_id = ${orgId} AND composes.job_id = ${jobId} AND NOT composes.deleted
    AND statuses.sboms_stored_at IS NOT NULL`;

/**
 * Lists a page of the documents of a compose; `null` where they are not stored, or the organization has no such compose.
 * @param purposes of pipelines, `null` for all
 */
export async function listComposeSboms(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  purposes: readonly string[] | null,
  { limit, offset }: Page,
): Promise<SbomPage | null> {
  const isWanted =
    purposes === null ? sql.fragment`true` : sql.fragment`pipeline_purpose = ANY (${sql.array(purposes, 'text')})`;
  const wanted = sql.fragment`job_id = compose.job_id AND ${isWanted}`;
  const rows = await db.any(sql.type(pageRow)`
    SELECT counted.total, item.name, item.pipeline_name, item.pipeline_purpose, item.sbom_type, item.document
    FROM (SELECT composes.job_id FROM ${composeWithSboms(orgId, jobId)}) AS compose
    CROSS JOIN LATERAL (SELECT count(*)::int AS total FROM compose_sboms WHERE ${wanted}) AS counted
    LEFT JOIN LATERAL (
      SELECT position, name, pipeline_name, pipeline_purpose, sbom_type, document::text AS document FROM compose_sboms
      WHERE ${wanted}
      ORDER BY position
      LIMIT ${limit} OFFSET ${offset}
    ) AS item ON true
    ORDER BY item.position`);
  const [first] = rows;
  return first ? { total: first.total, rows: rows.filter((item) => item.name !== null) } : null;
}

/** `null` where no document has the name. */
const namedSbom = z.strictObject({ document: z.string().nullable() });

/** Finds a document by its name; `null` where no documents of the compose are stored, or the organization has no such compose. */
export function findComposeSbom(
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  name: string,
): Promise<z.infer<typeof namedSbom> | null> {
  return db.maybeOne(sql.type(namedSbom)`
    SELECT sboms.document::text AS document
    FROM (SELECT composes.job_id FROM ${composeWithSboms(orgId, jobId)}) AS compose
    LEFT JOIN compose_sboms AS sboms ON sboms.job_id = compose.job_id AND sboms.name = ${name}`);
}

/** Stores all documents of a compose, unless they are stored already. */
export async function insertComposeSboms(
  db: CommonQueryMethods,
  composeTexts: MakeComposeTexts,
  orgId: string,
  jobId: string,
  documents: readonly SbomRow[],
): Promise<void> {
  await ensureStatusRow(db, composeTexts, orgId, jobId);
  const texts = (name: keyof SbomRow) =>
    sql.array(
      documents.map((one) => one[name]),
      'text',
    );
  await db.query(sql.type(noColumns)`
    WITH stored AS (
      UPDATE compose_statuses SET sboms_stored_at = now()
      WHERE job_id = ${jobId} AND sboms_stored_at IS NULL
        AND EXISTS (SELECT FROM composes WHERE job_id = ${jobId} AND org_id = ${orgId})
      RETURNING job_id
    )
    INSERT INTO compose_sboms (name, pipeline_name, pipeline_purpose, sbom_type, document, position, job_id)
    SELECT name, pipeline_name, pipeline_purpose, sbom_type, document::json, position - 1, job_id
    FROM stored, unnest(
      ${texts('name')}, ${texts('pipeline_name')}, ${texts('pipeline_purpose')}, ${texts('sbom_type')}, ${texts('document')}
    ) WITH ORDINALITY AS documents (name, pipeline_name, pipeline_purpose, sbom_type, document, position)`);
}
