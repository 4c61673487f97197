// The names of all log events. Loggers use them as types: naming the event costs a log line one field.
import { BACKGROUND_EVENTS } from './log-events/background.ts';
import { COMPOSE_EVENTS } from './log-events/composes.ts';
import type { LogEventEntry, LogLevel } from './log-events/entry.ts';
import { MAINTENANCE_EVENTS } from './log-events/maintenance.ts';
import { SERVICE_EVENTS } from './log-events/service.ts';
import { UPSTREAM_EVENTS } from './log-events/upstream.ts';

/** A section of the page of log events. */
interface LogEventSection {
  readonly title: string;
  readonly events: Readonly<Record<string, LogEventEntry>>;
}

export const LOG_EVENT_SECTIONS: readonly LogEventSection[] = [
  { title: 'Service and requests', events: SERVICE_EVENTS },
  { title: 'Services that are called', events: UPSTREAM_EVENTS },
  { title: 'Composes and clones', events: COMPOSE_EVENTS },
  { title: 'Background work', events: BACKGROUND_EVENTS },
  { title: 'Migration and maintenance', events: MAINTENANCE_EVENTS },
];

type LogEvents = typeof SERVICE_EVENTS &
  typeof UPSTREAM_EVENTS &
  typeof COMPOSE_EVENTS &
  typeof BACKGROUND_EVENTS &
  typeof MAINTENANCE_EVENTS;

/** The name of a log event. */
export type LogEvent = keyof LogEvents;

type LevelsOf<Level> = Level extends readonly unknown[] ? Level[number] : Level;

/** The names of the events that are logged at a level. */
export type EventAt<Level extends LogLevel> = {
  [Event in LogEvent]: Level extends LevelsOf<LogEvents[Event]['level']> ? Event : never;
}[LogEvent];
