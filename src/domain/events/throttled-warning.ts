import type { EventAt } from '../../observability/log-events.ts';
import type { Logger } from '../../observability/logger.ts';

const QUIET_MS = 30_000;

/** Logs a repeated problem at most once per interval. */
export function throttledWarning(
  log: Logger,
  event: EventAt<'warn'>,
  message: string,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let quietUntil = -Infinity;
  return (error) => {
    if (now() < quietUntil) return;
    quietUntil = now() + QUIET_MS;
    log.warn({ event, err: error }, message);
  };
}
