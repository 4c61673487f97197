import { monitorEventLoopDelay } from 'node:perf_hooks';
import { unavailable, type ServiceError } from '../lib/errors.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';

/** Says whether a request had better not be begun. What was begun is always brought to its end. */
export interface Overload extends Disposable {
  /** Whether the event loop has been late for a while: every request begun would make the others slower. */
  readonly eventLoop: () => boolean;
  /** Whether as many callers wait for the database as may. */
  readonly database: () => boolean;
}

export interface OverloadLimits {
  /** Milliseconds by which the event loop may be late; 0 for any. */
  readonly eventLoopDelay: number;
  /** Callers that may wait for the database. */
  readonly databaseWaiting: number;
}

/** How late the event loop was on average since the last question, in milliseconds; `null` where nothing was measured. */
export type DelayMeter = () => number | null;

/** Milliseconds between two measurements of the delay, and between two judgements of it. */
const RESOLUTION = 20;
const SAMPLE = 500;

/** Milliseconds without a request after which nothing is measured. */
const IDLE = 5_000;

const NANOSECONDS = 1e6;

/** Reads the process's histogram. It is not reset: the measurement after a reset is lost, and a busy loop has no others. */
const measuredDelay = (): DelayMeter & Disposable => {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  let last = { count: 0, sum: 0 };
  const read = (): number | null => {
    const { count, mean } = histogram;
    const now = { count, sum: count === 0 ? 0 : mean * count };
    const { count: counted, sum } = last;
    if (now.count === counted) return null;
    last = now;
    return Math.max(0, (now.sum - sum) / (now.count - counted) / NANOSECONDS - RESOLUTION);
  };
  return Object.assign(read, { [Symbol.dispose]: () => void histogram.disable() });
};

/** Judges a series of delays: two in a row have to be over the limit, since everything takes a moment once. */
export function createDelayDetector(limit: number): (delay: number | null) => boolean {
  let previous = false;
  let late = false;
  return (delay) => {
    if (delay === null) return late;
    const over = delay > limit;
    late = over && previous;
    previous = over;
    return late;
  };
}

/**
 * Watches what a process can do no more of than it does.
 * @param callers those that use the database or wait for it
 * @param connections how many of them can use it at the same time
 */
export function createOverload(
  limits: OverloadLimits,
  { callers, connections }: { readonly callers: () => number; readonly connections: number },
): Overload {
  const mostCallers = connections + limits.databaseWaiting;
  const database = (): boolean => callers() >= mostCallers;
  if (limits.eventLoopDelay === 0) return { eventLoop: () => false, database, [Symbol.dispose]: () => {} };

  let watch: Watch | null = null;
  let asked = performance.now();
  return {
    eventLoop: () => {
      asked = performance.now();
      watch ??= watchEventLoop(limits.eventLoopDelay, () => {
        // Measuring costs a process without requests more than everything else.
        if (performance.now() - asked < IDLE) return;
        watch?.[Symbol.dispose]();
        watch = null;
      });
      return watch.isLate();
    },
    database,
    [Symbol.dispose]: () => watch?.[Symbol.dispose](),
  };
}

interface Watch extends Disposable {
  readonly isLate: () => boolean;
}

/** Measures the event loop until it is disposed of. @param onSample called after each sample */
const watchEventLoop = (limit: number, onSample: () => void): Watch => {
  const delay = measuredDelay();
  const judge = createDelayDetector(limit);
  let late = false;
  const timer = setInterval(() => {
    late = judge(delay());
    onSample();
  }, SAMPLE).unref();
  return {
    isLate: () => late,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      delay[Symbol.dispose]();
    },
  };
};

/** Seconds after which a refused caller should try again: not all of them at the same moment. */
const RETRY_AFTER = { from: 1, to: 5 };

const DETAILS = {
  event_loop: 'the service is overloaded',
  database: 'too many requests wait for the database',
} as const;

export type OverloadReason = keyof typeof DETAILS;

/** The refusal of a request that was not begun; counts it. */
export function overloadError(reason: OverloadReason, metrics: Pick<ProtectionMetrics, 'shedRequests'>): ServiceError {
  metrics.shedRequests.inc({ reason });
  const { from, to } = RETRY_AFTER;
  return unavailable(DETAILS[reason], undefined, from + Math.floor(Math.random() * (to - from + 1)));
}
