import { parseArgs } from 'node:util';
import { LARGE_ROWS, ROWS } from './targets.ts';

export interface BenchOptions {
  /** Names of the rows to be measured; `null` for all. */
  readonly only: readonly string[] | null;
  readonly rounds: number;
  /** Seconds of one load. */
  readonly seconds: number;
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
  /** The organization with very much instead of the ordinary rows; `null` for those. */
  readonly large: { readonly composes: number; readonly blueprints: number } | null;
}

export const USAGE = `usage: npm run bench -- [options]
  --only NAME           measure this row; can be given several times
  --rounds N            rounds of every row (3)
  --seconds N           length of one load (3)
  --distributions DIR   definitions and package lists instead of the built-in ones
  --env NAME=VALUE      a variable of the service; can be given several times
  --json FILE           write the figures to a file
  --compare FILE        show what changed since that file was written
  --profile DIR         write a processor profile of every row, taken in an extra round
  --large               one organization with very much, beside a small one
  --composes N          builds of that organization (1000000)
  --blueprints N        blueprints of that organization (100000)
rows: ${ROWS.map(({ name }) => name).join(' ')}
rows with --large: ${LARGE_ROWS.map(({ name }) => name).join(' ')}`;

/** Options that cannot be used. The message says why, and how they are used. */
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

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
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

/** Reads the command line. @throws UsageError */
export const readOptions = (args: readonly string[]): BenchOptions => {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const names: readonly string[] = (values.large ? LARGE_ROWS : ROWS).map(({ name }) => name);
  const unknown = values.only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: there is no such row`);
  const size = {
    composes: wholeNumber('composes', values.composes),
    blueprints: wholeNumber('blueprints', values.blueprints),
  };
  return {
    only: values.only ?? null,
    rounds: wholeNumber('rounds', values.rounds),
    seconds: wholeNumber('seconds', values.seconds),
    distributions: values.distributions ?? null,
    json: values.json ?? null,
    compare: values.compare ?? null,
    profile: values.profile ?? null,
    env: Object.fromEntries(values.env.map(variable)),
    large: values.large ? size : null,
  };
};
