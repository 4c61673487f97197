import { sql } from 'slonik';
import type { Page } from './composes.ts';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** A bill of materials of a build. */
export interface SbomRow {
  readonly name: string;
  readonly pipeline_name: string;
  readonly pipeline_purpose: string;
  readonly sbom_type: string;
  /** The document as JSON text. */
  readonly document: string;
}

/** A page of them with the length of the whole. */
export interface SbomPage {
  readonly total: number;
  readonly rows: readonly SbomRow[];
}

/** The build of the organization, if it is not deleted and its documents are kept. */
const keptSet = (orgId: string, jobId: string) => sql.fragment`
  composes JOIN compose_sbom_sets USING (job_id)
  WHERE composes.org_id = ${orgId} AND composes.job_id = ${jobId} AND NOT composes.deleted`;

/** A page of the documents of a build; `null` where they are not kept, or the organization has no such build. */
export const listComposeSboms = async (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  purposes: readonly string[],
  { limit, offset }: Page,
): Promise<SbomPage | null> => {
  const wanted = sql.fragment`job_id = kept.job_id AND pipeline_purpose = ANY (${sql.array(purposes, 'text')})`;
  // Without a document on the page there is still a row: the one that says how many there are.
  const rows = await db.any(sql.type(row<{ total: number } & (SbomRow | { name: null })>())`
    SELECT counted.total, item.name, item.pipeline_name, item.pipeline_purpose, item.sbom_type, item.document
    FROM (SELECT job_id FROM ${keptSet(orgId, jobId)}) AS kept
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
};

/** One document, `null` for a name that none has. */
export interface NamedSbom {
  readonly document: string | null;
}

/** A document of a build by its name; `null` where those of the build are not kept, or the organization has no such build. */
export const findComposeSbom = (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  name: string,
): Promise<NamedSbom | null> =>
  db.maybeOne(sql.type(row<NamedSbom>())`
    SELECT sboms.document::text AS document
    FROM (SELECT job_id FROM ${keptSet(orgId, jobId)}) AS kept
    LEFT JOIN compose_sboms AS sboms ON sboms.job_id = kept.job_id AND sboms.name = ${name}`);

/** Keeps the documents of a build of the organization, all together. Those that are kept already stay. */
export const insertComposeSboms = (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  documents: readonly SbomRow[],
): Promise<void> =>
  db.transaction(async (tx) => {
    // Whoever comes second waits here for the first, and has nothing left to do.
    const { rowCount } = await tx.query(sql.type(row<Record<never, never>>())`
      INSERT INTO compose_sbom_sets (job_id) SELECT job_id FROM composes WHERE org_id = ${orgId} AND job_id = ${jobId}
      ON CONFLICT DO NOTHING`);
    if (rowCount === 0) return;
    for (const [position, sbom] of documents.entries()) {
      await tx.query(sql.type(row<Record<never, never>>())`
        INSERT INTO compose_sboms (job_id, name, position, pipeline_name, pipeline_purpose, sbom_type, document)
        VALUES (${jobId}, ${sbom.name}, ${position}, ${sbom.pipeline_name}, ${sbom.pipeline_purpose}, ${sbom.sbom_type},
          ${sbom.document}::json)`);
    }
  });
