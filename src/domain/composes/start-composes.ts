import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../upstream/call-context.ts';
import { planCompose, type ComposePlan } from '../compose-requests/compose-plan.ts';
import { measuredFingerprint, toComposerRequest } from '../compose-requests/composer-request.ts';
import { refuseOversized } from '../compose-requests/image-types.ts';
import type { ComposeRequest, ComposerRequest } from '../compose-requests/types.ts';
import type { Finding } from '../build-rules/rule.ts';
import { gatherInputs, needsOtherServices } from '../build-inputs/gather-inputs.ts';
import type { AppContext } from '../../context.ts';
import type { NewCompose, NewReservation } from '../../db/queries/build-reservations.ts';
import type { AuditEntry } from '../../db/queries/recording.ts';
import { invalid, ServiceError, unavailable } from '../../lib/errors.ts';
import { omit } from '../../lib/members.ts';
import { startTurn, type Turn } from '../../lib/turn.ts';
import type { Identity } from '../identity.ts';
import { QuotaExceededError } from '../quota.ts';
import { sortLabels, type Labels } from '../labels.ts';
import { findPlanIssues, refuseErrors, refuseUnusableRepositories } from './build-issues.ts';
import { sendCompose } from './send-compose.ts';
import { release, storeCompose } from './store-compose.ts';

export interface ComposeOrder {
  readonly request: ComposeRequest;
  readonly blueprint: { readonly id: string; readonly versionId: string; readonly version: number } | null;
  readonly labels?: Labels | null;
}

export interface Caller extends CallContext {
  readonly identity: Identity;
  /** `null` when the request has no idempotency key. */
  readonly idempotencyId: string | null;
  /** Stored with each compose; `null` for a schedule. */
  readonly audit: AuditEntry | null;
  /** Whether composer is polled closely, because a schedule waits for the result. */
  readonly followedClosely?: boolean;
}

/** A compose that composer accepted. */
export interface StartedCompose {
  readonly id: string;
  /** What the image will lack, and what has no effect. */
  readonly warnings: readonly Finding[];
}

interface PreparedCompose extends NewReservation {
  readonly warnings: readonly Finding[];
  readonly request: ComposeRequest;
  readonly body: ComposerRequest;
  /** Characters of the request as JSON. */
  readonly length: number;
}

const IMAGE_NAME_LENGTH = 100;

/** Empty passwords are dropped. */
const withHashedPasswords = async (
  { passwords }: Pick<AppContext, 'passwords'>,
  orgId: string,
  request: ComposeRequest,
): Promise<ComposeRequest> => {
  const given = request.customizations?.users;
  if (given === undefined) return request;
  const hashed = await passwords.hashUsers(orgId, given);
  const users = hashed.map((user) => (user.password ? user : omit(user, 'password')));
  return { ...request, customizations: { ...request.customizations, users } };
};

const toNewCompose = (
  { identity, audit, followedClosely = false }: Caller,
  { blueprint, labels }: ComposeOrder,
  request: ComposeRequest,
): NewCompose => ({
  request,
  account_number: identity.accountNumber,
  email: identity.email,
  org_id: identity.orgId,
  image_name:
    request.image_name === undefined ? null : Array.from(request.image_name).slice(0, IMAGE_NAME_LENGTH).join(''),
  client_id: request.client_id ?? null,
  blueprint_version_id: blueprint?.versionId ?? null,
  blueprint_id: blueprint?.id ?? null,
  blueprint_version: blueprint?.version ?? null,
  labels: labels ? sortLabels(labels) : null,
  followed_closely: followedClosely,
  audit,
});

const prepare = async (
  ctx: AppContext,
  caller: Caller,
  order: ComposeOrder,
  plan: ComposePlan,
  warnings: readonly Finding[],
  turn: Turn,
): Promise<PreparedCompose> => {
  const { request } = plan;
  const inputs = await turn.outside(gatherInputs(ctx, caller, plan));
  refuseUnusableRepositories(plan, inputs.repositories);
  if (turn.isLong()) await turn.next();
  const body = toComposerRequest(plan, inputs, ctx.config, order.blueprint?.id ?? null);
  const compose = toNewCompose(caller, order, request);
  if (turn.isLong()) await turn.next();
  return { id: randomUUID(), compose, ...measuredFingerprint(body), request, body, warnings };
};

const idsOf = (reservations: readonly NewReservation[]): string[] => reservations.map(({ id }) => id);

/** @throws QuotaExceeded */
const refuseExceededQuota = async (ctx: AppContext, orgId: string, wanted: number): Promise<void> => {
  const limit = ctx.quota.limitOf(orgId);
  if (limit === null) return;
  const { used, frees_in: freesIn } = await ctx.db.reservations.readQuotaUse(orgId, limit);
  if (used + wanted > limit.quota) throw new QuotaExceededError(limit, freesIn);
};

/** The composes before the first order whose inputs could not be read, and that failure. */
interface PreparedComposes {
  readonly composes: readonly PreparedCompose[];
  readonly failure: PromiseRejectedResult | null;
}

const untilFailure = (settled: readonly PromiseSettledResult<PreparedCompose>[]): PreparedComposes => {
  const composes: PreparedCompose[] = [];
  for (const result of settled) {
    if (result.status === 'rejected') return { composes, failure: result };
    composes.push(result.value);
  }
  return { composes, failure: null };
};

