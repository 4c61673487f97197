import type { LogLevel } from './options.ts';
import type { Outcome } from './measure.ts';
import type { Memory } from './usage.ts';

/** A row at a number of connections. */
export interface RowResult {
  readonly name: string;
  readonly connections: number;
  readonly logLevel: LogLevel;
  /** The reference, the service, and another implementation where there is one. */
  readonly reference: Outcome;
  readonly ours: Outcome;
  readonly peer: Outcome | null;
}

/** What a process costs that gets no requests; `null` for what the system does not count. */
export interface Idle {
  readonly name: 'ours' | 'peer';
  readonly seconds: number;
  /** Statements per second. */
  readonly statements: number | null;
  /** Transactions that wrote, per second. */
  readonly commits: number;
  /** Parts of one processor: service and database. */
  readonly service: number | null;
  readonly database: number | null;
}

/** All of a run; also what `--json` writes and `--compare` reads. */
export interface BenchReport {
  /** ISO 8601. */
  readonly takenAt: string;
  readonly machine: {
    readonly node: string;
    readonly processor: string;
    readonly cores: number;
    /** Other work on the machine: the load average of a minute when the run started. */
    readonly load: number;
    readonly postgres: string;
  };
  readonly method: {
    readonly generator: string;
    readonly rounds: number;
    readonly seconds: number;
    readonly organizations: number;
    readonly countsStatements: boolean;
    /** Further variables of the service. */
    readonly env: Readonly<Record<string, string>>;
    readonly peer: string | null;
  };
  /** Whose definitions and package lists. */
  readonly distributions: 'built-in' | 'given';
  /** Rows of the fleet. */
  readonly rows: readonly RowResult[];
  /** The same rows for one tenant that repeats one request; empty when that was not measured. */
  readonly oneTenant: readonly RowResult[];
  /** Milliseconds to the first response, of every start. */
  readonly starts: readonly number[];
  /** Of the service, before and after all loads; `null` where the system does not count it. */
  readonly memory: { readonly before: Memory; readonly after: Memory } | null;
  readonly idle: readonly Idle[];
  /** Milliseconds that the migration of the seeded database took. */
  readonly adoption: number;
  /** One organization with very much; `null` when that was not measured. */
  readonly large: {
    readonly composes: number;
    readonly blueprints: number;
    readonly rows: readonly RowResult[];
  } | null;
}

const isReport = (value: unknown): value is BenchReport => {
  const { rows, starts, oneTenant } = (value ?? {}) as Partial<BenchReport>;
  return Array.isArray(rows) && Array.isArray(starts) && Array.isArray(oneTenant);
};

/** Reads what `--json` wrote. @throws Error when it is something else */
export function parseReport(text: string): BenchReport {
  const value: unknown = JSON.parse(text);
  if (!isReport(value)) throw new Error('the file holds no figures of a run');
  return value;
}
