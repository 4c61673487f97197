import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../upstream/call-context.ts';
import { planBuild, type BuildPlan } from '../compose-requests/compose-plan.ts';
import { fingerprintOf, toComposerRequest } from '../compose-requests/composer-request.ts';
import { hashPasswords } from '../compose-requests/password-hash.ts';
import { refuseOversized } from '../compose-requests/image-types.ts';
import type { ComposeRequest, ComposerRequest } from '../compose-requests/types.ts';
import { gatherInputs, needsOtherServices } from '../build-inputs/gather-inputs.ts';
import type { AppContext } from '../../context.ts';
import type { NewCompose, NewReservation } from '../../db/queries/build-reservations.ts';
import type { AuditEntry } from '../../db/queries/recording.ts';
import { ServiceError, unavailable } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { QuotaExceeded } from '../quota.ts';
import { sortLabels, type Labels } from '../labels.ts';
import { sendBuild } from './send-compose.ts';
import { release, storeBuild } from './store-compose.ts';

/** One image to be built. */
export interface BuildOrder {
  readonly request: ComposeRequest;
  /** The blueprint version that it is built from. */
  readonly blueprint: { readonly id: string; readonly versionId: string; readonly version: number } | null;
  /** Labels of the compose; `null` or absent for none. */
  readonly labels?: Labels | null;
}

export interface Caller extends CallContext {
  readonly identity: Identity;
  /** Under which composes are recorded; `null` where the request has no idempotency key. */
  readonly idempotencyId: string | null;
  /** Recorded with each compose that is started; `null` for a schedule. */
  readonly audit: AuditEntry | null;
  /** Whether composer is polled closely, because a schedule waits for the end. */
  readonly followedClosely?: boolean;
}

/** A compose that can be sent. */
interface PreparedBuild extends NewReservation {
  readonly request: ComposeRequest;
  readonly body: ComposerRequest;
}

/** Longest image name the table takes, in characters. */
const IMAGE_NAME_LENGTH = 100;

const withHashedPasswords = async (request: ComposeRequest): Promise<ComposeRequest> => {
  const users = request.customizations?.users;
  if (users === undefined) return request;
  return { ...request, customizations: { ...request.customizations, users: await hashPasswords(users) } };
};

const toNewCompose = (
  { identity, audit, followedClosely = false }: Caller,
  { blueprint, labels }: BuildOrder,
  request: ComposeRequest,
): NewCompose => ({
  request,
  account_number: identity.accountNumber,
  email: identity.email,
  org_id: identity.orgId,
  image_name: request.image_name === undefined ? null : [...request.image_name].slice(0, IMAGE_NAME_LENGTH).join(''),
  client_id: request.client_id ?? null,
  blueprint_version_id: blueprint?.versionId ?? null,
  blueprint_id: blueprint?.id ?? null,
  blueprint_version: blueprint?.version ?? null,
  labels: labels ? sortLabels(labels) : null,
  followed_closely: followedClosely,
  audit,
});

const prepare = async (ctx: AppContext, caller: Caller, order: BuildOrder, plan: BuildPlan): Promise<PreparedBuild> => {
  const { request } = plan;
  const inputs = await gatherInputs(ctx, caller, plan);
  const body = toComposerRequest(plan, inputs, ctx.config, order.blueprint?.id ?? null);
  const compose = toNewCompose(caller, order, request);
  return { id: randomUUID(), compose, fingerprint: fingerprintOf(body), request, body };
};

const idsOf = (reservations: readonly NewReservation[]): string[] => reservations.map(({ id }) => id);

/** @throws QuotaExceeded when the organization may not start that many more composes */
const refuseExceededQuota = async (ctx: AppContext, orgId: string, wanted: number): Promise<void> => {
  const limit = await ctx.quota.limitOf(orgId);
  if (limit === null) return;
  const { used, frees_in: freesIn } = await ctx.db.reservations.readQuotaUse(orgId, limit);
  if (used + wanted > limit.quota) throw new QuotaExceeded(limit, freesIn);
};

/** Builds that can be sent, and the failure of another service for the order after them, if there is one. */
interface PreparedBuilds {
  readonly builds: readonly PreparedBuild[];
  readonly failure: PromiseRejectedResult | null;
}

const untilFailure = (settled: readonly PromiseSettledResult<PreparedBuild>[]): PreparedBuilds => {
  const builds: PreparedBuild[] = [];
  for (const result of settled) {
    if (result.status === 'rejected') return { builds, failure: result };
    builds.push(result.value);
  }
  return { builds, failure: null };
};

/**
 * Plans all orders and gathers their inputs from other services.
 * @throws ServiceError when the first order cannot be built, or the service itself refuses another one
 */
