import { API, identityHeaders } from '../bench/requests.ts';
import { setStage } from '../bench/stage.ts';
import { createLargeTenant } from '../bench/tenants.ts';

/** Where the API is, and who we are there. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ORGANIZATION = 'load';

/** What an organization has that uses the service every day. */
const SIZE = { composes: 10_000, blueprints: 500, versions: 5, spread: true } as const;

/**
 * Starts the service in a process of its own, with a database and a stand-in for composer, for an organization that has built
 * before. The stack stops everything.
 */
export const startOwnService = async (stack: AsyncDisposableStack, signal: AbortSignal): Promise<Target> => {
  const stage = await setStage({ distributions: null, env: {} }, stack, signal);
  const { origin } = await stage.startService();
  await createLargeTenant(origin, stage.sql, ORGANIZATION, SIZE, signal);
  await stage.sql.query('ANALYZE');
  return { url: origin + API, headers: identityHeaders(ORGANIZATION) };
};
