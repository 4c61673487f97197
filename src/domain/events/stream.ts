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

export interface FollowRequest {
  readonly orgId: string;
  /** Last event id of the caller; 0 for all events, `null` for new events only. */
  readonly lastId: number | null;
  readonly filter: EventFilter;
  /** Duration of the stream; 0 ends it after the missed events, `null` never. */
  readonly seconds: number | null;
}

/** The part of the hub that a stream uses. */
export interface StreamSource {
  /** The id up to which the hub has distributed events. */
  readonly readUpTo: () => number;
  /** A page of events after an id, at most up to `readUpTo`. */
  readonly readPage: (
    orgId: string,
    after: number,
  ) => Promise<{ readonly events: readonly SerializedEvent[]; readonly to: number }>;
  readonly onSent: (events: number) => void;
  readonly onEnd: (stream: EventSource, end: StreamEnd) => void;
  readonly onFailure: (error: unknown) => void;
}

/** New events of an organization, with their joined text for unfiltered streams. */
export interface Batch {
  readonly events: readonly SerializedEvent[];
  readonly bytes: Buffer;
}

const BUFFER_BYTES = 16_384;

/** A slower client is disconnected; it resumes from its last event id. */
export const MAX_BUFFERED_BYTES = 65_536;

/** Random reconnection delay, which spreads clients. */
const RETRY_MS = { from: 1_000, to: 4_000 };

/**
 * The event stream of one caller. It first reads missed events in pages, at the pace of the client, until it has reached
 * the position of the hub; from then on it is live, and the hub passes new events to it.
 */
export class EventSource extends Readable {
  readonly orgId: string;
  readonly #filter: EventFilter;
  readonly #source: StreamSource;
  readonly #timer: NodeJS.Timeout | null = null;
  /** All events up to this id are processed. */
  #position: number;
  /** The last id sent to the client. */
  #lastEventId: number;
  #isLive = false;
  #isReading = false;
  #hasDemand = false;
  #hasEnded = false;
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

  /** Sends new events. @param to id up to which the batch is complete */
  advance(batch: Batch | undefined, to: number): void {
    if (!this.#isLive) return;
    const before = this.#position;
    this.#position = Math.max(before, to);
    if (batch === undefined) return;
    const first = batch.events[0]?.event.id ?? 0;
    // A stream may have started behind the position of the hub.
    if (this.#isUnfiltered && first > before) this.#send(batch.events, batch.bytes);
    else this.#sendMatching(batch.events.filter(({ event }) => event.id > before));
  }

  /** The hub has read new events without those of this organization: the stream reads them itself. */
  fallBehind(): void {
    this.#isLive = false;
    void this.#catchUp();
  }

  /** The database was reset: ids after `newest` are assigned again. */
  rewind(newest: number): void {
    this.#position = Math.min(this.#position, newest);
    this.#lastEventId = Math.min(this.#lastEventId, newest);
  }

  /** A stream with buffered data needs no heartbeat. */
  sendHeartbeat(): void {
    if (this.#isLive && this.readableLength === 0) this.push(heartbeatText(this.#lastEventId));
  }

  end(reason: StreamEnd): void {
    if (this.#isFinished()) return;
    this.#endReason = reason;
    this.#hasEnded = true;
    this.#isLive = false;
    this.push(null);
  }

  #isFinished(): boolean {
    return this.destroyed || this.#hasEnded;
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

  /** Sends missed events while the client reads; `_read` resumes it. */
  async #catchUp(): Promise<void> {
    if (this.#isReading || this.#isLive) return;
    this.#isReading = true;
    try {
      while (this.#position < this.#source.readUpTo()) {
        if (!this.#hasDemand || this.#isFinished()) return;
        const { events, to } = await this.#source.readPage(this.orgId, this.#position);
        if (this.#isFinished()) return;
        this.#position = to;
        this.#sendMatching(events);
      }
      if (this.#isFinished()) return;
      // No await since the comparison: the hub passes all later events to this stream.
      this.#isLive = true;
      if (this.#endsWhenCaughtUp) this.end('asked');
    } catch (error) {
      this.#source.onFailure(error);
      this.#endReason = 'failed';
      // The client sees a broken connection, and reconnects.
      this.destroy();
    } finally {
      this.#isReading = false;
    }
  }
}
