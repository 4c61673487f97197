import { LoadError, type Load, type LoadGenerator, type LoadSettings } from './load.ts';
import type { Snapshot } from './snapshot.ts';
import { median, medianKnown } from './statistics.ts';

/** What a request cost; `null` where the system does not count it. */
export interface Cost {
  /** Microseconds of processor time of the service. */
  readonly processorTime: number | null;
  /** Microseconds of processor time of the database. */
  readonly databaseTime: number | null;
  readonly statements: number | null;
  /** Transactions that wrote, and bytes of the write-ahead log. */
  readonly commits: number;
  readonly wal: number;
  /** Calls to composer. */
  readonly calls: number;
}

export interface Measurement extends Load, Cost {}

/** Figures of several loads: the median of each. */
export type Figures = Omit<Measurement, 'requests'>;

/** One side of a row, over all rounds. */
export interface Measured {
  /** Requests per second divided by those of the reference, round by round. */
  readonly ratios: readonly number[];
  /** Their median. */
  readonly ratio: number;
  readonly figures: Figures;
}

/** Why a side has no figures. */
export interface Failed {
  readonly error: string;
}

export type Outcome = Measured | Failed;

export const isFailed = (outcome: Outcome): outcome is Failed => 'error' in outcome;

/** A server under load, and how it is observed. */
export interface Side {
  readonly name: string;
  readonly origin: () => string;
  /** File of the prepared requests. */
  readonly file: string;
  /** The requests of the next load where each is sent once; `null` to send all in rotation. */
  readonly next: () => LoadSettings['once'];
  /** Sends some of the requests, before a row is measured. @param counter that starts there. @throws LoadError */
  readonly ready: (counter: number, signal: AbortSignal) => Promise<void>;
  /** Reads the counters. */
  readonly count: () => Promise<Snapshot>;
  /** Waits until the background is at rest, and returns the counters when the rest started. */
  readonly rest: () => Promise<Snapshot>;
  /** Makes the server usable again after a load that failed. */
  readonly recover: () => Promise<void>;
}

const MICROSECONDS = 1e6;

/** What each of a number of requests cost between two snapshots. */
export function costBetween(before: Snapshot, after: Snapshot, requests: number): Cost {
  const each = (from: number, to: number): number => (to - from) / requests;
  const known = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : each(from, to);
  const time = (from: number | null, to: number | null): number | null => {
    const seconds = known(from, to);
    return seconds === null ? null : seconds * MICROSECONDS;
  };
  return {
    processorTime: time(before.service, after.service),
    databaseTime: time(before.database, after.database),
    statements: known(before.statements, after.statements),
    commits: each(before.commits, after.commits),
    wal: each(before.wal, after.wal),
    calls: each(before.calls, after.calls),
  };
}

/** Requests that a counter has room for in one load. */
const COUNTERS_PER_LOAD = 10_000_000;
let loads = 0;

const nextCounter = (): number => (loads += 1) * COUNTERS_PER_LOAD;

type Settings = Pick<LoadSettings, 'connections' | 'seconds'>;

/** One load of a side, without its cost. @throws LoadError */
export function loadSide(load: LoadGenerator, side: Side, settings: Settings, signal: AbortSignal): Promise<Load> {
  return load(side.origin(), { ...settings, file: side.file, counter: nextCounter(), once: side.next() }, signal);
}

/** One load of a side at rest, and its cost until the side is at rest again. @throws LoadError */
const measureLoad = async (
  load: LoadGenerator,
  side: Side,
  settings: Settings,
  signal: AbortSignal,
): Promise<Measurement> => {
  const before = await side.count();
  const result = await loadSide(load, side, settings, signal);
  return { ...result, ...costBetween(before, await side.rest(), result.requests) };
};

const figuresOf = (measurements: readonly Measurement[]): Figures => {
  const middle = (of: (one: Measurement) => number): number => median(measurements.map(of));
  const known = (of: (one: Measurement) => number | null): number | null => medianKnown(measurements.map(of));
  return {
    requestsPerSecond: middle(({ requestsPerSecond }) => requestsPerSecond),
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    processorTime: known(({ processorTime }) => processorTime),
    databaseTime: known(({ databaseTime }) => databaseTime),
    statements: known(({ statements }) => statements),
    commits: middle(({ commits }) => commits),
    wal: middle(({ wal }) => wal),
    calls: middle(({ calls }) => calls),
  };
};

/** What the rounds of a side come to. A busy machine slows all sides of a round, so that ratios are taken within rounds. */
export function summarise(reference: readonly Measurement[], side: readonly Measurement[]): Measured {
  const ratios = side.map(
    ({ requestsPerSecond }, round) => requestsPerSecond / (reference[round]?.requestsPerSecond ?? NaN),
  );
  return { ratios, ratio: median(ratios), figures: figuresOf(side) };
}

/** The median of one side's ratio divided by another's, round by round; `null` when one of them has no figures. */
export function ratioBetween(one: Outcome | undefined, other: Outcome | undefined): number | null {
  if (!one || !other || isFailed(one) || isFailed(other)) return null;
  return median(one.ratios.map((ratio, round) => ratio / (other.ratios[round] ?? NaN)));
}

/** Seconds of the load before the first round: the code is compiled, connections to the database are open. */
const WARM_UP = 1;

const attempt = async <T>(side: Side, work: () => Promise<T>): Promise<T | Failed> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    await side.recover();
    return { error: error.message };
  }
};

export interface MeasureSettings extends Settings {
  readonly rounds: number;
}

/**
 * Loads the sides of a row in turn, the reference first. A side that fails is left out of the rounds that follow.
 * @returns the outcome of every side, in their order
 * @throws LoadError when the reference fails
 */
export async function measureRounds(
  load: LoadGenerator,
  sides: readonly Side[],
  { rounds, ...settings }: MeasureSettings,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const failures = new Map<Side, Failed>();
  const measured = new Map<Side, Measurement[]>(sides.map((side) => [side, []]));
  const measure = async (side: Side, work: () => Promise<Measurement | null>): Promise<void> => {
    if (failures.has(side)) return;
    const result = await attempt(side, work);
    if (result !== null && 'error' in result) failures.set(side, result);
    else if (result !== null) measured.get(side)?.push(result);
  };
  for (const side of sides) {
    await measure(side, async () => {
      await side.ready(nextCounter(), signal);
      await loadSide(load, side, { ...settings, seconds: WARM_UP }, signal);
      await side.rest();
      return null;
    });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const side of sides) await measure(side, () => measureLoad(load, side, settings, signal));
  }
  const [reference] = sides;
  const failure = reference && failures.get(reference);
  if (failure) throw new LoadError(failure.error);
  const references = (reference && measured.get(reference)) ?? [];
  return sides.map((side) => failures.get(side) ?? summarise(references, measured.get(side) ?? []));
}
