import { platformCall, type PlatformCallContext } from '../clients/call-context.ts';
import type { AppContext } from '../context.ts';
import { internal, invalid, ServiceError } from '../errors.ts';

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
  const answer = await provisioning.getSourceUploadInfo({ path }, platformCall(caller)).catch((error: unknown) => {
    throw error instanceof ServiceError ? error : unreachable(error);
  });
  if (answer.status >= 400 && answer.status < 500) throw unresolvable();
  const info = answer.json(200) as { aws?: { account_id?: unknown } | null } | null | undefined;
  if (info === undefined) throw internal(`Unable to resolve source: ${source}`);
  const account = info?.aws?.account_id;
  if (typeof account !== 'string' || Buffer.byteLength(account) !== ACCOUNT_LENGTH) throw unresolvable();
  return account;
};

/**
 * AWS accounts behind cloud sources, in order. One after the other: the first that cannot be resolved ends the request.
 * @throws ServiceError `invalid` naming the source, `internal` when provisioning fails, `unavailable` when it is not asked
 */
export const resolveAwsSources = async (
  ctx: Pick<AppContext, 'provisioning'>,
  sources: readonly string[],
  caller: PlatformCallContext | null,
): Promise<string[]> => {
  const accounts: string[] = [];
  for (const source of sources) accounts.push(await accountOf(ctx, source, caller));
  return accounts;
};
