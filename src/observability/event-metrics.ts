import { Counter, Gauge, type Registry } from 'prom-client';

/** `slow`: the client did not read. `asked`: the requested time was over. */
export type StreamEnd = 'client' | 'slow' | 'asked' | 'stopping' | 'failed';

export interface EventMetrics {
  readonly sent: Counter;
  readonly openStreams: Gauge;
  readonly endedStreams: Counter<'reason'>;
}

export function createEventMetrics(registers: Registry[]): EventMetrics {
  return {
    sent: new Counter({
      name: 'imagebuilder_events_sent_total',
      help: 'Events that were sent on event streams',
      registers,
    }),
    openStreams: new Gauge({
      name: 'imagebuilder_event_streams',
      help: 'Event streams that are open',
      registers,
    }),
    endedStreams: new Counter({
      name: 'imagebuilder_event_streams_ended_total',
      help: 'Event streams that have ended, by reason',
      labelNames: ['reason'],
      registers,
    }),
  };
}
