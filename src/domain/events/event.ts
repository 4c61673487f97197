import type { components } from '../../../generated/image-builder.ts';
import type { EventHorizon, EventRow } from '../../db/queries/events.ts';

export type Event = components['schemas']['Event'];
type EventType = Event['type'];

/** `null` members match all events. */
export interface EventFilter {
  readonly types: ReadonlySet<string> | null;
  readonly composeId: string | null;
  readonly blueprintId: string | null;
}

/** An event with its `text/event-stream` form. */
export interface SerializedEvent {
  readonly event: Event;
  readonly text: string;
}

interface EventData {
  readonly status?: string;
  readonly image_name?: string;
  readonly blueprint_id?: string;
  readonly blueprint_version?: number;
  readonly name?: string;
  readonly version?: number;
  readonly reason?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly cancelled?: true;
}

function toEvent({ id, type, subject, data, occurred_at }: EventRow): Event {
  const { version, ...known } = data as EventData;
  return {
    ...{ id, type: type as EventType, occurred_at },
    ...(type.startsWith('compose.') ? { compose_id: subject } : { blueprint_id: subject }),
    ...known,
    ...(version === undefined ? {} : { blueprint_version: version }),
  };
}

const isSameId = (id: string | undefined, expected: string | null): boolean =>
  expected === null || id?.toLowerCase() === expected.toLowerCase();

export function matchesFilter({ type, compose_id, blueprint_id }: Event, filter: EventFilter): boolean {
  return (
    (filter.types === null || filter.types.has(type)) &&
    isSameId(compose_id, filter.composeId) &&
    isSameId(blueprint_id, filter.blueprintId)
  );
}

/** JSON contains no line breaks, so the data is one line. */
function eventText(event: Event): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function serializeEvent(row: EventRow): SerializedEvent {
  const event = toEvent(row);
  return { event, text: eventText(event) };
}

/** The first text of a stream. @param retry milliseconds until an interrupted client reconnects */
export function openingText(position: number, retry: number): string {
  return `retry: ${retry}\nid: ${position}\n\n`;
}

/** Contains the position, so that a client that reconnects resumes there. */
export function heartbeatText(position: number): string {
  return `: heartbeat\nid: ${position}\n\n`;
}

/** Reports that events before the position may be missing. */
export function missedText(position: number, now: Date): string {
  return eventText({ id: position, type: 'events.missed', occurred_at: `${now.toISOString().slice(0, 19)}Z` });
}

export interface StreamStart {
  /** The stream sends all events after this id. */
  readonly position: number;
  /** The id that the stream reports to the caller; reveals nothing about other organizations. */
  readonly lastEventId: number;
  /** Whether the caller may have missed events that are already deleted. */
  readonly hasMissed: boolean;
}

/** `safe` is the id up to which events can be read, `newest` the highest assigned id. */
export interface StartHorizon extends EventHorizon {
  readonly safe: number;
  readonly newest: number;
}

/** @param lastId last event id of the caller; 0 for all events, `null` for new events only */
export function startAfter(
  lastId: number | null,
  { forgotten_to: oldest, newest, safe, newest_own: own }: StartHorizon,
): StreamStart {
  if (lastId === null) return { position: safe, lastEventId: own ?? 0, hasMissed: false };
  // An id beyond the newest one belongs to a replaced database.
  if (lastId > newest) return { position: safe, lastEventId: safe, hasMissed: true };
  if (lastId > 0 && lastId < oldest) return { position: oldest, lastEventId: oldest, hasMissed: true };
  return { position: Math.max(lastId, oldest), lastEventId: lastId, hasMissed: false };
}
