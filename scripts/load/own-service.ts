import { identityHeaders, organizationOf } from '../bench/fleet.ts';
import { API } from '../bench/requests.ts';
import { seedGroup } from '../bench/seed.ts';
import { setStage } from '../bench/stage.ts';

/** Address of the API, and the identity of the load. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One organization that uses the service every day. */
const GROUP = { first: 50_000_000, organizations: 1, composes: 10_000, blueprints: 500, versions: 5 } as const;

/**
 * Starts the service in a process of its own, with a database, a stand-in for composer, and an organization that has composes.
 * Disposing of the stack stops them.
 */
export async function startOwnService(stack: AsyncDisposableStack, signal: AbortSignal): Promise<Target> {
  const options = { distributions: null, env: { LOG_LEVEL: 'ERROR' }, postgres: null, peer: null, profile: null };
  const stage = await setStage(options, (sql) => seedGroup(sql, GROUP, signal), stack, signal);
  const { origin } = await stage.ours.start();
  await stage.tidy();
  return { url: origin + API, headers: identityHeaders(organizationOf(GROUP, 0)) };
}
