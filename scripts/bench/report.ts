import type { RowResult } from './measure.ts';
import type { Memory } from './usage.ts';

/** All of a run; also what `--json` writes and `--compare` reads. */
export interface BenchReport {
  /** ISO 8601. */
  readonly takenAt: string;
  readonly machine: {
    readonly node: string;
    readonly processor: string;
    readonly cores: number;
    /** What else was going on: the load average of a minute when the run began. */
    readonly load: number;
  };
  readonly method: {
    readonly generator: string;
    readonly connections: number;
    readonly rounds: number;
    readonly seconds: number;
    /** Names of further variables of the service, with their values. */
    readonly env: Readonly<Record<string, string>>;
  };
  /** Whose definitions and package lists. */
  readonly distributions: 'built-in' | 'given';
  readonly rows: readonly RowResult[];
  /** Milliseconds to the first answer, of every start. */
  readonly starts: readonly number[];
  /** Of the service, before and after all loads; `null` where the system does not tell. */
  readonly memory: { readonly before: Memory; readonly after: Memory } | null;
  /** One organization with very much, `null` where that was not measured. */
  readonly large: {
    readonly composes: number;
    readonly blueprints: number;
    readonly rows: readonly RowResult[];
  } | null;
}

const isReport = (value: unknown): value is BenchReport => {
  const { rows, starts } = (value ?? {}) as Partial<BenchReport>;
  return Array.isArray(rows) && Array.isArray(starts);
};

/** Reads what `--json` wrote. @throws Error when it is something else */
export const parseReport = (text: string): BenchReport => {
  const value: unknown = JSON.parse(text);
  if (!isReport(value)) throw new Error('the file holds no figures of a run');
  return value;
};
