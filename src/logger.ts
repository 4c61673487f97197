import { hostname } from 'node:os';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.ts';

export type { Logger } from 'pino';

/** Never written to a log, wherever they turn up in a logged object. */
const SECRET_PATHS = ['identity', 'authorization', 'password', 'secret', 'token', 'clientSecret', 'host_config_key']
  .flatMap((name) => [name, `*.${name}`, `*.*.${name}`])
  .concat(['headers["x-rh-identity"]', '*.headers["x-rh-identity"]', 'headers["x-fedora-identity"]']);

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: string;
  readonly cause?: LoggedError;
}

/** An error without what its class carries besides: queries with their values, requests with their headers. */
const describeError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) as LoggedError } : {}),
  } satisfies LoggedError;
};

/** The process's logger: one JSON object per line, on standard output unless a destination is given. */
export const createLogger = (config: Pick<Config, 'log' | 'version'>, destination?: DestinationStream): Logger =>
  pino(
    {
      level: config.log.level,
      base: {
        hostname: hostname(),
        build_id: config.version.commit,
        ...(config.log.channel === null ? {} : { channel: config.log.channel }),
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
