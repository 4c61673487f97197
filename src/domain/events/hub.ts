import { tooManyRequests, unavailable } from '../../lib/errors.ts';
import { OrganizationUse } from '../../lib/organization-use.ts';
import type { EventMetrics, StreamEnd } from '../../observability/event-metrics.ts';
import type { Logger } from '../../observability/logger.ts';
import { EventDistributor, type DistributorParts, type Repeat } from './distributor.ts';
import { serializeEvent, startAfter, type StartHorizon } from './event.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { findStartHorizon } from './reader.ts';
import { StreamRegistry } from './stream-registry.ts';
import { EventSource, type FollowRequest, type StreamSource } from './stream.ts';
import { throttledWarning } from './throttled-warning.ts';

/** The event streams of a process. */
export interface EventHub extends AsyncDisposable {
  /**
   * Prepares a stream; calling the returned function opens it.
   * @throws ServiceError `unavailable` when the process stops or has too many streams, `tooManyRequests` when the
   *   organization has too many
   */
  readonly follow: (request: FollowRequest) => Promise<() => EventSource>;
  /** Ends all streams, and rejects new ones. */
  readonly stop: () => void;
}

export interface EventHubLimits {
  /** Streams per process, and per organization in it. */
  readonly streams: number;
  readonly streamsPerOrganization: number;
  /** Milliseconds between heartbeats of a stream. */
  readonly heartbeat: number;
}

export interface EventHubParts extends Pick<DistributorParts, 'db' | 'listen'> {
  readonly log: Logger;
  readonly metrics: EventMetrics;
  readonly limits: EventHubLimits;
  readonly followers?: ComposeFollowers;
  readonly repeat?: Repeat;
}

/** Makes the background poll composer closely for composes whose progress a stream reports. */
export interface ComposeFollowers {
  /** The organization has opened its first stream that reports composes. */
  readonly organization: (orgId: string) => void;
  /** Composes that were queued while a stream of their organization is open. */
  readonly composes: (jobIds: readonly string[]) => void;
}

const NO_FOLLOWERS: ComposeFollowers = { organization: () => {}, composes: () => {} };

/** Milliseconds until the hub closes after its last stream, so that a reconnecting client finds it open. */
const LINGER_MS = 30_000;

/** Events per read of a stream that catches up. */
const PAGE_SIZE = 200;

/** Concurrent reads of streams that catch up: all streams of a replica may reconnect at once. */
const MAX_CONCURRENT_READS = 3;

/** Milliseconds that streams get to send their last bytes when the process stops. */
const DRAIN_MS = 1_000;

/** Random delay until a rejected client retries, which spreads clients. */
const RETRY_SECONDS = { from: 5, to: 15 };

const retryAfter = (): number =>
  RETRY_SECONDS.from + Math.floor(Math.random() * (RETRY_SECONDS.to - RETRY_SECONDS.from + 1));

const repeatOnTimer: Repeat = (milliseconds, work) => {
  const timer = setInterval(work, milliseconds).unref();
  return () => clearInterval(timer);
};

