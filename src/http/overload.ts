import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { OrganizationUse } from '../lib/organization-use.ts';

/**
 * Decides whether a request of an organization may start: first the organizations that use most of a resource are
 * refused. A request that has started is completed.
 */
export interface Overload extends Disposable {
  /** Whether the event loop is delayed over the limit. @param orgId `null` for a request without a caller */
  readonly eventLoop: (orgId: string | null) => boolean;
  /** Whether the number of database callers has reached its limit. */
  readonly database: (orgId: string) => boolean;
}

/** What decides who is refused. */
export interface OverloadParts {
  /** Number of callers that use the database or wait for it. */
  readonly callers: () => number;
  readonly isHeavyCaller: (orgId: string) => boolean;
  /** Size of the pool. */
  readonly connections: number;
  readonly requests: Pick<OrganizationUse, 'isHeavy'>;
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

/** Part of the database callers that is left to organizations that have few. */
const RESERVED_CALLERS = 0.25;

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

/** Creates the checks of a process. */
export function createOverload(limits: OverloadLimits, parts: OverloadParts): Overload {
  const { callers, isHeavyCaller, connections, requests } = parts;
  const maxCallers = connections + limits.databaseWaiting;
  const scarceFrom = maxCallers - Math.floor(maxCallers * RESERVED_CALLERS);
  const database = (orgId: string): boolean => {
    const waiting = callers();
    return waiting >= maxCallers || (waiting >= scarceFrom && isHeavyCaller(orgId));
  };
  if (limits.eventLoopDelay === 0) return { eventLoop: () => false, database, [Symbol.dispose]: () => {} };

  let watch: Watch | null = null;
  let lastRequest = performance.now();
  return {
    eventLoop: (orgId) => {
      lastRequest = performance.now();
      watch ??= watchEventLoop(limits.eventLoopDelay, () => {
        // Measuring is the largest cost of an idle process.
        if (performance.now() - lastRequest < IDLE_TIMEOUT) return;
        watch?.[Symbol.dispose]();
        watch = null;
      });
      return watch.isLate() && (orgId === null || requests.isHeavy(orgId));
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
