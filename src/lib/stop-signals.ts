/** Milliseconds in which a second signal belongs to the first: a terminal and npm both deliver one Ctrl-C. */
const SAME_REQUEST = 500;

/**
 * Calls `stop` at the first SIGTERM or SIGINT. A second signal ends the process at once, with code 1.
 * @param stop stops the process in order and ends it
 * @param abort runs before the process ends at once
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void, abort: () => void = () => {}): void {
  let firstSignalAt: number | null = null;
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, (signal) => {
      if (firstSignalAt !== null && performance.now() - firstSignalAt > SAME_REQUEST) {
        abort();
        process.exit(1);
      }
      if (firstSignalAt !== null) return;
      firstSignalAt = performance.now();
      stop(signal);
    });
  }
}
