// Events as callers are told them: pure functions.
import type { components } from '../../../generated/image-builder.ts';
import type { EventHorizon, EventRow } from '../../db/queries/events.ts';

export type Event = components['schemas']['Event'];
type EventType = Event['type'];

/** What a stream is about; what is not said is not asked for. */
export interface EventFilter {
  readonly types: ReadonlySet<string> | null;
  readonly composeId: string | null;
  readonly blueprintId: string | null;
}

/** An event with the text of it that is sent. */
export interface SerializedEvent {
  readonly event: Event;
  readonly text: string;
}

/** What the rows know of builds and blueprints; absent where it does not apply. */
interface EventData {
  readonly status?: string;
  readonly image_name?: string;
  readonly blueprint_id?: string;
  readonly blueprint_version?: number;
  readonly name?: string;
  readonly version?: number;
}

/** The event that a row is. */
export function toEvent({ id, type, subject, data, occurred_at }: EventRow): Event {
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

/** Whether a stream tells an event. */
export function matchesFilter({ type, compose_id, blueprint_id }: Event, filter: EventFilter): boolean {
  return (
    (filter.types === null || filter.types.has(type)) &&
    isSameId(compose_id, filter.composeId) &&
    isSameId(blueprint_id, filter.blueprintId)
  );
}

/** An event in the format of `text/event-stream`. JSON has no line breaks, so it is one line. */
export function eventText(event: Event): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** A row as it is told. */
export function serializeEvent(row: EventRow): SerializedEvent {
  const event = toEvent(row);
  return { event, text: eventText(event) };
}

/** How a stream begins. @param retry milliseconds after which the client comes back when it is interrupted */
export function openingText(position: number, retry: number): string {
  return `retry: ${retry}\nid: ${position}\n\n`;
}

/** What is sent when nothing happens: nothing, and where the stream is. */
export function heartbeatText(position: number): string {
  return `: heartbeat\nid: ${position}\n\n`;
}

/** @param position the id from which on everything is told */
export function missedText(position: number, now: Date): string {
  return eventText({ id: position, type: 'events.missed', occurred_at: `${now.toISOString().slice(0, 19)}Z` });
}

/** Where a stream begins. */
export interface StreamStart {
  /** Everything after this id is told. */
  readonly position: number;
  /** The id that the caller is told it has seen. It says nothing of what others do. */
  readonly lastEventId: number;
  /** Whether the caller may have missed something that is not told any more. */
  readonly hasMissed: boolean;
}

/** What a stream can start from: `safe` is the id up to which events can be read, `newest` the highest that was drawn. */
export interface StartHorizon extends EventHorizon {
  readonly safe: number;
  readonly newest: number;
}

/**
 * Where the stream of a caller starts.
 * @param lastId the last id that the caller has seen; 0 for none, `null` for a caller that wants only what happens from now on
 */
export function startAfter(
  lastId: number | null,
  { forgotten_to: oldest, newest, safe, newest_own: own }: StartHorizon,
): StreamStart {
  // An organization without events has seen nothing before its next one.
  if (lastId === null) return { position: safe, lastEventId: own ?? 0, hasMissed: false };
  // Ids that were never drawn come from a database that was replaced.
  if (lastId > newest) return { position: safe, lastEventId: safe, hasMissed: true };
  if (lastId > 0 && lastId < oldest) return { position: oldest, lastEventId: oldest, hasMissed: true };
  return { position: Math.max(lastId, oldest), lastEventId: lastId, hasMissed: false };
}
