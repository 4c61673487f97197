import { randomUUID } from 'node:crypto';
import { platformContext, serviceCall, type CallContext } from '../../upstream/call-context.ts';
import { composerErrorId } from '../compose-requests/composer-refusal.ts';
import { planClone, refuseUnfinished, type CloneRequest } from '../compose-requests/clone-request.ts';
import { placeholderCloneStatus } from '../compose-requests/clone-status.ts';
import { toImageStatus, type ImageStatus } from '../compose-requests/image-status.ts';
import type { ComposeRequest } from '../compose-requests/types.ts';
import { resolveAwsSources } from '../build-inputs/gather-inputs.ts';
import type { AppContext } from '../../context.ts';
import type { ComposeWithStatus } from '../../db/queries/compose-statuses.ts';
import type { AuditEntry } from '../../db/queries/recording.ts';
import { INTERNAL_ERROR, internal, invalid, notFound, ServiceError } from '../../lib/errors.ts';
import { redactUpstreamText } from '../redaction/upstream-text.ts';
import { isUuid } from '../../lib/ids.ts';
import { readStatus } from './compose-status.ts';
import { isUnsent } from './send-compose.ts';
import type { Caller } from './start-composes.ts';

const COMPOSER_REFUSED = 'Failed posting clone request to osbuild-composer';

const statusOf = async (ctx: AppContext, call: CallContext, compose: ComposeWithStatus): Promise<ImageStatus> => {
  const stored = toImageStatus(compose);
  if (stored !== null) return stored;
  const { response, status } = await readStatus(ctx, call, compose).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : internal('Failed to get compose status from client', error);
  });
  if (status !== null) return status;
  if (response.status === 404) throw notFound(redactUpstreamText(response.text, compose.request));
  if (response.status === 200) throw internal('Failed to decode compose status');
  throw internal(`Failed querying compose status (code ${response.status})`);
};

/** Ids of composer's errors about clones. */
const NOT_FOUND = '15';
const BAD_STATE = '31';
const SEVERAL_TARGETS = '1006';

type CloneResponse = Awaited<ReturnType<AppContext['composer']['postCloneCompose']>>;

/** Composer's id of the clone; `null` when the outcome is unknown. */
const cloneIdOf = ({ status, text, json }: CloneResponse): string | null => {
  if (status === 201) {
    const { id } = (json(201) ?? {}) as { readonly id?: unknown };
    return typeof id === 'string' && isUuid(id) ? id.toLowerCase() : null;
  }
  const cause = new Error(`composer responded with ${status}: ${redactUpstreamText(text)}`);
  const refused = (detail: string): ServiceError =>
    invalid({ detail, code: 'request.invalid', pointer: 'path.composeId' }, cause);
  switch (composerErrorId(text)) {
    case BAD_STATE:
      throw new ServiceError(
        'conflict',
        'there is no finished image to be copied: the build is running or has failed',
        {
          cause,
        },
      );
    case SEVERAL_TARGETS:
      throw refused(`${COMPOSER_REFUSED}: the image was uploaded to several targets`);
    case NOT_FOUND:
      throw refused(`${COMPOSER_REFUSED}: the build service does not know this build any more`);
  }
  if (status === 400 || status === 404) throw refused(`${COMPOSER_REFUSED}: the image of the compose cannot be copied`);
  // Behind a failing gateway, composer may have accepted the clone.
  if (status === 502 || status === 504) return null;
  throw internal(COMPOSER_REFUSED, cause);
};

/** Records the clone as failed. @returns the error for the caller */
const recordUnknownOutcome = async (
  { db, retries }: AppContext,
  { log, identity }: Caller,
  id: string,
  request: CloneRequest,
  cause: unknown,
): Promise<ServiceError> => {
  log.error(
    { event: 'clone.outcome_unknown', err: cause, clone: id, org_id: identity.orgId },
    'the outcome of a clone is unknown: composer may have accepted it',
  );
  const run = (): Promise<void> =>
    db.clones.recordStatus(id, JSON.stringify(placeholderCloneStatus('failure', request)));
  await retries.runOrAdd({ what: 'record that the outcome of a clone is unknown', fields: { clone: id }, run });
  return new ServiceError('internal', INTERNAL_ERROR, { cause, effectUnknown: true });
};

/** Starts a clone of an image, recorded before composer is called. @returns our id of the clone @throws ServiceError */
export async function cloneImage(
  ctx: AppContext,
  caller: Caller & { readonly audit: AuditEntry | null },
  compose: ComposeWithStatus,
  request: CloneRequest,
): Promise<string> {
  const plan = planClone(compose.request as unknown as ComposeRequest, request, ctx.config.uploads);
  refuseUnfinished(await statusOf(ctx, caller, compose));
  const { idempotencyId } = caller;
  const { orgId } = caller.identity;
  const options = plan.options(await resolveAwsSources(ctx, plan.sources, platformContext(caller)));
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
    if (!(error instanceof ServiceError) && !isUnsent(error))
      throw await recordUnknownOutcome(ctx, caller, id, request, error);
    const run = (): Promise<void> => ctx.db.clones.delete(id, idempotencyId);
    await ctx.retries.runOrAdd({ what: 'delete a clone that composer did not accept', fields: { clone: id }, run });
    throw error;
  }
  if (cloneId === null)
    throw await recordUnknownOutcome(ctx, caller, id, request, new Error('composer returned no id of the clone'));
  const accepted = cloneId;
  const fields = { clone: id, composer_clone: accepted };
  const run = (): Promise<void> => ctx.db.clones.recordComposerId(id, accepted, caller.audit);
  await ctx.retries.runOrAdd({ what: 'record the id of a clone', fields, run });
  return id;
}

const MAX_CLONES = 100;

/** Records clones as failed whose process died before composer responded. */
export async function reconcileClones({ db, log }: Pick<AppContext, 'db' | 'log'>): Promise<void> {
  for (const { id, compose_id: composeId, request } of await db.clones.listLost(MAX_CLONES)) {
    log.error(
      { event: 'clone.process_died', clone: id, compose_id: composeId },
      'a process died while it started a clone: composer may have accepted it',
    );
    await db.clones.recordStatus(id, JSON.stringify(placeholderCloneStatus('failure', request)));
  }
}
