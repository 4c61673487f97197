import { Readable } from 'node:stream';
import {
  heartbeatText,
  matchesFilter,
  missedText,
  openingText,
  type EventFilter,
  type StreamStart,
  type SerializedEvent,
} from './event.ts';
import type { StreamEnd } from '../../observability/event-metrics.ts';

/** What somebody wants to follow. */
export interface FollowRequest {
  readonly orgId: string;
  /** Id of the last event the caller has seen; 0 for none, `null` for one that wants to know only what happens from now on. */
  readonly lastId: number | null;
  readonly filter: EventFilter;
  /** Seconds after which the stream ends, 0 as soon as everything that was missed is told; `null` for one that goes on. */
  readonly seconds: number | null;
}

/** What a stream needs of the hub it belongs to. */
export interface StreamSource {
  /** Up to which id the hub has told its streams everything. */
  readonly readUpTo: () => number;
  /** Events of an organization after an id, up to what the hub has seen, a page at a time. */
  readonly readPage: (
    orgId: string,
    after: number,
  ) => Promise<{ readonly events: readonly SerializedEvent[]; readonly to: number }>;
  readonly onSent: (events: number) => void;
  readonly onEnd: (stream: EventSource, end: StreamEnd) => void;
  readonly onFailure: (error: unknown) => void;
}

/** New events of an organization, with the text of all of them for the many streams that tell everything. */
export interface Batch {
  readonly events: readonly SerializedEvent[];
  readonly bytes: Buffer;
}

/** Bytes that wait for a client before more is read for it. */
const BUFFER_BYTES = 16_384;

/** Bytes that wait for a client when it is disconnected: what it misses it can have later, and memory is for everybody. */
export const MAX_BUFFERED_BYTES = 65_536;

/** Milliseconds after which clients come back: not all of them at the same moment. */
const RETRY_MS = { from: 1_000, to: 4_000 };

/**
 * The events of one caller as text. It is told what it missed in pages, as fast as it takes them, until it has seen what the hub has
 * seen; from then on the hub hands it what is new.
 */
export class EventSource extends Readable {
  readonly orgId: string;
  readonly #filter: EventFilter;
  readonly #source: StreamSource;
  readonly #timer: NodeJS.Timeout | null = null;
  /** Everything up to this id was looked at. */
  #position: number;
  /** The last id that the client was told. */
  #lastEventId: number;
  #isLive = false;
  #isReading = false;
  #hasDemand = false;
  #hasEnded = false;
  /** To be ended once everything that was missed is told. */
  #endsWhenCaughtUp: boolean;
  #endReason: StreamEnd = 'client';

  constructor({ orgId, filter, seconds }: FollowRequest, start: StreamStart, source: StreamSource) {
    super({ highWaterMark: BUFFER_BYTES });
    this.orgId = orgId;
    this.#filter = filter;
    this.#source = source;
    this.#position = start.position;
    this.#lastEventId = start.lastEventId;
    this.#endsWhenCaughtUp = seconds === 0;
    const retry = RETRY_MS.from + Math.floor(Math.random() * (RETRY_MS.to - RETRY_MS.from));
    this.push(
      openingText(start.lastEventId, retry) + (start.hasMissed ? missedText(start.lastEventId, new Date()) : ''),
    );
    if (seconds !== null && seconds > 0)
      this.#timer = setTimeout(() => this.#endWhenCaughtUp(), seconds * 1000).unref();
  }

  override _read(): void {
    this.#hasDemand = true;
    void this.#catchUp();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#source.onEnd(this, this.#endReason);
    callback(error);
  }

  /** Takes what is new after what the hub has seen so far. @param to up to which id it is everything */
  advance(batch: Batch | undefined, to: number): void {
    if (!this.#isLive) return;
    const before = this.#position;
    this.#position = Math.max(before, to);
    if (batch === undefined) return;
    const first = batch.events[0]?.event.id ?? 0;
    // A stream may have begun behind what the hub had seen.
    if (this.#isUnfiltered && first > before) this.#send(batch.events, batch.bytes);
    else this.#sendMatching(batch.events.filter(({ event }) => event.id > before));
  }

  /** What is new was read without this stream's organization: it reads for itself. */
  fallBehind(): void {
    this.#isLive = false;
    void this.#catchUp();
  }

  /** The database has been set back: what it gives out from here on is new. */
  rewind(newest: number): void {
    this.#position = Math.min(this.#position, newest);
    this.#lastEventId = Math.min(this.#lastEventId, newest);
  }

  /** Says that the connection is alive. One that is busy says it already. */
  sendHeartbeat(): void {
    if (this.#isLive && this.readableLength === 0) this.push(heartbeatText(this.#lastEventId));
  }

  /** Ends in an orderly way. */
  end(reason: StreamEnd): void {
    if (this.destroyed || this.#hasEnded) return;
    this.#endReason = reason;
    this.#hasEnded = true;
    this.#isLive = false;
    this.push(null);
  }

  get #isUnfiltered(): boolean {
    const { types, composeId, blueprintId } = this.#filter;
    return types === null && composeId === null && blueprintId === null;
  }

  #endWhenCaughtUp(): void {
    if (this.#isLive) this.end('asked');
    else this.#endsWhenCaughtUp = true;
  }

  #sendMatching(events: readonly SerializedEvent[]): void {
    const matching = this.#isUnfiltered ? events : events.filter(({ event }) => matchesFilter(event, this.#filter));
    if (matching.length > 0) this.#send(matching, Buffer.from(matching.map(({ text }) => text).join('')));
  }

  #send(events: readonly SerializedEvent[], bytes: Buffer): void {
    if (this.destroyed) return;
    if (this.#isLive && this.readableLength > MAX_BUFFERED_BYTES) {
      this.#endReason = 'slow';
      this.destroy();
      return;
    }
    this.#source.onSent(events.length);
    this.#lastEventId = events.at(-1)?.event.id ?? this.#lastEventId;
    this.#hasDemand = this.push(bytes);
  }

  /** Tells what was missed, as long as the client takes it. It is called again when the client has taken it. */
  async #catchUp(): Promise<void> {
    if (this.#isReading || this.#isLive) return;
    this.#isReading = true;
    try {
      while (this.#position < this.#source.readUpTo()) {
        if (!this.#hasDemand || this.destroyed || this.#hasEnded) return;
        const { events, to } = await this.#source.readPage(this.orgId, this.#position);
        if (this.destroyed || this.#hasEnded) return;
        this.#position = to;
        this.#sendMatching(events);
      }
      if (this.destroyed || this.#hasEnded) return;
      // Nothing comes between the comparison and this: what the hub sees from now on, it hands over.
      this.#isLive = true;
      if (this.#endsWhenCaughtUp) this.end('asked');
    } catch (error) {
      this.#source.onFailure(error);
      this.#endReason = 'failed';
      // The client sees a connection that broke, and comes back.
      this.destroy();
    } finally {
      this.#isReading = false;
    }
  }
}
