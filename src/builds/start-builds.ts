import type { CallContext } from '../clients/call-context.ts';
import { planBuild, type BuildPlan } from '../compose/build-plan.ts';
import { toComposerRequest, type BuildFacts } from '../compose/composer-request.ts';
import { hashPasswords } from '../compose/password-hash.ts';
import { refuseOversized } from '../compose/size-limit.ts';
import type { ComposeRequest, ComposerRequest } from '../compose/types.ts';
import { asksOthers, gatherFacts } from '../content/gather-facts.ts';
import type { AppContext } from '../context.ts';
import { newReservationIds, type QuotaLimit, type QuotaUse } from '../db/build-reservations.ts';
import type { NewCompose } from '../db/composes.ts';
import type { AuditEntry } from '../db/recording.ts';
import { INTERNAL_ERROR, internal, ServiceError, unavailable } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { QuotaExceeded } from '../quota.ts';
import { sortLabels, type Labels } from '../labels.ts';
import { fingerprintOf } from './fingerprint.ts';
import { sendBuild } from './send-build.ts';
import { release, storeBuild } from './store-build.ts';

/** One image to be built. */
export interface BuildOrder {
  readonly request: ComposeRequest;
  readonly blueprint: NewCompose['blueprint'];
  /** Labels that the build gets; `null` or absent for none. */
  readonly labels?: Labels | null;
}

export interface Caller extends CallContext {
  readonly identity: Identity;
  /** Under which what is started is recorded; `null` where the request has no idempotency key. */
  readonly idempotencyId: string | null;
  /** Recorded with each compose that is started; `null` for a schedule. */
  readonly audit: AuditEntry | null;
  /** Whether composer is polled closely, because a schedule waits for the end. */
  readonly followedClosely?: boolean;
}

/** Longest image name the table takes, in characters. */
const IMAGE_NAME_LENGTH = 100;

const withHashedPasswords = async (request: ComposeRequest): Promise<ComposeRequest> => {
  const users = request.customizations?.users;
  if (users === undefined) return request;
  return { ...request, customizations: { ...request.customizations, users: await hashPasswords(users) } };
};

const toRow = (
  { identity, audit, followedClosely }: Caller,
  { request, blueprint, labels }: BuildOrder,
): Omit<NewCompose, 'jobId'> => ({
  request,
  accountNumber: identity.accountNumber,
  email: identity.email,
  orgId: identity.orgId,
  imageName: request.image_name === undefined ? null : [...request.image_name].slice(0, IMAGE_NAME_LENGTH).join(''),
  clientId: request.client_id ?? null,
  blueprint,
  ...(labels ? { labels: sortLabels(labels) } : {}),
  ...(audit ? { audit } : {}),
  ...(followedClosely ? { followedClosely } : {}),
});

const refuseQuota = (limit: QuotaLimit, { frees_in: freesIn }: QuotaUse): ServiceError =>
  new QuotaExceeded(limit, freesIn);

/** Every order judged by what the service itself knows. An exceeded quota is told before anything else that is wrong. */
const planAll = async (ctx: AppContext, { identity }: Caller, orders: readonly BuildOrder[]): Promise<BuildPlan[]> => {
  try {
    return orders.map(({ request }) => planBuild(ctx, identity, request));
  } catch (error) {
    const limit = await ctx.quota.limitOf(identity.orgId);
    if (limit) {
      const use = await ctx.db.reservations.readQuotaUse(identity.orgId, limit);
      if (use.used + orders.length > limit.quota) throw refuseQuota(limit, use);
    }
    throw error;
  }
};

/** A build that can be sent. */
interface PreparedBuild {
  readonly body: ComposerRequest;
  /** What is stored of it, and tells it from others. */
  readonly compose: Omit<NewCompose, 'jobId'>;
  readonly fingerprint: string;
}

const prepare = (
  ctx: AppContext,
  caller: Caller,
  order: BuildOrder,
  plan: BuildPlan,
  facts: BuildFacts,
): PreparedBuild => {
  const body = toComposerRequest(plan, facts, ctx.config, order.blueprint?.id ?? null);
  return { body, compose: toRow(caller, order), fingerprint: fingerprintOf(body) };
};

/**
 * Prepares a single build for which nobody has to be asked, so that it is reserved and on record at once; `null` for others, and
 * for one that is refused: that is told later, in its turn.
 */
const prepareAtOnce = async (
  ctx: AppContext,
  caller: Caller,
  orders: readonly BuildOrder[],
  plans: readonly BuildPlan[],
): Promise<PreparedBuild | null> => {
  const [order, plan] = [orders[0], plans[0]];
  if (orders.length > 1 || !order || !plan || asksOthers(plan)) return null;
  try {
    return prepare(ctx, caller, order, plan, await gatherFacts(ctx, caller, plan));
  } catch {
    return null;
  }
};

