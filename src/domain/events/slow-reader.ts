import type { EventAt } from '../../observability/log-events.ts';
import type { Logger } from '../../observability/logger.ts';

/** Milliseconds for which further problems are not logged. */
const QUIET = 30_000;

/** Logs a problem that comes again and again once in a while. */
export const complaint = (
  log: Logger,
  event: EventAt<'warn'>,
  message: string,
  now: () => number = () => performance.now(),
): ((error: unknown) => void) => {
  let quietUntil = -Infinity;
  return (error) => {
    if (now() < quietUntil) return;
    quietUntil = now() + QUIET;
    log.warn({ event, err: error }, message);
  };
};
