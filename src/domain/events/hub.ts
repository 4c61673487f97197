import type { Database } from '../../db/index.ts';
import type { EventListener } from '../../db/event-listener.ts';
import { tooManyRequests, unavailable } from '../../lib/errors.ts';
import type { Logger } from '../../observability/logger.ts';
import { throttledWarning } from './throttled-warning.ts';
import { startAfter, serializeEvent } from './event.ts';
import type { EventMetrics } from '../../observability/event-metrics.ts';
import { findStartHorizon, nextRecheck, RECHECK } from './reader.ts';
import { EventSource, type Batch, type FollowRequest, type StreamSource } from './stream.ts';
import { limitConcurrency } from './limit-concurrency.ts';

/** The event streams of a process. */
export interface EventHub extends AsyncDisposable {
  /**
   * Prepares a stream. It is open from the call of what is returned until it is destroyed or has ended.
   * @throws ServiceError `unavailable` when the process has, or will have, no room for it, `tooManyRequests` when the organization
   *   has as many as it may
   */
  readonly follow: (request: FollowRequest) => Promise<() => EventSource>;
  /** Ends all streams, and refuses new ones. */
  readonly stop: () => void;
}

export interface EventHubLimits {
  /** Streams of the process, and of each organization in it. */
  readonly streams: number;
  readonly streamsPerOrganization: number;
  /** Milliseconds between two signs of life on every stream. */
  readonly heartbeat: number;
}

/** Calls a function at an interval. @returns what stops that */
export type Repeat = (milliseconds: number, work: () => void) => () => void;

export interface EventHubParts {
  readonly db: Pick<Database, 'events'>;
  /** Hears of new events until it is closed. */
  readonly listen: (onNotification: () => void, onProblem: (error: unknown) => void) => EventListener;
  readonly log: Logger;
  readonly metrics: EventMetrics;
  readonly limits: EventHubLimits;
  readonly followers?: ComposeFollowers;
  readonly repeat?: Repeat;
}

/** What makes the background poll composer closely for composes whose progress a stream reports. */
export interface ComposeFollowers {
  /** The organization's first stream that reports composes has opened. */
  readonly organization: (orgId: string) => void;
  /** Composes that were queued while a stream of their organization is open. */
  readonly composes: (jobIds: readonly string[]) => void;
}

const NO_FOLLOWERS: ComposeFollowers = { organization: () => {}, composes: () => {} };

/** Milliseconds between two reads of events while streams are open, should a notification be lost. */
const POLL_MS = 15_000;

/** Milliseconds after which the log names an open transaction that holds events back. */
const LONG_TRANSACTION_MS = 10_000;

/** Milliseconds after the last stream until the hub closes: a client that comes back does not make it begin anew. */
const LINGER_MS = 30_000;

/** Events that are read at a time, for all streams and for one that catches up. */
const BATCH_SIZE = 1_000;
const PAGE_SIZE = 200;

/** Streams that read what they missed at the same time. Those of a whole replica may come at once, and others need the database, too. */
const MAX_CONCURRENT_READS = 3;

/** Milliseconds that streams get to come to their end when the process stops. */
const DRAIN_MS = 1_000;

/** Seconds after which a client that got no stream should retry: not all of them at the same moment. */
const RETRY_SECONDS = { from: 5, to: 15 };

const retryAfter = (): number =>
  RETRY_SECONDS.from + Math.floor(Math.random() * (RETRY_SECONDS.to - RETRY_SECONDS.from + 1));

const repeatOnTimer: Repeat = (milliseconds, work) => {
  const timer = setInterval(work, milliseconds).unref();
  return () => clearInterval(timer);
};

/** What is there as long as there are streams. */
interface OpenHub {
  /** Everything up to this id was handed to the streams. */
  readUpTo: number;
  readonly close: () => Promise<void>;
}

