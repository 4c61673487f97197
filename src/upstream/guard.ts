import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';
import type { CallLimits } from '../config/index.ts';
import { FairSlots, NoSlotError } from '../lib/fair-slots.ts';
import { shareOf, type Holder } from '../lib/organization-use.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { BreakerState } from '../observability/upstream-metrics.ts';
import { UpstreamUnavailableError, type RejectionReason } from './errors.ts';

export interface GuardSettings {
  /** Name of the service in metrics and logs. */
  readonly service: string;
  readonly limits: CallLimits;
  readonly metrics: Pick<Metrics, 'upstreams'>;
  readonly log: Logger;
  /** Called when the circuit breaker opens. */
  readonly onOpen?: () => void;
  /** Milliseconds that a call may be queued. */
  readonly queueTimeout?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** @param probe whether the outcome of this call closes the circuit breaker or opens it again */
type Call<Response> = (probe: boolean) => Promise<Response>;

export interface Guard {
  /**
   * Makes a call, after queueing if too many calls run, of all organizations or of this one.
   * @param urgent bypasses the queue
   * @param holder the organization for which the call is made
   * @throws UpstreamUnavailableError for a call that was not made; else what the call throws
   */
  readonly run: <Response extends { readonly status: number }>(
    call: Call<Response>,
    urgent?: boolean,
    holder?: Holder,
  ) => Promise<Response>;
}

/** Errors that say that the service is unavailable, and nothing about the request. */
const UNAVAILABLE_CODES: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
  ...['EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'ERR_STREAM_PREMATURE_CLOSE'],
  'ERR_PROXY_TUNNEL',
]);

/** Responses of a gateway or of the service itself. A 500 may be about the data of one tenant. */
const UNAVAILABLE_STATUSES: ReadonlySet<unknown> = new Set([502, 503, 504]);

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
const isUnavailableError = (error: unknown): boolean => UNAVAILABLE_CODES.has(codeOf(error));
const isUnavailableResponse = (response: unknown): boolean =>
  UNAVAILABLE_STATUSES.has((response as { status?: unknown }).status);

/** Whether no connection was made, so that the request had no effect. */
const isUnconnected = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.every(isUnconnected);
  const { syscall, cause } = (error ?? {}) as { readonly syscall?: unknown; readonly cause?: unknown };
  return syscall === 'connect' || syscall === 'getaddrinfo' || (cause !== undefined && isUnconnected(cause));
};

/** Carries the outcome of a call past the circuit breaker, whose state has changed since the call started. */
class StaleOutcomeError extends Error {
  readonly outcome: Promise<unknown>;
  constructor(outcome: Promise<unknown>) {
    super('the circuit breaker has changed its state during the call');
    this.outcome = outcome;
  }
}

/** A probe without a connection. Its code makes the circuit breaker count it. */
class FailedProbeError extends Error {
  readonly code: unknown;
  constructor(cause: unknown) {
    super('the service is still unavailable', { cause });
    this.code = codeOf(cause);
  }
}

/** Seconds until a client may retry: while a probe runs, and when too many calls are queued. */
const PROBE_RETRY_AFTER = 1;
const QUEUE_RETRY_AFTER = 2;
/** Milliseconds. */
const QUEUE_TIMEOUT = 10_000;

const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const;

const createPolicy = ({ breakerFailures }: CallLimits): CircuitBreakerPolicy | null =>
  breakerFailures === 0
    ? null
    : circuitBreaker(handleWhen(isUnavailableError).orWhenResult(isUnavailableResponse), {
        breaker: new ConsecutiveBreaker(breakerFailures),
        // `Breaker` times probes itself, by a monotonic clock.
        halfOpenAfter: Number.NEGATIVE_INFINITY,
      });

/** The circuit breaker of a service. While it is open, one call at a time probes the service; other calls are rejected. */
class Breaker {
  readonly #settings: GuardSettings;
  readonly #policy: CircuitBreakerPolicy | null;
  readonly #now: () => number;
  #probeAt = 0;
  #stateChanges = 0;

  constructor(settings: GuardSettings) {
    this.#settings = settings;
    this.#policy = createPolicy(settings.limits);
    this.#now = settings.now ?? (() => performance.now());
    this.#watch();
  }