class ProcessEventHub implements EventHub {
  readonly #use: OrganizationUse;
  readonly #metrics: EventMetrics;
  readonly #followers: ComposeFollowers;
  readonly #db: EventHubParts['db'];
  readonly #distributorParts: DistributorParts;
  readonly #source: StreamSource;
  readonly #streams = new StreamRegistry();
  /** Organizations whose composes are polled closely. */
  readonly #followedOrganizations = new Set<string>();
  readonly #closing = new Set<Promise<void>>();
  #distributor: EventDistributor | null = null;
  #lingerTimer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(parts: EventHubParts) {
    const { db, listen, log, metrics, limits, followers = NO_FOLLOWERS, repeat = repeatOnTimer } = parts;
    const warnReadFailed = throttledWarning(
      log,
      'stream.read_failed',
      'events cannot be read at the moment: the service retries',
    );
    const warnListenerFailed = throttledWarning(
      log,
      'stream.notifications_lost',
      'new events are not announced at the moment: the service polls for them',
    );
    const warnEventsDelayed = throttledWarning(
      log,
      'stream.events_delayed',
      'events are held back by a transaction that has been open for long',
    );
    this.#use = new OrganizationUse({ total: limits.streams, perOrganization: limits.streamsPerOrganization });
    this.#metrics = metrics;
    this.#followers = followers;
    this.#db = db;
    this.#distributorParts = {
      ...{ db, listen, repeat, heartbeat: limits.heartbeat, onComposesQueued: followers.composes },
      ...{ warnReadFailed, warnListenerFailed, warnEventsDelayed },
    };
    this.#source = this.#createSource(warnReadFailed);
  }

  async follow(request: FollowRequest): Promise<() => EventSource> {
    this.#refuseWithoutCapacity(request.orgId);
    const horizon = await findStartHorizon(this.#db.events, request.orgId);
    this.#refuseWithoutCapacity(request.orgId);
    return () => this.#open(request, horizon);
  }

  stop(): void {
    this.#isStopped = true;
    for (const stream of this.#streams.all()) stream.end('stopping');
    // Some clients do not read their last bytes.
    setTimeout(() => {
      for (const stream of this.#streams.all()) stream.destroy();
    }, DRAIN_MS).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    for (const stream of this.#streams.all()) stream.destroy();
    if (this.#lingerTimer) clearTimeout(this.#lingerTimer);
    this.#closeDistributor();
    await Promise.all(this.#closing);
  }

  #createSource(onFailure: (error: unknown) => void): StreamSource {
    const limitReads = limitConcurrency(MAX_CONCURRENT_READS);
    const readUpTo = (): number => this.#distributor?.readUpTo ?? 0;
    return {
      readUpTo,
      readPage: async (orgId, after) => {
        const to = readUpTo();
        const rows = await limitReads(() => this.#db.events.list(orgId, { after, to }, PAGE_SIZE));
        return { events: rows.map(serializeEvent), to: rows.length === PAGE_SIZE ? (rows.at(-1)?.id ?? to) : to };
      },
      onSent: (events) => this.#metrics.sent.inc(events),
      onFailure,
      onEnd: (stream, reason) => this.#remove(stream, reason),
    };
  }

  #refuseWithoutCapacity(orgId: string): void {
    if (this.#isStopped) throw unavailable('the service is stopping', undefined, retryAfter());
    const shortage = this.#use.refusal(orgId);
    if (shortage === 'process') throw unavailable('too many event streams are open', undefined, retryAfter());
    if (shortage === 'organization') {
      throw tooManyRequests(
        `the organization has ${this.#use.limits.perOrganization} event streams open, which is the most it may have`,
        retryAfter(),
      );
    }
  }

  #open(request: FollowRequest, horizon: StartHorizon): EventSource {
    if (this.#lingerTimer) clearTimeout(this.#lingerTimer);
    this.#lingerTimer = null;
    this.#distributor ??= new EventDistributor(this.#distributorParts, this.#streams, horizon.safe);
    const stream = new EventSource(request, startAfter(request.lastId, horizon), this.#source);
    this.#streams.add(stream);
    this.#use.add(stream.orgId);
    this.#metrics.openStreams.inc();
    this.#followComposes(request);
    if (this.#isStopped) stream.end('stopping');
    return stream;
  }

  #remove(stream: EventSource, reason: StreamEnd): void {
    if (!this.#streams.delete(stream)) return;
    this.#use.remove(stream.orgId);
    if (this.#use.of(stream.orgId) === 0) this.#followedOrganizations.delete(stream.orgId);
    this.#metrics.openStreams.dec();
    this.#metrics.endedStreams.inc({ reason });
    if (this.#streams.size === 0) this.#lingerTimer = setTimeout(() => this.#closeDistributor(), LINGER_MS).unref();
  }

  /** Once for all streams of the organization. */
  #followComposes({ orgId, filter: { types }, seconds }: FollowRequest): void {
    const reportsComposes = types === null || [...types].some((type) => type.startsWith('compose.'));
    if (!reportsComposes || seconds === 0 || this.#followedOrganizations.has(orgId)) return;
    this.#followedOrganizations.add(orgId);
    this.#followers.organization(orgId);
  }

  #closeDistributor(): void {
    if (this.#distributor === null) return;
    const closed = this.#distributor.close();
    this.#distributor = null;
    this.#closing.add(closed);
    void closed.finally(() => this.#closing.delete(closed));
  }
}

/** Creates the hub of a process. All streams share one listening connection and one query for new events. */
export function createEventHub(parts: EventHubParts): EventHub {
  return new ProcessEventHub(parts);
}
