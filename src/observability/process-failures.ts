import type { LogSinks } from './log-sinks/index.ts';
import type { Logger } from './logger.ts';

/** Milliseconds in which the log sinks receive the last lines. Until then the process runs although its state is unknown. */
const CLOSE_BOUND = 1_000;

/**
 * Logs an exception that nothing caught, or a rejection that nothing handles, to all log sinks. Then the process ends with code 1.
 */
export function endOnUncaughtErrors(log: Logger, sinks: Pick<LogSinks, 'close'>): void {
  let ending = false;
  // Without a listener for rejections Node reports them as exceptions.
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ event: 'process.failed', origin, err: error }, 'an error was not handled: the process ends');
    if (ending) return;
    ending = true;
    void sinks
      .close(CLOSE_BOUND)
      .catch(() => {})
      .finally(() => process.exit(1));
  });
}
