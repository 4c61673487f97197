import type { Command } from 'commander';
import { createBlockReader } from '../../event-text.ts';
import { followEvents, type ImageBuilderEvent } from '../../follow-events.ts';
import { dataOf } from '../../response.ts';
import { CliError } from '../failures.ts';
import type { Io } from '../io.ts';
import { openSession, type Session } from '../session.ts';
import { collect } from '../text.ts';

interface EventFlags {
  readonly type?: readonly ImageBuilderEvent['type'][];
  readonly compose?: string;
  readonly blueprint?: string;
  readonly since?: string;
  readonly follow: boolean;
}

/** Events are printed one by one, as JSON on a line each with `--json`. */
const printEvent = ({ io, json }: Session, event: ImageBuilderEvent): void => {
  const { occurred_at: time, type, status, compose_id: compose, blueprint_id: blueprint, name } = event;
  const line = [time, type, compose ?? blueprint, status, name ?? event.image_name].filter(Boolean).join('  ');
  io.out(`${json ? JSON.stringify(event) : line}\n`);
};

/** The stored events, without waiting for more. */
const readStored = async (session: Session, { type, compose, blueprint, since = '0' }: EventFlags): Promise<void> => {
  const query = {
    last_event_id: Number(since),
    follow_seconds: 0,
    ...(type === undefined ? {} : { type: [...type] }),
    ...(compose === undefined ? {} : { compose_id: compose }),
    ...(blueprint === undefined ? {} : { blueprint_id: blueprint }),
  };
  const result = await session.api.GET('/events', { params: { query }, parseAs: 'text', signal: session.io.signal });
  for (const { data } of createBlockReader()(dataOf(result)))
    if (data !== undefined) printEvent(session, JSON.parse(data) as ImageBuilderEvent);
};

export function addEventsCommand(program: Command, io: Io): void {
  const command = program
    .command('events')
    .description('show what happens to composes and blueprints')
    .option('--type <type>', 'only events of this type; repeatable', collect)
    .option('--compose <id>', 'only events of a compose')
    .option('--blueprint <id>', 'only events of a blueprint and its composes')
    .option('--since <id>', 'events after this one; 0 for all that are stored')
    .option('--no-follow', 'end after the stored events')
    .action(async (flags: EventFlags) => {
      const { type, compose, blueprint, since, follow } = flags;
      if (since !== undefined && !/^\d{1,15}$/.test(since)) throw new CliError('--since must be the id of an event');
      const session = await openSession(command, io);
      if (!follow) return readStored(session, flags);
      const events = followEvents(session.api, {
        signal: io.signal,
        ...(type === undefined ? {} : { types: type }),
        ...(compose === undefined ? {} : { composeId: compose }),
        ...(blueprint === undefined ? {} : { blueprintId: blueprint }),
        ...(since === undefined ? {} : { lastEventId: Number(since) }),
      });
      for await (const event of events) printEvent(session, event);
      return undefined;
    });
}