const reserve = async (
  ctx: AppContext,
  { identity, idempotencyId }: Caller,
  wanted: number,
  prepared: PreparedBuild | null,
): Promise<readonly string[]> => {
  const limit = await ctx.quota.limitOf(identity.orgId);
  const ids = newReservationIds(wanted);
  const { reserved, ...use } = await ctx.db.reservations
    .reserve({
      ...{ orgId: identity.orgId, limit, ids, idempotencyId },
      processId: await ctx.heartbeat.processId(),
      builds: prepared && [{ compose: prepared.compose, fingerprint: prepared.fingerprint }],
    })
    .catch(async (error: unknown) => {
      // The response may be lost: what was reserved must not count, and nothing of it was sent.
      await release(ctx, ids);
      throw error;
    });
  if (reserved === null) throw limit ? refuseQuota(limit, use) : internal(INTERNAL_ERROR);
  return reserved;
};

/** Sends a build; one that composer did not take frees its reservation, and one that it may have taken is on record. */
const sendOrSettle = async (
  ctx: AppContext,
  caller: Caller,
  body: ComposerRequest,
  request: ComposeRequest,
  reservation: string,
): Promise<string> => {
  try {
    return await sendBuild(ctx, caller, body, request);
  } catch (error) {
    if (error instanceof ServiceError && error.effectUnknown) {
      const fields = { reservation, org_id: caller.identity.orgId };
      caller.log.error({ err: error, ...fields }, 'nobody knows whether composer took a build');
      ctx.metrics.buildSettlements.inc({ outcome: 'unknown' });
      await ctx.db.reservations.markUnknown(reservation).catch(() => {
        ctx.unsettled.add({
          ...{ what: 'record that the outcome of a build is unknown', fields },
          run: () => ctx.db.reservations.markUnknown(reservation),
        });
      });
    } else await release(ctx, [reservation]);
    throw error;
  }
};

const factsOf = (gathered: PromiseSettledResult<BuildFacts> | undefined): BuildFacts => {
  if (gathered?.status === 'fulfilled') return gathered.value;
  throw gathered?.reason ?? new Error('facts of a build are missing');
};

/** The same failure, of a request that had an effect before it failed: it is not safe to repeat it. */
const withEffect = (error: unknown): unknown => {
  if (!(error instanceof ServiceError)) return error;
  const { kind, entries, retryAfter } = error;
  const wait = retryAfter === null ? {} : { retryAfter };
  return new ServiceError(kind, entries, { cause: error, effectUnknown: true, ...wait });
};

/**
 * Starts builds: all of them are judged, and the quota taken for all, before the first is sent. Afterwards only what another
 * service says of a later one can leave a part of them started. What was begun is finished also when the client has gone.
 * @returns composer's ids of the builds, in order
 * @throws ServiceError for the first order that cannot be built
 */
export const startBuilds = async (
  ctx: AppContext,
  caller: Caller,
  given: readonly BuildOrder[],
): Promise<readonly string[]> => {
  if (given.length === 0) return [];
  const orders = await Promise.all(
    given.map(async (order) => ({ ...order, request: await withHashedPasswords(order.request) })),
  );
  const plans = await planAll(ctx, caller, orders);
  const atOnce = await prepareAtOnce(ctx, caller, orders, plans);
  if (caller.idempotencyId !== null && orders.length > 1)
    await ctx.db.idempotencyKeys.recordWanted(caller.idempotencyId, orders.length);
  const reservations = await reserve(ctx, caller, orders.length, atOnce);
  const open = new Set(reservations);
  const ids: string[] = [];
  try {
    const gathered = atOnce ? [] : await Promise.allSettled(plans.map((plan) => gatherFacts(ctx, caller, plan)));
    if (!atOnce) factsOf(gathered[0]);
    for (const { image, request } of plans) refuseOversized(image, request.customizations);
    for (const [index, plan] of plans.entries()) {
      const [order, reservation] = [orders[index] as BuildOrder, reservations[index] as string];
      const build = atOnce ?? prepare(ctx, caller, order, plan, factsOf(gathered[index]));
      const { body, compose, fingerprint } = build;
      if (!atOnce && !(await ctx.db.reservations.markSent(reservation, compose, fingerprint, caller.idempotencyId)))
        throw unavailable('the build could not be prepared in time');
      // From here on the reservation belongs to a build that may run.
      open.delete(reservation);
      const jobId = await sendOrSettle(ctx, caller, body, order.request, reservation);
      await storeBuild(ctx, caller, { ...compose, jobId }, reservation);
      ids.push(jobId);
    }
    return ids;
  } catch (error) {
    throw ids.length > 0 ? withEffect(error) : error;
  } finally {
    await release(ctx, [...open]);
  }
};
