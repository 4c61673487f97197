import type { Logger } from '../logger.ts';

const INTERVAL = 60_000;

/** Logs how many lines the sinks did not receive. */
export interface DropReport {
  readonly add: (sink: string, lines: number, reason: string) => void;
  readonly totals: ReadonlyMap<string, number>;
  /** Logs pending reports. */
  readonly close: () => void;
}

/** @param log must write to standard output only */
export function createDropReport(log: Logger): DropReport {
  const totals = new Map<string, number>();
  const pending = new Map<string, { dropped: number; reason: string }>();
  const timers = new Map<string, NodeJS.Timeout>();

  const logPending = (sink: string): boolean => {
    const news = pending.get(sink);
    if (!news) return false;
    pending.delete(sink);
    log.error(
      { event: 'log.lines_dropped', sink, ...news, dropped_total: totals.get(sink) },
      'log lines were not delivered',
    );
    return true;
  };

  /** Logs at once, then at most once per interval. */
  const logOncePerInterval = (sink: string): void => {
    if (timers.has(sink) || !logPending(sink)) return;
    const onInterval = (): void => {
      timers.delete(sink);
      logOncePerInterval(sink);
    };
    timers.set(sink, setTimeout(onInterval, INTERVAL).unref());
  };

  return {
    totals,
    add: (sink, lines, reason) => {
      totals.set(sink, (totals.get(sink) ?? 0) + lines);
      pending.set(sink, { dropped: (pending.get(sink)?.dropped ?? 0) + lines, reason });
      logOncePerInterval(sink);
    },
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      for (const sink of totals.keys()) logPending(sink);
    },
  };
}
