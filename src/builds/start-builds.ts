import { serviceCall, type CallContext } from '../clients/call-context.ts';
import { planBuild, type BuildPlan } from '../compose/build-plan.ts';
import { acceptedComposeId } from '../compose/composer-answer.ts';
import { toComposerRequest, type BuildFacts } from '../compose/composer-request.ts';
import { hashPasswords } from '../compose/password-hash.ts';
import { refuseOversized } from '../compose/size-limit.ts';
import type { ComposeRequest, ComposerRequest } from '../compose/types.ts';
import { gatherFacts } from '../content/gather-facts.ts';
import type { AppContext } from '../context.ts';
import type { NewCompose } from '../db/composes.ts';
import { forbidden, INTERNAL_ERROR, internal } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { quotaExceeded } from '../quota.ts';

/** One image to be built. */
export interface BuildOrder {
  readonly request: ComposeRequest;
  readonly blueprint: { readonly id: string; readonly versionId: string } | null;
}

export interface Caller extends CallContext {
  readonly identity: Identity;
}

/** Longest image name the table takes, in characters. */
const IMAGE_NAME_LENGTH = 100;

/** How often storing an accepted build is tried before it is given up. */
const STORE_ATTEMPTS = 3;

const withHashedPasswords = (request: ComposeRequest): ComposeRequest => {
  const users = request.customizations?.users;
  if (users === undefined) return request;
  return { ...request, customizations: { ...request.customizations, users: hashPasswords(users) } };
};

const toRow = ({ identity }: Caller, { request, blueprint }: BuildOrder, jobId: string): NewCompose => ({
  jobId,
  request,
  accountNumber: identity.accountNumber,
  email: identity.email,
  orgId: identity.orgId,
  imageName: request.image_name === undefined ? null : [...request.image_name].slice(0, IMAGE_NAME_LENGTH).join(''),
  clientId: request.client_id ?? null,
  blueprintVersionId: blueprint?.versionId ?? null,
});

/** Every order judged by what the service itself knows. An exceeded quota is told before anything else that is wrong. */
const planAll = async (ctx: AppContext, { identity }: Caller, orders: readonly BuildOrder[]): Promise<BuildPlan[]> => {
  try {
    return orders.map(({ request }) => planBuild(ctx, identity, request));
  } catch (error) {
    const limit = await ctx.quota.limitOf(identity.orgId);
    if (limit && !(await ctx.db.fitsQuota(identity.orgId, orders.length, limit))) throw forbidden(quotaExceeded(limit));
    throw error;
  }
};

const reserve = async (ctx: AppContext, { identity }: Caller, wanted: number): Promise<readonly string[]> => {
  const limit = await ctx.quota.limitOf(identity.orgId);
  const reservations = await ctx.db.reserveBuilds(identity.orgId, wanted, limit);
  if (reservations === null) throw limit ? forbidden(quotaExceeded(limit)) : internal(INTERNAL_ERROR);
  return reservations;
};

const storeAccepted = async (ctx: AppContext, caller: Caller, row: NewCompose, reservation: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ctx.db.insertCompose(row, reservation);
    } catch (error) {
      caller.log.error({ err: error, job_id: row.jobId, attempt }, 'an accepted build cannot be stored');
      if (attempt === STORE_ATTEMPTS) throw internal(INTERNAL_ERROR, error);
    }
  }
};

const send = async (ctx: AppContext, caller: Caller, body: ComposerRequest): Promise<string> => {
  const answer = await ctx.composer.postCompose({ body }, serviceCall(caller));
  return acceptedComposeId(answer);
};

const factsOf = (gathered: PromiseSettledResult<BuildFacts> | undefined): BuildFacts => {
  if (gathered?.status === 'fulfilled') return gathered.value;
  throw gathered?.reason ?? new Error('facts of a build are missing');
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
  const orders = given.map((order) => ({ ...order, request: withHashedPasswords(order.request) }));
  const plans = await planAll(ctx, caller, orders);
  const reservations = await reserve(ctx, caller, orders.length);
  const open = new Set(reservations);
  try {
    const gathered = await Promise.allSettled(plans.map((plan) => gatherFacts(ctx, caller, plan)));
    factsOf(gathered[0]);
    for (const { image, request } of plans) refuseOversized(image, request.customizations);
    const ids: string[] = [];
    for (const [index, plan] of plans.entries()) {
      const [order, reservation] = [orders[index] as BuildOrder, reservations[index] as string];
      const facts = factsOf(gathered[index]);
      const id = await send(ctx, caller, toComposerRequest(plan, facts, ctx.config, order.blueprint?.id ?? null));
      // From here on the reservation belongs to a build that runs.
      open.delete(reservation);
      await storeAccepted(ctx, caller, toRow(caller, order, id), reservation);
      ids.push(id);
    }
    return ids;
  } finally {
    await ctx.db.releaseReservations([...open]).catch((error: unknown) => {
      caller.log.error({ err: error }, 'reservations cannot be released; they expire');
    });
  }
};
