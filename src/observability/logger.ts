import { hostname } from 'node:os';
import { pino, type ChildLoggerOptions, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { hideBindings, hideSecretFields, redactField } from '../domain/redaction/log-lines.ts';

export type { Logger } from 'pino';

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

/**
 * The process's logger: one JSON object per line. pino redacts each field as it serializes it, and bindings once per
 * child.
 */
export function createLogger(config: LoggerConfig, destination: DestinationStream = standardOutput()): Logger {
  const log: Logger = pino(
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
  const createChild = Reflect.get<Logger, 'child'>(log, 'child');
  return Object.assign(log, { child: hideBindings<Logger, ChildLoggerOptions>(createChild) });
}
