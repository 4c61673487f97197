import type { Logger } from '../../observability/logger.ts';

/** Milliseconds for which further problems are not logged. */
const QUIET_MS = 30_000;

/** Logs a problem that comes again and again once in a while. */
export function throttledWarning(
  log: Logger,
  message: string,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let quietUntil = -Infinity;
  return (error) => {
    if (now() < quietUntil) return;
    quietUntil = now() + QUIET_MS;
    log.warn({ err: error }, message);
  };
}
