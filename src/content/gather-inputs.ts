import type { CallContext } from '../clients/call-context.ts';
import type { BuildPlan } from '../compose/build-plan.ts';
import { labelKeys, latestKeys } from '../compose/content-keys.ts';
import type { BuildInputs } from '../compose/composer-request.ts';
import type { AppContext } from '../context.ts';
import { invalid } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { resolveAwsSources } from './cloud-sources.ts';
import { readPolicy } from './policy.ts';
import { findRepositories } from './repositories.ts';

/** Waits for all, and fails with the first failure in the list, not in time: the same request has the same response. */
const inOrder = async <T extends readonly unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> => {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as unknown as T;
};

/** Whether another service has to be called for a build. */
export const needsOtherServices = (plan: BuildPlan): boolean =>
  plan.policy !== null ||
  plan.upload.sources.length > 0 ||
  plan.content.kind !== 'latest' ||
  Object.values(latestKeys(plan)).some(({ urls, uuids }) => urls.length + uuids.length > 0) ||
  labelKeys(plan).length > 0;

/**
 * Calls the services whose data a build needs, and only these. The policy comes first, since a refused policy ends the request before
 * any other call; the remaining calls run concurrently.
 * @throws ServiceError of the first in the order policy, repositories, sources
 */
export const gatherInputs = async (
  ctx: AppContext,
  request: CallContext & { readonly identity: Identity },
  plan: BuildPlan,
): Promise<BuildInputs> => {
  const { identity, traceId, log } = request;
  const { platformHeader } = identity;
  const caller = platformHeader === null ? null : { traceId, log, platformHeader };
  if (plan.policy !== null && caller === null) throw invalid('compliance policies need an identity of the platform');
  const policy = plan.policy && caller ? await readPolicy(ctx, plan.policy, caller) : null;
  const [repositories, sourceAccounts] = await inOrder([
    findRepositories(ctx, plan, identity, caller),
    resolveAwsSources(ctx, plan.upload.sources, caller),
  ]);
  return { repositories, policy, sourceAccounts };
};
