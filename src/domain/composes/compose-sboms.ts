import { serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { toImageStatus } from '../compose-requests/image-status.ts';
import { toSboms } from '../compose-requests/sboms.ts';
import type { AppContext } from '../../context.ts';
import type { ComposeWithStatus } from '../../db/queries/compose-statuses.ts';
import type { Page } from '../../db/page.ts';
import type { SbomPage, SbomRow } from '../../db/queries/compose-sboms.ts';
import { conflict, INTERNAL_ERROR, internal, notFound } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { redactUpstreamDocument, redactUpstreamText } from '../redaction/upstream-text.ts';
import { isFinal } from '../compose-requests/image-status.ts';
import { readStatus, storeResponse } from './compose-status.ts';

const MAX_DOCUMENTS = 10_000;

/** Composer's 404 for a compose that it knows, and whose packages it has not resolved itself. */
const NO_DEPSOLVE = 'missing depsolve job dependency';
const NO_SBOMS = 'the build has no bill of materials: the build service did not resolve its packages';

const UNKNOWN_TO_COMPOSER = 'the build service does not know this build any more';

const statusOf = async (ctx: AppContext, call: CallContext, compose: ComposeWithStatus): Promise<string> => {
  const stored = toImageStatus(compose);
  if (stored !== null) return stored.status;
  const { response, status } = await readStatus(ctx, call, compose);
  if (response.status === 404) throw notFound(UNKNOWN_TO_COMPOSER);
  if (response.status === 200 && status !== null) return status.status;
  const text = redactUpstreamText(response.text, compose.request);
  throw internal(`Failed querying compose status (code ${response.status})`, new Error(text));
};

type Caller = CallContext & { readonly identity: Identity };

/** Requests the SBOMs of a finished compose from composer and stores them. @throws ServiceError when there are none (yet) */
const fetchSboms = async (ctx: AppContext, call: Caller, composeId: string): Promise<readonly SbomRow[]> => {
  const { orgId } = call.identity;
  const compose = await ctx.db.composes.findStatus(orgId, composeId);
  if (compose === null) throw notFound(`Compose entry ${composeId} not found compose entry not found`);
  const { job_id: jobId, request } = compose;
  const status = await statusOf(ctx, call, compose);
  if (!isFinal(status)) throw conflict('the build is not finished');
  if (status !== 'success') throw notFound('the build failed: there is no bill of materials of it');

  return ctx.composerReads.sboms(jobId, async () => {
    // Another request may have stored them meanwhile.
    const stored = await ctx.db.sboms.list(orgId, jobId, null, { limit: MAX_DOCUMENTS, offset: 0 });
    if (stored !== null) return stored.rows;
    const response = await ctx.composer.getComposeSBOMs({ path: { id: jobId } }, serviceCall(call));
    if (response.status === 404) throw notFound(response.text.includes(NO_DEPSOLVE) ? NO_SBOMS : UNKNOWN_TO_COMPOSER);
    if (response.status !== 200)
      throw internal('Failed querying compose SBOMs', new Error(redactUpstreamText(response.text, request)));
    const sboms = toSboms(response.json(200));
    if (sboms === null) throw internal(INTERNAL_ERROR, new Error('the bills of materials cannot be decoded'));
    const rows: SbomRow[] = [];
    for (const { sbom, ...row } of sboms) rows.push({ ...row, document: await redactUpstreamDocument(sbom, request) });
    await storeResponse(call, jobId, ctx.db.sboms.insert(orgId, jobId, rows));
    return rows;
  });
};

/** A page of the SBOMs of a compose, filtered by purpose. @throws ServiceError when there are none (yet) */
export async function listSboms(
  ctx: AppContext,
  call: Caller,
  composeId: string,
  purposes: readonly string[],
  page: Page,
): Promise<SbomPage> {
  const stored = await ctx.db.sboms.list(call.identity.orgId, composeId, purposes, page);
  if (stored !== null) return stored;
  const selected = (await fetchSboms(ctx, call, composeId)).filter((row) => purposes.includes(row.pipeline_purpose));
  return { total: selected.length, rows: selected.slice(page.offset, page.offset + page.limit) };
}

/** An SBOM as JSON text; `null` for an unknown name. @throws ServiceError when there are none (yet) */
export async function findSbom(ctx: AppContext, call: Caller, composeId: string, name: string): Promise<string | null> {
  const stored = await ctx.db.sboms.find(call.identity.orgId, composeId, name);
  if (stored !== null) return stored.document;
  return (await fetchSboms(ctx, call, composeId)).find((row) => row.name === name)?.document ?? null;
}

/** A list item as JSON text: the stored document is inserted without parsing it. */
export function sbomItemText(href: string, row: SbomRow): string {
  const { name, pipeline_name, pipeline_purpose, sbom_type } = row;
  const head = JSON.stringify({ name, href, pipeline_name, pipeline_purpose, sbom_type }).slice(0, -1);
  return `${head},"sbom":${row.document}}`;
}
