import {
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBulkheadRejectedError,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { CallLimits } from '../config/index.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { UpstreamUnavailable, type RefusalReason } from './upstream-unavailable.ts';

export interface GuardSettings {
  /** The service, as a label of metrics. */
  readonly service: string;
  readonly limits: CallLimits;
  readonly metrics: Pick<Metrics, 'upstreams'>;
  readonly log: Logger;
  /** Called when the service is taken for away. */
  readonly onOpen?: () => void;
  /** Milliseconds that a call waits for its turn at most. */
  readonly patience?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** @param probe whether this call alone decides if the service is back */
type Call<Answer> = (probe: boolean) => Promise<Answer>;

export interface Guard {
  /**
   * Makes a call when its turn comes.
   * @param urgent makes it at once, whatever else is running
   * @throws UpstreamUnavailable when it was not made; else what the call throws
   */
  readonly run: <Answer extends { readonly status: number }>(call: Call<Answer>, urgent?: boolean) => Promise<Answer>;
}

/** Failures that say that nobody answers, and nothing of what was asked. */
const AWAY_CODES: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
  ...['EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'ERR_STREAM_PREMATURE_CLOSE'],
  'ERR_PROXY_TUNNEL',
]);

/** Answers of a gateway for the service behind it, or of a service that says so itself. A 500 may be about one tenant's data. */
const AWAY_STATUSES: ReadonlySet<unknown> = new Set([502, 503, 504]);

const isAwayFailure = (error: unknown): boolean => AWAY_CODES.has((error as { code?: unknown } | null)?.code);
const isAwayAnswer = (answer: unknown): boolean => AWAY_STATUSES.has((answer as { status?: unknown }).status);

/** Whether there was no connection, so that nothing of what was asked can have had an effect. */
const isUnconnected = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.every(isUnconnected);
  const { syscall, cause } = (error ?? {}) as { readonly syscall?: unknown; readonly cause?: unknown };
  return syscall === 'connect' || syscall === 'getaddrinfo' || (cause !== undefined && isUnconnected(cause));
};

/** What a call brought that began before the service was taken for away or back: it says nothing about now. */
class Outdated {
  readonly outcome: Promise<unknown>;
  constructor(outcome: Promise<unknown>) {
    this.outcome = outcome;
  }
}

/** A probe for which there was no connection. */
class FailedProbe extends Error {
  readonly code: unknown;
  constructor(cause: unknown) {
    super('the service is still away', { cause });
    // For the breaker it is a failure like any other.
    this.code = (cause as { code?: unknown }).code;
  }
}

/** Seconds after which a refused caller may try again where nothing tells how long it takes. */
const PROBE_RUNNING = 1;
const BUSY = 2;
/** Milliseconds that a call waits for its turn. */
const PATIENCE = 10_000;

const breakerOf = ({ breakerFailures }: CallLimits): CircuitBreakerPolicy | null =>
  breakerFailures === 0
    ? null
    : circuitBreaker(handleWhen(isAwayFailure).orWhenResult(isAwayAnswer), {
        breaker: new ConsecutiveBreaker(breakerFailures),
        // When it is time for a probe is decided below, by a clock that nobody sets back.
        halfOpenAfter: Number.NEGATIVE_INFINITY,
      });

const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const;

/**
 * Stands in front of a service: bounds the calls to it and those that wait, and stops asking while it is away. Then one call
 * after the other tries whether it is back; until that one is answered all others are refused.
 */
export const createGuard = (settings: GuardSettings): Guard => {
  const { service, limits, metrics, log, onOpen, patience = PATIENCE, now = () => performance.now() } = settings;
  const slots = bulkhead(limits.concurrency, limits.queue);
  const breaker = breakerOf(limits);
  /** When the next probe may be made. */
  let probeAt = 0;
  /** Counts changes of the breaker's state. */
  let epoch = 0;

  metrics.upstreams.watch(service, {
    running: () => limits.concurrency - slots.executionSlots,
    waiting: () => limits.queue - slots.queueSlots,
    concurrency: limits.concurrency,
    breaker: () => (breaker === null ? null : STATES[breaker.state]),
  });
  breaker?.onStateChange((state) => {
    epoch += 1;
    if (state === CircuitState.Closed) log.info({ event: 'breaker.closed', service }, 'a service is back');
    if (state !== CircuitState.Open) return;
    probeAt = now() + limits.breakerDelay;
    metrics.upstreams.opened.inc({ service });
    onOpen?.();
  });
  breaker?.onBreak((reason) => {
    const cause = 'error' in reason ? { err: reason.error } : {};
    log.warn(
      { event: 'breaker.opened', service, seconds: limits.breakerDelay / 1000, ...cause },
      'a service is away: it is not asked for a while',
    );
  });

  const refuse = (reason: RefusalReason, retryAfter: number, options?: ErrorOptions): UpstreamUnavailable => {
    metrics.upstreams.refused.inc({ service, reason });
    return new UpstreamUnavailable(service, reason, retryAfter, options);
  };

  const refuseWhileAway = (): void => {
    if (breaker === null || breaker.state === CircuitState.Closed) return;
    if (breaker.state === CircuitState.HalfOpen) throw refuse('breaker_open', PROBE_RUNNING);
    const wait = probeAt - now();
    if (wait > 0) throw refuse('breaker_open', wait / 1000);
  };

  const attempt = async <Answer>(call: Call<Answer>, probe: boolean): Promise<Answer> => {
    const begun = epoch;
    const outcome = call(probe);
    try {
      const answer = await outcome;
      if (begun === epoch) return answer;
    } catch (error) {
      // Whoever made the probe is told what all others are told meanwhile.
      if (probe && isUnconnected(error)) throw new FailedProbe(error);
      if (begun === epoch) throw error;
    }
    throw new Outdated(outcome);
  };

  /** Makes a call whose turn it is. */
  const admit = async <Answer>(call: Call<Answer>): Promise<Answer> => {
    if (breaker === null) return call(false);
    // Nothing is awaited between this and the breaker's own look at its state: there is one probe at a time.
    refuseWhileAway();
    try {
      return await breaker.execute(() => attempt(call, breaker.state === CircuitState.HalfOpen));
    } catch (error) {
      if (error instanceof Outdated) return error.outcome as Promise<Answer>;
      if (error instanceof FailedProbe) throw refuse('unreachable', limits.breakerDelay / 1000, { cause: error.cause });
      throw error;
    }
  };

  const waitForTurn = async <Answer>(call: Call<Answer>): Promise<Answer> => {
    refuseWhileAway();
    if (slots.queueSlots === 0) throw refuse('queue_full', BUSY);
    const expired = Promise.withResolvers<never>();
    const expiry = new AbortController();
    const timer = setTimeout(() => {
      expiry.abort();
      expired.reject(refuse('queue_timeout', BUSY));
    }, patience).unref();
    const turn = slots.execute(() => {
      clearTimeout(timer);
      return admit(call);
    }, expiry.signal);
    try {
      return await Promise.race([turn, expired.promise]);
    } catch (error) {
      throw isBulkheadRejectedError(error) ? refuse('queue_full', BUSY) : error;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    run: (call, urgent = false) => {
      if (urgent) return admit(call);
      return slots.executionSlots > 0 ? slots.execute(() => admit(call)) : waitForTurn(call);
    },
  };
};