/** Plans all orders and gathers their inputs. @throws ServiceError when the first order fails, or this service refuses any */
const prepareAll = async (
  ctx: AppContext,
  caller: Caller,
  orders: readonly ComposeOrder[],
): Promise<PreparedComposes> => {
  const { identity } = caller;
  const requests = await Promise.all(orders.map(({ request }) => withHashedPasswords(ctx, identity.orgId, request)));
  try {
    const turn = startTurn();
    const plans: ComposePlan[] = [];
    for (const request of requests) {
      if (turn.isLong()) await turn.next();
      plans.push(planCompose(ctx, identity, request));
    }
    // No other service is called for a request that exceeds the quota.
    if (plans.some(needsOtherServices)) await turn.outside(refuseExceededQuota(ctx, identity.orgId, orders.length));
    const warnings: (readonly Finding[])[] = [];
    for (const plan of plans) {
      if (turn.isLong()) await turn.next();
      warnings.push(refuseErrors(await turn.outside(findPlanIssues(ctx, caller, plan))));
    }
    if (turn.isLong()) await turn.next();
    const settled = await Promise.allSettled(
      plans.map((plan, index) =>
        prepare(ctx, caller, orders[index] as ComposeOrder, plan, warnings[index] ?? [], turn),
      ),
    );
    const [first] = settled;
    if (first?.status === 'rejected') throw first.reason;
    if (turn.isLong()) await turn.next();
    for (const { image, request } of plans) refuseOversized(image, request.customizations);
    return untilFailure(settled);
  } catch (error) {
    // An exceeded quota is reported before any other error.
    await refuseExceededQuota(ctx, identity.orgId, orders.length);
    throw error;
  }
};

/** Characters of composes that count as large; the quota of composes bounds the others. */
const LARGE = 64 * 1024;

/** Characters of the composes of one request, which are in memory together. */
const MOST_TOGETHER = 32 * 1024 * 1024;

/** @throws ServiceError `invalid` for too much at once, StorageLimitError */
const refuseTooLarge = async (ctx: AppContext, orgId: string, composes: readonly PreparedCompose[]): Promise<void> => {
  const total = composes.reduce((sum, { length }) => sum + length, 0);
  if (composes.length > 1 && total > MOST_TOGETHER)
    throw invalid({
      detail: `${composes.length} images of this blueprint are too large to be built together: choose image_types`,
      code: 'request.invalid',
      pointer: '/image_types',
    });
  const large = composes.filter(({ length }) => length > LARGE).reduce((sum, { length }) => sum + length, 0);
  if (large > 0) await ctx.storage.refuseAboveLimit(orgId, { bytes: large });
};

const reserve = async (ctx: AppContext, caller: Caller, reservations: readonly NewReservation[]): Promise<void> => {
  const { orgId } = caller.identity;
  const limit = ctx.quota.limitOf(orgId);
  const processId = await ctx.heartbeat.processId();
  const isGranted = await ctx.db.reservations
    .reserve({ orgId, limit, processId, idempotencyId: caller.idempotencyId, reservations })
    .catch(async (error: unknown) => {
      // The reservations may exist although the response was lost; nothing was sent.
      await release(ctx, idsOf(reservations));
      throw error;
    });
  if (isGranted || limit === null) return;
  const { frees_in: freesIn } = await ctx.db.reservations.readQuotaUse(orgId, limit);
  throw new QuotaExceededError(limit, freesIn);
};

const send = async (ctx: AppContext, caller: Caller, { id, body, request }: PreparedCompose): Promise<string> => {
  try {
    return await sendCompose(ctx, caller, body, request);
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

/** The same error, marked as unsafe to repeat: earlier composes were started. */
const withUnknownEffect = (error: unknown): unknown => {
  if (!(error instanceof ServiceError)) return error;
  const { kind, entries, retryAfter } = error;
  const wait = retryAfter === null ? {} : { retryAfter };
  return new ServiceError(kind, entries, { cause: error, effectUnknown: true, ...wait });
};

/**
 * Starts composes: all are prepared and reserved before the first is sent. A sent compose is stored or abandoned even
 * if the client has disconnected.
 * @returns composer's ids with warnings, in order
 * @throws ServiceError for the first order that fails; earlier orders may have been started
 */
export async function startComposes(
  ctx: AppContext,
  caller: Caller,
  orders: readonly ComposeOrder[],
): Promise<readonly StartedCompose[]> {
  if (orders.length === 0) return [];
  const { composes, failure } = await prepareAll(ctx, caller, orders);
  await refuseTooLarge(ctx, caller.identity.orgId, composes);
  if (caller.idempotencyId !== null && orders.length > 1)
    await ctx.db.idempotencyKeys.recordWanted(caller.idempotencyId, orders.length);
  await reserve(ctx, caller, composes);
  const unsent = new Set(idsOf(composes));
  const started: StartedCompose[] = [];
  try {
    for (const compose of composes) {
      // The reservation records the first as sent.
      if (compose !== composes[0] && !(await ctx.db.reservations.markSent(compose.id)))
        throw unavailable('the build could not be prepared in time');
      unsent.delete(compose.id);
      const jobId = await send(ctx, caller, compose);
      const accepted = { jobId, orgId: caller.identity.orgId, reservationId: compose.id };
      await storeCompose(ctx, caller, { ...accepted, isLarge: compose.length > LARGE });
      started.push({ id: jobId, warnings: compose.warnings });
    }
    if (failure) throw failure.reason;
    return started;
  } catch (error) {
    throw started.length > 0 ? withUnknownEffect(error) : error;
  } finally {
    await release(ctx, [...unsent]);
  }
}
