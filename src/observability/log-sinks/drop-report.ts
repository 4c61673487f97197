import type { Logger } from '../logger.ts';

/** Milliseconds between two lines about the same sink. */
const INTERVAL = 60_000;

/** Tells of lines that sinks did not get. */
export interface DropReport {
  readonly add: (sink: string, lines: number, reason: string) => void;
  /** Lines dropped since the start, by sink. */
  readonly totals: ReadonlyMap<string, number>;
  /** Tells now what it would have told later. */
  readonly close: () => void;
}

/** @param log where the sinks cannot be told: standard output alone */
export const createDropReport = (log: Logger): DropReport => {
  const totals = new Map<string, number>();
  const pending = new Map<string, { dropped: number; reason: string }>();
  const timers = new Map<string, NodeJS.Timeout>();

  const tell = (sink: string): boolean => {
    const news = pending.get(sink);
    if (!news) return false;
    pending.delete(sink);
    log.error(
      { event: 'log.lines_dropped', sink, ...news, dropped_total: totals.get(sink) },
      'log lines were not delivered',
    );
    return true;
  };

  /** Told at once, and then once per interval for as long as there is something to tell. */
  const follow = (sink: string): void => {
    if (timers.has(sink) || !tell(sink)) return;
    const later = (): void => {
      timers.delete(sink);
      follow(sink);
    };
    timers.set(sink, setTimeout(later, INTERVAL).unref());
  };

  return {
    totals,
    add: (sink, lines, reason) => {
      totals.set(sink, (totals.get(sink) ?? 0) + lines);
      pending.set(sink, { dropped: (pending.get(sink)?.dropped ?? 0) + lines, reason });
      follow(sink);
    },
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      for (const sink of totals.keys()) tell(sink);
    },
  };
};
