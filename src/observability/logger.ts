import { hostname } from 'node:os';
import { pino, type ChildLoggerOptions, type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { Config } from '../config/index.ts';
import type { EventAt } from './log-events.ts';
import type { LogLevel } from './log-events/entry.ts';
import { hideBindings, hideSecretFields, redactField } from '../domain/redaction/log-lines.ts';

/** Writes a line: its event, which docs/log-events.md describes, more fields, and a message. */
type LogMethod<Level extends LogLevel> = (
  fields: { readonly event: EventAt<Level>; readonly [field: string]: unknown },
  message: string,
) => void;

/** A logger of pino whose lines all name an event, at a level that the event's entry has. */
export interface Logger extends Pick<PinoLogger, 'isLevelEnabled'> {
  readonly debug: LogMethod<'debug'>;
  readonly info: LogMethod<'info'>;
  readonly warn: LogMethod<'warn'>;
  readonly error: LogMethod<'error'>;
  readonly fatal: LogMethod<'fatal'>;
  readonly child: (bindings: Record<string, unknown>) => Logger;
}

export interface LoggerConfig extends Pick<Config, 'version'> {
  readonly log: Pick<Config['log'], 'level' | 'channel'>;
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: string;
  readonly cause?: LoggedError;
}

/** An error may be its own cause. */
const MAX_CAUSES = 8;

/** An error without the other members of its class: queries with values, rows, request headers. */
export function describeError(error: unknown, causes = MAX_CAUSES): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause instanceof Error && causes > 0
      ? { cause: describeError(error.cause, causes - 1) as LoggedError }
      : {}),
  } satisfies LoggedError;
}

/** Lines are written in chunks, since a write costs more than a line: bytes, and milliseconds. */
const WRITE_AT_ONCE = 4_096;
const WRITE_AFTER = 10;

/** Standard output, asynchronous and buffered; the last lines are written at exit. */
export function standardOutput(): DestinationStream & { flushSync: () => void } {
  const output = pino.destination({ dest: 1, sync: false, minLength: WRITE_AT_ONCE });
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    output.flush();
  };
  return {
    write: (line) => {
      output.write(line);
      timer ??= setTimeout(flush, WRITE_AFTER).unref();
    },
    flushSync: () => output.flushSync(),
  };
}

/** A logger of one JSON object per line. pino redacts each field as it serializes it, and bindings once per child. */
export function createPinoLogger(config: LoggerConfig, destination: DestinationStream): PinoLogger {
  const log: PinoLogger = pino(
    {
      level: config.log.level,
      base: {
        hostname: hostname(),
        build_id: config.version.commit,
        ...(config.log.channel === null ? {} : { channel: config.log.channel }),
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: hideSecretFields },
      serializers: { err: (error: unknown) => describeError(error) },
      redact: { paths: ['*'], censor: redactField },
    },
    destination,
  );
  const createChild = Reflect.get<PinoLogger, 'child'>(log, 'child');
  return Object.assign(log, { child: hideBindings<PinoLogger, ChildLoggerOptions>(createChild) });
}

/** The process's logger, on standard output unless a destination is given. Its lines name their events. */
export function createLogger(config: LoggerConfig, destination: DestinationStream = standardOutput()): Logger {
  return createPinoLogger(config, destination);
}
