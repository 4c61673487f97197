import type { Database } from '../../db/index.ts';
import type { EventListener } from '../../db/event-listener.ts';
import { tooManyRequests, unavailable } from '../../lib/errors.ts';
import type { Logger } from '../../observability/logger.ts';
import { complaint } from './slow-reader.ts';
import { startAfter, tell } from './event.ts';
import type { EventMetrics } from '../../observability/event-metrics.ts';
import { findStartHorizon, nextRecheck, RECHECK } from './reader.ts';
import { EventSource, type Batch, type FollowRequest, type StreamSource } from './stream.ts';
import { turns } from './turns.ts';

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
  readonly listen: (onNews: () => void, onProblem: (error: unknown) => void) => EventListener;
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
const SAFETY_POLL = 15_000;

/** Milliseconds after which the log names an open transaction that holds events back. */
const LONG_TRANSACTION = 10_000;

/** Milliseconds after the last stream until the hub closes: a client that comes back does not make it begin anew. */
const LINGER = 30_000;

/** Events that are read at a time, for all streams and for one that catches up. */
const BATCH = 1_000;
const PAGE = 200;

/** Streams that read what they missed at the same time. Those of a whole replica may come at once, and others need the database, too. */
const READING = 3;

/** Milliseconds that streams get to come to their end when the process stops. */
const LAST_BYTES = 1_000;

/** Seconds after which a client that got no stream should retry: not all of them at the same moment. */
const RETRY = { from: 5, to: 15 };

const retryAfter = (): number => RETRY.from + Math.floor(Math.random() * (RETRY.to - RETRY.from + 1));

const repeatOnTimer: Repeat = (milliseconds, work) => {
  const timer = setInterval(work, milliseconds).unref();
  return () => clearInterval(timer);
};

/** What is there as long as there are streams. */
interface Open {
  /** Everything up to this id was handed to the streams. */
  seen: number;
  readonly close: () => Promise<void>;
}

