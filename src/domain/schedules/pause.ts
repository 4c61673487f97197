import type { AppContext } from '../../context.ts';
import type { TakenRun } from '../../db/queries/schedule-runs.ts';
import { needsEntitlement } from '../compose-requests/image-source.ts';
import type { ComposeOrder } from '../composes/start-composes.ts';

/** In seconds. */
const DAY = 86_400;

/**
 * Why the entitlement of the organization, as it is known today, does not allow a run; `null` where it does.
 * @param composes composes that the run would start
 */
export function findPauseReason(
  { config, distributions }: Pick<AppContext, 'config' | 'distributions'>,
  { caller, entitlement_age: age }: Pick<TakenRun, 'caller' | 'entitlement_age'>,
  composes: readonly Pick<ComposeOrder, 'request'>[],
): string | null {
  if (!composes.some(({ request }) => needsEntitlement({ distributions }, request))) return null;
  if (!caller.entitled) return 'the organization has no entitlement to RHEL, which the blueprint needs';
  const days = config.scheduleEntitlementDays;
  if (age <= days * DAY) return null;
  return `no request has shown the entitlement of the organization to RHEL for ${days} days`;
}
