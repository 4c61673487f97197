import {
  platformCall,
  platformContext,
  type CallContext,
  type PlatformCallContext,
} from '../../upstream/call-context.ts';
import type { ComposePlan } from '../compose-requests/compose-plan.ts';
import { labelKeys, latestKeys } from '../compose-requests/content-keys.ts';
import type { ComposeInputs } from '../compose-requests/composer-request.ts';
import type { AppContext } from '../../context.ts';
import { internal, invalid, ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { readPolicy } from './policy.ts';
import { findRepositories } from './repositories.ts';

const ACCOUNT_LENGTH = 12;

const SOURCES = '/image_requests/0/upload_request/options/share_with_sources';

const accountOf = async (
  { provisioning }: Pick<AppContext, 'provisioning'>,
  source: string,
  caller: PlatformCallContext | null,
): Promise<string> => {
  const refused = (detail: string, cause?: unknown) =>
    invalid({ detail, code: 'content.not_available', pointer: SOURCES, value: source }, cause);
  const unreachable = (cause?: unknown) => refused(`Unable to request source: ${source}`, cause);
  const unresolvable = () => refused(`Unable to resolve source ${source} to an aws account id`);
  if (caller === null) throw unreachable();
  // The contract of provisioning has numbers, the public one has strings: provisioning validates the id.
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
 * The AWS account of each source, one call after the other.
 * @throws ServiceError `invalid` naming the source, `internal` when provisioning fails, `unavailable` when it is not
 * called
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

/** Fails with the first failure in list order, so that a response does not depend on timing. */
const allInOrder = async <T extends readonly unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> => {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
};

/** Whether preparing the compose needs another service. */
export function needsOtherServices(plan: ComposePlan): boolean {
  const { redHat, external } = latestKeys(plan);
  return (
    plan.policy !== null ||
    plan.upload.sources.length > 0 ||
    plan.content.kind !== 'latest' ||
    [redHat, external].some(({ urls, uuids }) => urls.length + uuids.length > 0) ||
    labelKeys(plan).length > 0
  );
}

/**
 * Calls the services whose data a compose needs. The policy comes first: a refused policy makes the other calls
 * needless.
 * @throws ServiceError of the first failure in the order policy, repositories, sources
 */
export async function gatherInputs(
  ctx: AppContext,
  request: CallContext & { readonly identity: Identity },
  plan: ComposePlan,
): Promise<ComposeInputs> {
  const caller = platformContext(request);
  if (plan.policy !== null && caller === null)
    throw invalid({
      detail: 'compliance policies need an identity of the platform',
      code: 'request.invalid',
      pointer: '/customizations/openscap/policy_id',
    });
  const policy = plan.policy && caller ? await readPolicy(ctx, plan.policy, caller) : null;
  const [repositories, sourceAccounts] = await allInOrder([
    findRepositories(ctx, plan, request.identity, caller),
    resolveAwsSources(ctx, plan.upload.sources, caller),
  ]);
  return { repositories, policy, sourceAccounts };
}
