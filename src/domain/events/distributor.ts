import type { Database } from '../../db/index.ts';
import type { EventListener } from '../../db/event-listener.ts';
import type { EventRow } from '../../db/queries/events.ts';
import { serializeEvent } from './event.ts';
import { nextRecheck, RECHECK } from './reader.ts';
import type { StreamRegistry } from './stream-registry.ts';
import type { Batch } from './stream.ts';

/** Milliseconds between reads of events while streams are open, in case a notification is lost. */
const POLL_MS = 15_000;

/** A transaction that holds events back for longer is logged. */
const LONG_TRANSACTION_MS = 10_000;

/** Events per read, for all streams together. */
const BATCH_SIZE = 1_000;

/** Calls a function at an interval. @returns a function that stops it */
export type Repeat = (milliseconds: number, work: () => void) => () => void;

export interface DistributorParts {
  readonly db: Pick<Database, 'events'>;
  /** Listens for new events until it is closed. */
  readonly listen: (onNotification: () => void, onProblem: (error: unknown) => void) => EventListener;
  readonly repeat: Repeat;
  /** Milliseconds between heartbeats of a stream. */
  readonly heartbeat: number;
  readonly onComposesQueued: (jobIds: readonly string[]) => void;
  readonly warnReadFailed: (error: unknown) => void;
  readonly warnListenerFailed: (error: unknown) => void;
  readonly warnEventsDelayed: (error: unknown) => void;
}

/** Reads new events, one read at a time, and passes them to all streams, until it is closed. */
export class EventDistributor {
  readonly #parts: DistributorParts;
  readonly #streams: StreamRegistry;
  readonly #listener: EventListener;
  readonly #stopPolling: () => void;
  readonly #stopHeartbeat: () => void;
  #readUpTo: number;
  #isReading = false;
  #hasNotification = false;
  #isClosed = false;
  #recheck: { readonly timer: NodeJS.Timeout; readonly pause: number; readonly since: number } | null = null;

  constructor(parts: DistributorParts, streams: StreamRegistry, readUpTo: number) {
    this.#parts = parts;
    this.#streams = streams;
    this.#readUpTo = readUpTo;
    const onNotification = (): void => void this.#readNew();
    this.#listener = parts.listen(onNotification, parts.warnListenerFailed);
    this.#stopPolling = parts.repeat(POLL_MS, onNotification);
    this.#stopHeartbeat = parts.repeat(parts.heartbeat, () => {
      for (const stream of streams.all()) stream.sendHeartbeat();
    });
  }

  /** The id up to which all events were passed to the streams. */
  get readUpTo(): number {
    return this.#readUpTo;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#scheduleRecheck(false, true);
    this.#stopPolling();
    this.#stopHeartbeat();
    await this.#listener.close();
  }

  #isOpen(): boolean {
    return !this.#isClosed;
  }

  /** A notification during a read leads to another read. */
  async #readNew(): Promise<void> {
    this.#hasNotification = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#hasNotification && !this.#isClosed) {
        this.#hasNotification = false;
        await this.#advance();
      }
    } catch (error) {
      this.#parts.warnReadFailed(error);
    } finally {
      this.#isReading = false;
    }
  }

  async #advance(): Promise<void> {
    const { newest, safe } = await this.#parts.db.events.findSafeId();
    if (!this.#isOpen()) return;
    const before = this.#readUpTo;
    if (newest < this.#readUpTo) {
      this.#readUpTo = newest;
      for (const stream of this.#streams.all()) stream.rewind(newest);
    }
    while (safe !== null && this.#readUpTo < safe && this.#isOpen()) await this.#readBatch(safe);
    this.#scheduleRecheck(safe === null || safe < newest, this.#readUpTo !== before);
  }

  async #readBatch(safe: number): Promise<void> {
    const organizations = new Set(this.#streams.byOrganization.keys());
    const range = { after: this.#readUpTo, to: safe };
    const { events } = this.#parts.db;
    const rows =
      organizations.size === 0 ? [] : await events.listOfOrganizations([...organizations], range, BATCH_SIZE);
    this.#readUpTo = rows.length === BATCH_SIZE ? (rows.at(-1)?.id ?? safe) : safe;
    this.#distribute(rows, organizations);
    const queued = rows.filter(({ type }) => type === 'compose.queued').map(({ subject }) => subject);
    if (queued.length > 0) this.#parts.onComposesQueued(queued);
  }

  /** @param organizations organizations with streams when the rows were read */
  #distribute(rows: readonly (EventRow & { readonly org_id: string })[], organizations: ReadonlySet<string>): void {
    const rowsByOrganization = Map.groupBy(rows, ({ org_id }) => org_id);
    for (const [orgId, streams] of this.#streams.byOrganization) {
      const events = rowsByOrganization.get(orgId)?.map(serializeEvent);
      const batch: Batch | undefined = events && {
        events,
        bytes: Buffer.from(events.map(({ text }) => text).join('')),
      };
      for (const stream of [...streams]) {
        if (organizations.has(orgId)) stream.advance(batch, this.#readUpTo);
        else stream.fallBehind();
      }
    }
  }

  /** Without an open transaction that holds the safe id back, the next read follows a notification. */
  #scheduleRecheck(isHeldBack: boolean, hasAdvanced: boolean): void {
    const { pause, since } =
      this.#recheck && !hasAdvanced ? this.#recheck : { pause: RECHECK.shortest / 2, since: performance.now() };
    if (this.#recheck) clearTimeout(this.#recheck.timer);
    this.#recheck = null;
    if (!isHeldBack || this.#isClosed) return;
    if (performance.now() - since > LONG_TRANSACTION_MS) this.#parts.warnEventsDelayed(undefined);
    const next = nextRecheck(pause);
    this.#recheck = { timer: setTimeout(() => void this.#readNew(), next).unref(), pause: next, since };
  }
}
