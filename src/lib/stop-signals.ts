/** Milliseconds within which a second signal is taken for the first one. */
const SAME_REQUEST = 500;

/**
 * Calls `stop` when the process is asked to end. Whoever asks twice does not want to wait: then it ends at once, with 1.
 * @param stop the orderly way; it ends the process
 * @param abort what is done before the process ends at once
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void, abort: () => void = () => {}): void {
  let asked: number | null = null;
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, (signal) => {
      // A terminal and npm between them deliver one Ctrl-C twice, though.
      if (asked !== null && performance.now() - asked > SAME_REQUEST) {
        abort();
        process.exit(1);
      }
      if (asked !== null) return;
      asked = performance.now();
      stop(signal);
    });
  }
}