  get state(): BreakerState | null {
    return this.#policy === null ? null : STATES[this.#policy.state];
  }

  #watch(): void {
    const { service, limits, metrics, log, onOpen } = this.#settings;
    this.#policy?.onStateChange((state) => {
      this.#stateChanges += 1;
      if (state === CircuitState.Closed) log.info({ event: 'breaker.closed', service }, 'a service is back');
      if (state !== CircuitState.Open) return;
      this.#probeAt = this.#now() + limits.breakerDelay;
      metrics.upstreams.opened.inc({ service });
      onOpen?.();
    });
    this.#policy?.onBreak((reason) => {
      const cause = 'error' in reason ? { err: reason.error } : {};
      log.warn(
        { event: 'breaker.opened', service, seconds: limits.breakerDelay / 1000, ...cause },
        'a service is away: it is not asked for a while',
      );
    });
  }

  reject(reason: RejectionReason, retryAfter: number, options?: ErrorOptions): UpstreamUnavailableError {
    const { service, metrics } = this.#settings;
    metrics.upstreams.refused.inc({ service, reason });
    return new UpstreamUnavailableError(service, reason, retryAfter, options);
  }

  /** @throws UpstreamUnavailableError while the circuit breaker is open and no probe is due */
  checkOpen(): void {
    const { state } = this;
    if (state === null || state === 'closed') return;
    if (state === 'half_open') throw this.reject('breaker_open', PROBE_RETRY_AFTER);
    const wait = this.#probeAt - this.#now();
    if (wait > 0) throw this.reject('breaker_open', wait / 1000);
  }

  async #attempt<Response>(call: Call<Response>, probe: boolean): Promise<Response> {
    const started = this.#stateChanges;
    const outcome = call(probe);
    try {
      const response = await outcome;
      if (started === this.#stateChanges) return response;
    } catch (error) {
      // The probe had no effect, so its caller receives the same rejection as the others.
      if (probe && isUnconnected(error)) throw new FailedProbeError(error);
      if (started === this.#stateChanges) throw error;
    }
    throw new StaleOutcomeError(outcome);
  }

  async run<Response>(call: Call<Response>): Promise<Response> {
    const policy = this.#policy;
    if (policy === null) return call(false);
    // There must be no `await` until the policy checks its own state, so that one probe runs at a time.
    this.checkOpen();
    try {
      return await policy.execute(() => this.#attempt(call, policy.state === CircuitState.HalfOpen));
    } catch (error) {
      if (error instanceof StaleOutcomeError) return error.outcome as Promise<Response>;
      if (!(error instanceof FailedProbeError)) throw error;
      throw this.reject('unreachable', this.#settings.limits.breakerDelay / 1000, { cause: error.cause });
    }
  }
}

/** Creates the guard of a service: a limit of concurrent calls, a bounded queue that is fair, and a circuit breaker. */
export function createGuard(settings: GuardSettings): Guard {
  const { service, limits, metrics, queueTimeout = QUEUE_TIMEOUT } = settings;
  const { concurrency, queue, organizationShare } = limits;
  const slots = new FairSlots({
    ...{ slots: concurrency, slotsPerOrganization: shareOf(concurrency, organizationShare) },
    ...{ queue, queuePerOrganization: shareOf(queue, organizationShare), timeout: queueTimeout },
  });
  const breaker = new Breaker(settings);
  metrics.upstreams.watch(service, {
    running: () => slots.running,
    waiting: () => slots.waiting,
    concurrency,
    breaker: () => breaker.state,
  });

  const enqueue = async <Response>(call: Call<Response>, holder: Holder): Promise<Response> => {
    breaker.checkOpen();
    try {
      return await slots.run(holder, () => breaker.run(call));
    } catch (error) {
      throw error instanceof NoSlotError ? breaker.reject(error.reason, QUEUE_RETRY_AFTER) : error;
    }
  };

  return {
    run: (call, urgent = false, holder = null) => {
      if (urgent) return breaker.run(call);
      return slots.hasSlot(holder) ? slots.run(holder, () => breaker.run(call)) : enqueue(call, holder);
    },
  };
}
