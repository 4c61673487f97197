import type { CallContext } from '../clients/call-context.ts';
import { toImageStatus } from '../compose/image-status.ts';
import { toSboms } from '../compose/sboms.ts';
import type { AppContext } from '../context.ts';
import type { ComposeWithStatus } from '../db/compose-statuses.ts';
import type { SbomRow } from '../db/compose-sboms.ts';
import { conflict, INTERNAL_ERROR, internal, notFound } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { redactForeignDocument, redactForeignText } from '../redaction/foreign.ts';
import { isFinal, keep, readStatus } from './compose-status.ts';

const FORGOTTEN = 'the build service does not know this build any more';

/** How a build ended, or how far it is. @throws ServiceError when composer does not tell */
const statusOf = async (ctx: AppContext, call: CallContext, compose: ComposeWithStatus): Promise<string> => {
  const kept = toImageStatus(compose);
  if (kept !== null) return kept.status;
  const { answer, status } = await readStatus(ctx, call, compose);
  if (answer.status === 404) throw notFound(FORGOTTEN);
  if (answer.status === 200 && status !== null) return status.status;
  const said = redactForeignText(answer.text, compose.request);
  throw internal(`Failed querying compose status (code ${answer.status})`, new Error(said));
};

/**
 * Asks composer for the bills of materials of a finished build, and keeps them: from then on they are in the database.
 * @throws ServiceError where there is no such build, where it has none, and where it has none yet
 */
export const readSboms = async (
  ctx: AppContext,
  call: CallContext & { readonly identity: Identity },
  composeId: string,
): Promise<readonly SbomRow[]> => {
  const { orgId } = call.identity;
  const compose = await ctx.db.findComposeStatus(orgId, composeId);
  if (compose === null) throw notFound(`Compose entry ${composeId} not found compose entry not found`);
  const { job_id: jobId, request } = compose;
  const status = await statusOf(ctx, call, compose);
  if (!isFinal(status)) throw conflict('the build is not finished');
  if (status !== 'success') throw notFound('the build failed: there is no bill of materials of it');

  const answer = await ctx.composerReads.sboms(call, jobId);
  if (answer.status === 404) throw notFound(FORGOTTEN);
  if (answer.status !== 200)
    throw internal('Failed querying compose SBOMs', new Error(redactForeignText(answer.text, request)));
  const sboms = toSboms(answer.json(200));
  if (sboms === null) throw internal(INTERNAL_ERROR, new Error('the bills of materials cannot be decoded'));
  const rows = sboms.map(({ sbom, ...row }) => ({ ...row, document: redactForeignDocument(sbom, request) }));
  await keep(call, jobId, ctx.db.insertComposeSboms(orgId, jobId, rows));
  return rows;
};
