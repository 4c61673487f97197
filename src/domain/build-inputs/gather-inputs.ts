import { platformCall, type CallContext, type PlatformCallContext } from '../../upstream/call-context.ts';
import type { ComposePlan } from '../compose-requests/compose-plan.ts';
import { labelKeys, latestKeys } from '../compose-requests/content-keys.ts';
import type { ComposeInputs } from '../compose-requests/composer-request.ts';
import type { AppContext } from '../../context.ts';
import { internal, invalid, ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { readPolicy } from './policy.ts';
import { findRepositories } from './repositories.ts';

/** Length of an AWS account id. */
const ACCOUNT_LENGTH = 12;

const accountOf = async (
  { provisioning }: Pick<AppContext, 'provisioning'>,
  source: string,
  caller: PlatformCallContext | null,
): Promise<string> => {
  const unreachable = (cause?: unknown) => invalid(`Unable to request source: ${source}`, cause);
  const unresolvable = () => invalid(`Unable to resolve source ${source} to an aws account id`);
  if (caller === null) throw unreachable();
  // Sources are numbered, but what the caller names is only known when provisioning has seen it.
  const path = { ID: source as unknown as number };
  const response = await provisioning.getSourceUploadInfo({ path }, platformCall(caller)).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : unreachable(error);
  });
  if (response.status >= 400 && response.status < 500) throw unresolvable();
  const info = response.json(200) as { aws?: { account_id?: unknown } | null } | null | undefined;
  if (info === undefined) throw internal(`Unable to resolve source: ${source}`);
  const account = info?.aws?.account_id;
  if (typeof account !== 'string' || Buffer.byteLength(account) !== ACCOUNT_LENGTH) throw unresolvable();
  return account;
};

/**
 * AWS accounts behind cloud sources, in order. One after the other: the first that cannot be resolved ends the request.
 * @throws ServiceError `invalid` naming the source, `internal` when provisioning fails, `unavailable` when it is not called
 */
export async function resolveAwsSources(
  ctx: Pick<AppContext, 'provisioning'>,
  sources: readonly string[],
  caller: PlatformCallContext | null,
): Promise<string[]> {
  const accounts: string[] = [];
  for (const source of sources) accounts.push(await accountOf(ctx, source, caller));
  return accounts;
}

/** Waits for all, and fails with the first failure in the list, not in time: the same request has the same response. */
const allInOrder = async <T extends readonly unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> => {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as unknown as T;
};

/** Whether another service has to be called for a build. */
export function needsOtherServices(plan: ComposePlan): boolean {
  return (
    plan.policy !== null ||
    plan.upload.sources.length > 0 ||
    plan.content.kind !== 'latest' ||
    Object.values(latestKeys(plan)).some(({ urls, uuids }) => urls.length + uuids.length > 0) ||
    labelKeys(plan).length > 0
  );
}

/**
 * Calls the services whose data a build needs, and only these. The policy comes first, since a refused policy ends the request before
 * any other call; the remaining calls run concurrently.
 * @throws ServiceError of the first in the order policy, repositories, sources
 */
export async function gatherInputs(
  ctx: AppContext,
  request: CallContext & { readonly identity: Identity },
  plan: ComposePlan,
): Promise<ComposeInputs> {
  const { identity, traceId, log } = request;
  const { platformHeader } = identity;
  const caller = platformHeader === null ? null : { traceId, log, platformHeader };
  if (plan.policy !== null && caller === null) throw invalid('compliance policies need an identity of the platform');
  const policy = plan.policy && caller ? await readPolicy(ctx, plan.policy, caller) : null;
  const [repositories, sourceAccounts] = await allInOrder([
    findRepositories(ctx, plan, identity, caller),
    resolveAwsSources(ctx, plan.upload.sources, caller),
  ]);
  return { repositories, policy, sourceAccounts };
}
