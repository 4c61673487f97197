import { parseArgs } from 'node:util';
import { LARGE_ROWS, ROWS } from './targets.ts';

const LOG_LEVELS = ['INFO', 'ERROR'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface BenchOptions {
  /** Names of the rows to be measured; `null` for all. */
  readonly only: readonly string[] | null;
  readonly rounds: number;
  /** Seconds of one load. */
  readonly seconds: number;
  /** Numbers of connections; `null` for those of the rows. */
  readonly connections: readonly number[] | null;
  /** Organizations of the fleet. */
  readonly organizations: number;
  /** What the service logs, one level after the other. */
  readonly logLevels: readonly LogLevel[];
  /** Whether one tenant that repeats one request is measured as well. */
  readonly oneTenant: boolean;
  /** Command that starts another implementation; `null` for none. */
  readonly peer: string | null;
  /** A server of PostgreSQL; `null` for an embedded one. */
  readonly postgres: URL | null;
  /** Seconds for which the idle process is measured. */
  readonly idle: number;
  /** Seconds for which the first poll of composes is awaited after a load. */
  readonly follow: number;
  /** Directory of distributions; `null` for the built-in one. */
  readonly distributions: string | null;
  /** File the figures are written to. */
  readonly json: string | null;
  /** File with figures of an earlier run. */
  readonly compare: string | null;
  /** Directory for a processor profile of every row. */
  readonly profile: string | null;
  /** Further variables of the service. */
  readonly env: Readonly<Record<string, string>>;
  /** The organization with very much instead of the fleet; `null` for the fleet. */
  readonly large: { readonly composes: number; readonly blueprints: number } | null;
}

const USAGE = `usage: npm run bench -- [options]
  --only NAME           measure this row; can be given several times
  --rounds N            rounds of every row (3)
  --seconds N           length of one load (3)
  --connections N       connections of a load (1, 4 and 32); can be given several times
  --organizations N     organizations of the fleet (500)
  --log-level LEVEL     INFO or ERROR; can be given several times (INFO)
  --one-tenant          measure one tenant that repeats one request as well
  --peer COMMAND        start another implementation with this shell command, and measure it in the same rounds
  --postgres URL        a PostgreSQL server, whose user may create databases, instead of an embedded one
  --idle N              seconds for which the idle process is measured (10)
  --follow N            seconds for which the first poll of composes is awaited after a load (150)
  --distributions DIR   definitions and package lists instead of the built-in ones
  --env NAME=VALUE      a variable of the service; can be given several times
  --json FILE           write the figures to a file
  --compare FILE        show what changed since that file was written
  --profile DIR         write a processor profile of every row, taken in an extra round
  --large               one organization with very much, beside a small one
  --composes N          composes of that organization (1000000)
  --blueprints N        blueprints of that organization (100000)
rows: ${ROWS.map(({ name }) => name).join(' ')}
rows with --large: ${LARGE_ROWS.map(({ name }) => name).join(' ')}`;

/** Options that cannot be used. The message has the reason, and how options are used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(problem: string) {
    super(`${problem}\n${USAGE}`);
  }
}

const wholeNumber = (name: string, value: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new UsageError(`--${name} must be a whole number above 0`);
  return Number(value);
};

const variable = (text: string): readonly [string, string] => {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`--env ${text}: must be NAME=VALUE`);
  return [name, value];
};

const logLevel = (text: string): LogLevel => {
  const level = LOG_LEVELS.find((one) => one === text);
  if (!level) throw new UsageError(`--log-level ${text}: must be one of ${LOG_LEVELS.join(', ')}`);
  return level;
};

const serverUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol))
    throw new UsageError('--postgres must be postgres://USER@HOST:PORT');
  return url;
};

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', multiple: true },
      organizations: { type: 'string', default: '500' },
      'log-level': { type: 'string', multiple: true, default: ['INFO'] },
      'one-tenant': { type: 'boolean', default: false },
      peer: { type: 'string' },
      postgres: { type: 'string' },
      idle: { type: 'string', default: '10' },
      follow: { type: 'string', default: '150' },
      distributions: { type: 'string' },
      env: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      compare: { type: 'string' },
      profile: { type: 'string' },
      large: { type: 'boolean', default: false },
      composes: { type: 'string', default: '1000000' },
      blueprints: { type: 'string', default: '100000' },
    },
  }).values;

type Values = ReturnType<typeof parse>;

const rowNames = (values: Values): readonly string[] | null => {
  const names: readonly string[] = (values.large ? LARGE_ROWS : ROWS).map(({ name }) => name);
  const unknown = values.only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: there is no such row`);
  return values.only ?? null;
};

const largeSize = ({ composes, blueprints }: Values): NonNullable<BenchOptions['large']> => ({
  composes: wholeNumber('composes', composes),
  blueprints: wholeNumber('blueprints', blueprints),
});

/** Reads the command line. @throws UsageError */
export function readOptions(args: readonly string[]): BenchOptions {
  let values: Values;
  try {
    values = parse(args);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const size = largeSize(values);
  if (values.large && values.peer !== undefined) throw new UsageError('--large measures no peer');
  return {
    only: rowNames(values),
    rounds: wholeNumber('rounds', values.rounds),
    seconds: wholeNumber('seconds', values.seconds),
    connections: values.connections?.map((text) => wholeNumber('connections', text)) ?? null,
    organizations: wholeNumber('organizations', values.organizations),
    logLevels: values['log-level'].map(logLevel),
    oneTenant: values['one-tenant'],
    peer: values.peer ?? null,
    postgres: values.postgres === undefined ? null : serverUrl(values.postgres),
    idle: wholeNumber('idle', values.idle),
    follow: values.follow === '0' ? 0 : wholeNumber('follow', values.follow),
    distributions: values.distributions ?? null,
    json: values.json ?? null,
    compare: values.compare ?? null,
    profile: values.profile ?? null,
    env: Object.fromEntries(values.env.map(variable)),
    large: values.large ? size : null,
  };
}