/** Tells the streams of a process what happens. All of them share one connection to hear of it, and one query to read it. */
export const createEventHub = ({
  db,
  listen,
  log,
  metrics,
  limits,
  followers = NO_FOLLOWERS,
  repeat = repeatOnTimer,
}: EventHubParts): EventHub => {
  const streams = new Map<string, Set<EventSource>>();
  const inTurn = turns(READING);
  const followed = new Set<string>();
  const complainOfReading = complaint(
    log,
    'stream.read_failed',
    'events cannot be read at the moment: the service retries',
  );
  const complainOfListening = complaint(
    log,
    'stream.notifications_lost',
    'new events are not announced at the moment: the service polls for them',
  );
  const complainOfDelay = complaint(
    log,
    'stream.events_delayed',
    'events are held back by a transaction that has been open for long',
  );
  let open: Open | null = null;
  let isStopped = false;
  let isReading = false;
  let hasNews = false;
  let lingering: NodeJS.Timeout | null = null;
  let recheck: { readonly timer: NodeJS.Timeout; readonly pause: number; readonly since: number } | null = null;
  let total = 0;
  const closing = new Set<Promise<void>>();

  const all = (): EventSource[] => [...streams.values()].flatMap((some) => [...some]);

  /** Hands on what was read for the organizations that had streams then. */
  const handOn = (
    rows: Awaited<ReturnType<typeof db.events.listOfOrganizations>>,
    organizations: ReadonlySet<string>,
    to: number,
  ) => {
    const byOrganization = Map.groupBy(rows, ({ org_id }) => org_id);
    for (const [orgId, some] of streams) {
      const told = byOrganization.get(orgId)?.map(tell);
      const batch: Batch | undefined = told && { told, bytes: Buffer.from(told.map(({ text }) => text).join('')) };
      for (const stream of [...some]) {
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
    if (performance.now() - since > LONG_TRANSACTION) complainOfDelay(undefined);
    const next = nextRecheck(pause);
    recheck = { timer: setTimeout(() => void readNew(), next).unref(), pause: next, since };
  };

  /** Reads new events up to the safe id and hands them on. */
  const advance = async (current: Open): Promise<void> => {
    const { newest, safe } = await db.events.findSafeId();
    const before = current.seen;
    if (newest < current.seen) {
      current.seen = newest;
      for (const stream of all()) stream.rewind(newest);
    }
    while (safe !== null && current.seen < safe && open === current) {
      const organizations = new Set(streams.keys());
      const range = { after: current.seen, to: safe };
      const rows =
        organizations.size === 0 ? [] : await db.events.listOfOrganizations([...organizations], range, BATCH);
      current.seen = rows.length === BATCH ? (rows.at(-1)?.id ?? safe) : safe;
      handOn(rows, organizations, current.seen);
      const queued = rows.filter(({ type }) => type === 'compose.queued').map(({ subject }) => subject);
      if (queued.length > 0) followers.composes(queued);
    }
    recheckSoon(safe === null || safe < newest, current.seen !== before);
  };

  /** Reads what is new, one read at a time. Notifications that arrive meanwhile lead to another read. */
  const readNew = async (): Promise<void> => {
    hasNews = true;
    if (isReading) return;
    isReading = true;
    try {
      while (hasNews && open !== null) {
        hasNews = false;
        await advance(open);
      }
    } catch (error) {
      complainOfReading(error);
    } finally {
      isReading = false;
    }
  };

  const begin = (seen: number): Open => {
    const onNews = (): void => void readNew();
    const listener = listen(onNews, complainOfListening);
    const stopPolling = repeat(SAFETY_POLL, onNews);
    const stopBeating = repeat(limits.heartbeat, () => {
      for (const stream of all()) stream.beat();
    });
    return {
      seen,
      close: async () => {
        stopPolling();
        stopBeating();
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
    seen: () => open?.seen ?? 0,
    readPage: async (orgId, after) => {
      const to = source.seen();
      const rows = await inTurn(() => db.events.list(orgId, { after, to }, PAGE));
      return { told: rows.map(tell), to: rows.length === PAGE ? (rows.at(-1)?.id ?? to) : to };
    },
    onSent: (events) => metrics.sent.inc(events),
    onFailure: complainOfReading,
    onEnd: (stream, reason) => {
      const own = streams.get(stream.orgId);
      if (!own?.delete(stream)) return;
      if (own.size === 0) {
        streams.delete(stream.orgId);
        followed.delete(stream.orgId);
      }
      total -= 1;
      metrics.openStreams.dec();
      metrics.endedStreams.inc({ reason });
      if (total === 0) lingering = setTimeout(close, LINGER).unref();
    },
  };

  const refuseWithoutRoom = (orgId: string): void => {
    if (isStopped) throw unavailable('the service is stopping', undefined, retryAfter());
    if (total >= limits.streams) throw unavailable('too many event streams are open', undefined, retryAfter());
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
        if (lingering) clearTimeout(lingering);
        lingering = null;
        open ??= begin(horizon.safe);
        const stream = new EventSource(request, startAfter(request.lastId, horizon), source);
        const own = streams.get(request.orgId);
        if (own) own.add(stream);
        else streams.set(request.orgId, new Set([stream]));
        total += 1;
        metrics.openStreams.inc();
        followComposes(request);
        if (isStopped) stream.end('stopping');
        return stream;
      };
    },
    stop: () => {
      isStopped = true;
      for (const stream of all()) stream.end('stopping');
      // Some do not take their last bytes.
      setTimeout(() => all().forEach((stream) => stream.destroy()), LAST_BYTES).unref();
    },
    [Symbol.asyncDispose]: async () => {
      isStopped = true;
      for (const stream of all()) stream.destroy();
      if (lingering) clearTimeout(lingering);
      close();
      await Promise.all(closing);
    },
  };
};
