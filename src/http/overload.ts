import { monitorEventLoopDelay } from 'node:perf_hooks';
import { unavailable, type ServiceError } from '../lib/errors.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';

/** Decides whether a request may start. A request that has started is completed. */
export interface Overload extends Disposable {
  /** Whether the event loop is delayed over the limit. */
  readonly eventLoop: () => boolean;
  /** Whether the number of database callers has reached its limit. */
  readonly database: () => boolean;
}

export interface OverloadLimits {
  /** Milliseconds; 0 disables the check. */
  readonly eventLoopDelay: number;
  readonly databaseWaiting: number;
}

/** Mean delay since the last call, in milliseconds; `null` without a measurement. */
export type DelayMeter = () => number | null;

const RESOLUTION = 20;
const SAMPLE_INTERVAL = 500;

const IDLE_TIMEOUT = 5_000;

const NANOSECONDS = 1e6;

/** Computes the mean between two calls. Resetting the histogram would lose the measurement that follows. */
const createDelayMeter = (): DelayMeter & Disposable => {
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

/** Reports an overload after two delays in a row over the limit: a single one is normal. */
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

/** @param callers number of callers that use the database or wait for it @param connections size of the pool */
export function createOverload(
  limits: OverloadLimits,
  { callers, connections }: { readonly callers: () => number; readonly connections: number },
): Overload {
  const maxCallers = connections + limits.databaseWaiting;
  const database = (): boolean => callers() >= maxCallers;
  if (limits.eventLoopDelay === 0) return { eventLoop: () => false, database, [Symbol.dispose]: () => {} };

  let watch: Watch | null = null;
  let lastRequest = performance.now();
  return {
    eventLoop: () => {
      lastRequest = performance.now();
      watch ??= watchEventLoop(limits.eventLoopDelay, () => {
        // Measuring is the largest cost of an idle process.
        if (performance.now() - lastRequest < IDLE_TIMEOUT) return;
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

const watchEventLoop = (limit: number, onSample: () => void): Watch => {
  const delay = createDelayMeter();
  const detect = createDelayDetector(limit);
  let late = false;
  const timer = setInterval(() => {
    late = detect(delay());
    onSample();
  }, SAMPLE_INTERVAL).unref();
  return {
    isLate: () => late,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      delay[Symbol.dispose]();
    },
  };
};

/** Seconds, chosen at random so that clients do not return at the same time. */
const RETRY_AFTER = { from: 1, to: 5 };

const DETAILS = {
  event_loop: 'the service is overloaded',
  database: 'too many requests wait for the database',
} as const;

export type OverloadReason = keyof typeof DETAILS;

/** The 503 for a request that was not started; counts it. */
export function overloadError(reason: OverloadReason, metrics: Pick<ProtectionMetrics, 'shedRequests'>): ServiceError {
  metrics.shedRequests.inc({ reason });
  const { from, to } = RETRY_AFTER;
  return unavailable(DETAILS[reason], undefined, from + Math.floor(Math.random() * (to - from + 1)));
}