/** Tells the streams of a process what happens. All of them share one connection to hear of it, and one query to read it. */
export function createEventHub({
  db,
  listen,
  log,
  metrics,
  limits,
  followers = NO_FOLLOWERS,
  repeat = repeatOnTimer,
}: EventHubParts): EventHub {
  const streams = new Map<string, Set<EventSource>>();
  const limitReads = limitConcurrency(MAX_CONCURRENT_READS);
  const followed = new Set<string>();
  const warnReadFailed = throttledWarning(log, 'events cannot be read at the moment: the service retries');
  const warnListenerFailed = throttledWarning(
    log,
    'new events are not announced at the moment: the service polls for them',
  );
  const warnEventsDelayed = throttledWarning(log, 'events are held back by a transaction that has been open for long');
  let open: OpenHub | null = null;
  let isStopped = false;
  let isReading = false;
  let hasNotification = false;
  let lingerTimer: NodeJS.Timeout | null = null;
  let recheck: { readonly timer: NodeJS.Timeout; readonly pause: number; readonly since: number } | null = null;
  let streamCount = 0;
  const closing = new Set<Promise<void>>();

  const allStreams = (): EventSource[] => [...streams.values()].flatMap((ownStreams) => [...ownStreams]);

  /** Hands on what was read for the organizations that had streams then. */
  const distribute = (
    rows: Awaited<ReturnType<typeof db.events.listOfOrganizations>>,
    organizations: ReadonlySet<string>,
    to: number,
  ) => {
    const byOrganization = Map.groupBy(rows, ({ org_id }) => org_id);
    for (const [orgId, ownStreams] of streams) {
      const events = byOrganization.get(orgId)?.map(serializeEvent);
      const batch: Batch | undefined = events && {
        events,
        bytes: Buffer.from(events.map(({ text }) => text).join('')),
      };
      for (const stream of [...ownStreams]) {
        if (organizations.has(orgId)) stream.advance(batch, to);
        else stream.fallBehind();
      }
    }
  };

  /** Reads again soon as long as an open transaction holds the safe id back. Otherwise nothing is read until a notification. */
  const recheckSoon = (isHeldBack: boolean, hasAdvanced: boolean): void => {
    const { pause, since } =
      recheck && !hasAdvanced ? recheck : { pause: RECHECK.shortest / 2, since: performance.now() };
    if (recheck) clearTimeout(recheck.timer);
    recheck = null;
    if (!isHeldBack || open === null) return;
    if (performance.now() - since > LONG_TRANSACTION_MS) warnEventsDelayed(undefined);
    const next = nextRecheck(pause);
    recheck = { timer: setTimeout(() => void readNew(), next).unref(), pause: next, since };
  };

  /** Reads new events up to the safe id and hands them on. */
  const advance = async (current: OpenHub): Promise<void> => {
    const { newest, safe } = await db.events.findSafeId();
    const before = current.readUpTo;
    if (newest < current.readUpTo) {
      current.readUpTo = newest;
      for (const stream of allStreams()) stream.rewind(newest);
    }
    while (safe !== null && current.readUpTo < safe && open === current) {
      const organizations = new Set(streams.keys());
      const range = { after: current.readUpTo, to: safe };
      const rows =
        organizations.size === 0 ? [] : await db.events.listOfOrganizations([...organizations], range, BATCH_SIZE);
      current.readUpTo = rows.length === BATCH_SIZE ? (rows.at(-1)?.id ?? safe) : safe;
      distribute(rows, organizations, current.readUpTo);
      const queued = rows.filter(({ type }) => type === 'compose.queued').map(({ subject }) => subject);
      if (queued.length > 0) followers.composes(queued);
    }
    recheckSoon(safe === null || safe < newest, current.readUpTo !== before);
  };

  /** Reads what is new, one read at a time. Notifications that arrive meanwhile lead to another read. */
  const readNew = async (): Promise<void> => {
    hasNotification = true;
    if (isReading) return;
    isReading = true;
    try {
      while (hasNotification && open !== null) {
        hasNotification = false;
        await advance(open);
      }
    } catch (error) {
      warnReadFailed(error);
    } finally {
      isReading = false;
    }
  };

  const openHub = (readUpTo: number): OpenHub => {
    const onNotification = (): void => void readNew();
    const listener = listen(onNotification, warnListenerFailed);
    const stopPolling = repeat(POLL_MS, onNotification);
    const stopHeartbeat = repeat(limits.heartbeat, () => {
      for (const stream of allStreams()) stream.sendHeartbeat();
    });
    return {
      readUpTo: readUpTo,
      close: async () => {
        stopPolling();
        stopHeartbeat();
        await listener.close();
      },
    };
  };

  const close = (): void => {
    if (open === null) return;
    recheckSoon(false, true);
    const ended = open.close();
    closing.add(ended);
    void ended.finally(() => closing.delete(ended));
    open = null;
  };

  const source: StreamSource = {
    readUpTo: () => open?.readUpTo ?? 0,
    readPage: async (orgId, after) => {
      const to = source.readUpTo();
      const rows = await limitReads(() => db.events.list(orgId, { after, to }, PAGE_SIZE));
      return { events: rows.map(serializeEvent), to: rows.length === PAGE_SIZE ? (rows.at(-1)?.id ?? to) : to };
    },
    onSent: (events) => metrics.sent.inc(events),
    onFailure: warnReadFailed,
    onEnd: (stream, reason) => {
      const own = streams.get(stream.orgId);
      if (!own?.delete(stream)) return;
      if (own.size === 0) {
        streams.delete(stream.orgId);
        followed.delete(stream.orgId);
      }
      streamCount -= 1;
      metrics.openStreams.dec();
      metrics.endedStreams.inc({ reason });
      if (streamCount === 0) lingerTimer = setTimeout(close, LINGER_MS).unref();
    },
  };

  const refuseWithoutRoom = (orgId: string): void => {
    if (isStopped) throw unavailable('the service is stopping', undefined, retryAfter());
    if (streamCount >= limits.streams) throw unavailable('too many event streams are open', undefined, retryAfter());
    if ((streams.get(orgId)?.size ?? 0) >= limits.streamsPerOrganization) {
      throw tooManyRequests(
        `the organization has ${limits.streamsPerOrganization} event streams open, which is the most it may have`,
        retryAfter(),
      );
    }
  };

  /** A stream that reports composes from now on has their progress polled closely, once for all streams of the organization. */
  const followComposes = ({ orgId, filter: { types }, seconds }: FollowRequest): void => {
    const reportsComposes = types === null || [...types].some((type) => type.startsWith('compose.'));
    if (!reportsComposes || seconds === 0 || followed.has(orgId)) return;
    followed.add(orgId);
    followers.organization(orgId);
  };

  return {
    follow: async (request) => {
      refuseWithoutRoom(request.orgId);
      const horizon = await findStartHorizon(db.events, request.orgId);
      refuseWithoutRoom(request.orgId);
      return () => {
        if (lingerTimer) clearTimeout(lingerTimer);
        lingerTimer = null;
        open ??= openHub(horizon.safe);
        const stream = new EventSource(request, startAfter(request.lastId, horizon), source);
        const own = streams.get(request.orgId);
        if (own) own.add(stream);
        else streams.set(request.orgId, new Set([stream]));
        streamCount += 1;
        metrics.openStreams.inc();
        followComposes(request);
        if (isStopped) stream.end('stopping');
        return stream;
      };
    },
    stop: () => {
      isStopped = true;
      for (const stream of allStreams()) stream.end('stopping');
      // Some do not take their last bytes.
      setTimeout(() => allStreams().forEach((stream) => stream.destroy()), DRAIN_MS).unref();
    },
    [Symbol.asyncDispose]: async () => {
      isStopped = true;
      for (const stream of allStreams()) stream.destroy();
      if (lingerTimer) clearTimeout(lingerTimer);
      close();
      await Promise.all(closing);
    },
  };
}
