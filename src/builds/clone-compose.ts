import { randomUUID } from 'node:crypto';
import { serviceCall, type CallContext } from '../clients/call-context.ts';
import { planClone, refuseUnfinished, type CloneRequest } from '../compose/clone-request.ts';
import { unansweredClone } from '../compose/clone-status.ts';
import { toImageStatus, type ImageStatus } from '../compose/image-status.ts';
import type { ComposeRequest } from '../compose/types.ts';
import { resolveAwsSources } from '../content/cloud-sources.ts';
import type { AppContext } from '../context.ts';
import type { ComposeWithStatus } from '../db/compose-statuses.ts';
import type { AuditEntry } from '../db/recording.ts';
import { INTERNAL_ERROR, internal, invalid, notFound, ServiceError } from '../errors.ts';
import { redactForeignText } from '../redaction/foreign.ts';
import { isUuid } from '../uuid.ts';
import { readStatus } from './compose-status.ts';
import { isUnsent } from './send-build.ts';
import type { Caller } from './start-builds.ts';

const REFUSED = 'Failed posting clone request to osbuild-composer';

/** How far the build is, kept or as composer says. @throws ServiceError */
const statusOf = async (ctx: AppContext, call: CallContext, compose: ComposeWithStatus): Promise<ImageStatus> => {
  const kept = toImageStatus(compose);
  if (kept !== null) return kept;
  const { answer, status } = await readStatus(ctx, call, compose).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (status !== null) return status;
  if (answer.status === 404) throw notFound(redactForeignText(answer.text, compose.request));
  if (answer.status === 200) throw internal('Failed to decode compose status');
  throw internal(`Failed querying compose status (code ${answer.status})`);
};

type Answer = Awaited<ReturnType<AppContext['composer']['postCloneCompose']>>;

/** Composer's id of a copy that it took, `null` when nobody knows whether it did. @throws ServiceError when it did not */
const cloneIdOf = ({ status, text, json }: Answer): string | null => {
  if (status === 201) {
    const { id } = (json(201) ?? {}) as { readonly id?: unknown };
    return typeof id === 'string' && isUuid(id) ? id.toLowerCase() : null;
  }
  const said = new Error(`composer answered ${status}: ${redactForeignText(text)}`);
  if (status === 400 || status === 404) throw invalid(`${REFUSED}: the image of the compose cannot be copied`, said);
  // Of a gateway it cannot be told whether composer behind it took the copy.
  if (status === 502 || status === 504) return null;
  throw internal(REFUSED, said);
};

/** Forgets a copy that was not taken, later if it cannot be done now. */
const forget = async (ctx: AppContext, id: string, idempotencyId: string | null): Promise<void> => {
  const run = (): Promise<void> => ctx.db.clones.delete(id, idempotencyId);
  await run().catch(() => ctx.unsettled.add({ what: 'forget a copy that was not taken', fields: { clone: id }, run }));
};

/** Says that nobody knows whether composer took a copy: for operators in the log, for the caller as a copy that failed. */
const lose = async (ctx: AppContext, caller: Caller, id: string, request: CloneRequest, cause: unknown) => {
  const { log, identity } = caller;
  log.error({ err: cause, clone: id, org_id: identity.orgId }, 'nobody knows whether composer took a copy of an image');
  const run = (): Promise<void> => ctx.db.clones.recordStatus(id, JSON.stringify(unansweredClone('failure', request)));
  await run().catch(() => ctx.unsettled.add({ what: 'record that a copy is lost', fields: { clone: id }, run }));
  return new ServiceError('internal', INTERNAL_ERROR, { cause, effectUnknown: true });
};

/**
 * Begins the copy of an image. It is on record before composer is asked for it; one whose answer is lost is known as failed.
 * @returns our id of the copy
 * @throws ServiceError
 */
export const cloneImage = async (
  ctx: AppContext,
  caller: Caller & { readonly audit: AuditEntry | null },
  compose: ComposeWithStatus,
  request: CloneRequest,
): Promise<string> => {
  const plan = planClone(compose.request as unknown as ComposeRequest, request, ctx.config.uploads);
  refuseUnfinished(await statusOf(ctx, caller, compose));
  const { platformHeader, orgId } = caller.identity;
  const { traceId, log, idempotencyId } = caller;
  const platformCaller = platformHeader === null ? null : { traceId, log, platformHeader };
  const options = plan.options(await resolveAwsSources(ctx, plan.sources, platformCaller));
  const { share_with_accounts: accounts } = options as { readonly share_with_accounts: string[] };

  const id = randomUUID();
  const composeId = compose.job_id;
  if (!(await ctx.db.clones.insert(orgId, { id, composeId, request }, idempotencyId)))
    throw notFound('compose entry not found');
  let cloneId: string | null;
  try {
    const body = { region: request.region, share_with_accounts: accounts };
    cloneId = cloneIdOf(await ctx.composer.postCloneCompose({ path: { id: composeId }, body }, serviceCall(caller)));
  } catch (error) {
    if (!(error instanceof ServiceError) && !isUnsent(error)) throw await lose(ctx, caller, id, request, error);
    await forget(ctx, id, idempotencyId);
    throw error;
  }
  if (cloneId === null) throw await lose(ctx, caller, id, request, new Error('composer told no id of the copy'));
  const taken = cloneId;
  const run = (): Promise<void> => ctx.db.clones.recordComposerId(id, taken, caller.audit);
  await run().catch(() =>
    ctx.unsettled.add({ what: 'record the id of a copy', fields: { clone: id, composer_clone: taken }, run }),
  );
  return id;
};

/** Copies that one run settles at most. */
const MOST = 100;

/** Settles copies of processes that died before they had composer's answer: operators are told, and the copy is known as failed. */
export const settleLostClones = async ({ db, log }: Pick<AppContext, 'db' | 'log'>): Promise<void> => {
  for (const { id, compose_id: composeId, request } of await db.clones.listLost(MOST)) {
    log.error(
      { clone: id, compose_id: composeId },
      'a process died while it asked for a copy of an image: composer may have it',
    );
    await db.clones.recordStatus(id, JSON.stringify(unansweredClone('failure', request)));
  }
};