const prepareAll = async (ctx: AppContext, caller: Caller, orders: readonly BuildOrder[]): Promise<PreparedBuilds> => {
  const { identity } = caller;
  const requests = await Promise.all(orders.map(({ request }) => withHashedPasswords(request)));
  try {
    const plans = requests.map((request) => planBuild(ctx, identity, request));
    // No other service is called for a request that is refused in the end.
    if (plans.some(needsOtherServices)) await refuseExceededQuota(ctx, identity.orgId, orders.length);
    const settled = await Promise.allSettled(
      plans.map((plan, index) => prepare(ctx, caller, orders[index] as BuildOrder, plan)),
    );
    const [first] = settled;
    if (first?.status === 'rejected') throw first.reason;
    for (const { image, request } of plans) refuseOversized(image, request.customizations);
    return untilFailure(settled);
  } catch (error) {
    // An exceeded quota is reported before anything else that is wrong.
    await refuseExceededQuota(ctx, identity.orgId, orders.length);
    throw error;
  }
};

const reserve = async (ctx: AppContext, caller: Caller, reservations: readonly NewReservation[]): Promise<void> => {
  const { orgId } = caller.identity;
  const limit = await ctx.quota.limitOf(orgId);
  const processId = await ctx.heartbeat.processId();
  const isGranted = await ctx.db.reservations
    .reserve({ orgId, limit, processId, idempotencyId: caller.idempotencyId, reservations })
    .catch(async (error: unknown) => {
      // The response may be lost: the reservations must not count, and nothing was sent.
      await release(ctx, idsOf(reservations));
      throw error;
    });
  if (isGranted || limit === null) return;
  const { frees_in: freesIn } = await ctx.db.reservations.readQuotaUse(orgId, limit);
  throw new QuotaExceeded(limit, freesIn);
};

/** Sends a compose. The reservation ends if composer did not accept it, and is of unknown outcome if composer may have accepted it. */
const send = async (ctx: AppContext, caller: Caller, { id, body, request }: PreparedBuild): Promise<string> => {
  try {
    return await sendBuild(ctx, caller, body, request);
  } catch (error) {
    if (error instanceof ServiceError && error.effectUnknown) {
      const fields = { reservation: id, org_id: caller.identity.orgId };
      caller.log.error(
        { event: 'compose.outcome_unknown', err: error, ...fields },
        'the outcome of a compose is unknown: composer may have accepted it',
      );
      ctx.metrics.buildSettlements.inc({ outcome: 'unknown' });
      const run = (): Promise<void> => ctx.db.reservations.markUnknown(id);
      await ctx.retries.runOrAdd({ what: 'record that the outcome of a compose is unknown', fields, run });
      ctx.background.wake('reconcile-builds');
    } else await release(ctx, [id]);
    throw error;
  }
};

/** The same failure of a request that had an effect before: it is not safe to repeat. */
const withEffect = (error: unknown): unknown => {
  if (!(error instanceof ServiceError)) return error;
  const { kind, entries, retryAfter } = error;
  const wait = retryAfter === null ? {} : { retryAfter };
  return new ServiceError(kind, entries, { cause: error, effectUnknown: true, ...wait });
};

/**
 * Starts composes: all of them are prepared and reserved before the first is sent. Those before an order for which another service
 * failed are started. A compose that is sent is stored or abandoned even if the client has disconnected.
 * @returns composer's ids of the composes, in order
 * @throws ServiceError for the first order that cannot be built; then those before it may have been started
 */
export async function startBuilds(
  ctx: AppContext,
  caller: Caller,
  orders: readonly BuildOrder[],
): Promise<readonly string[]> {
  if (orders.length === 0) return [];
  const { builds, failure } = await prepareAll(ctx, caller, orders);
  if (caller.idempotencyId !== null && orders.length > 1)
    await ctx.db.idempotencyKeys.recordWanted(caller.idempotencyId, orders.length);
  await reserve(ctx, caller, builds);
  const unsent = new Set(idsOf(builds));
  const jobIds: string[] = [];
  try {
    for (const build of builds) {
      // The first is recorded as sent with its reservation.
      if (build !== builds[0] && !(await ctx.db.reservations.markSent(build.id)))
        throw unavailable('the build could not be prepared in time');
      unsent.delete(build.id);
      const jobId = await send(ctx, caller, build);
      await storeBuild(ctx, caller, { jobId, orgId: caller.identity.orgId, reservationId: build.id });
      jobIds.push(jobId);
    }
    if (failure) throw failure.reason;
    return jobIds;
  } catch (error) {
    throw jobIds.length > 0 ? withEffect(error) : error;
  } finally {
    await release(ctx, [...unsent]);
  }
}
