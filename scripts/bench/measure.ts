import { type BenchRequest, type Load, type LoadGenerator, LoadError } from './load.ts';
import { median, medianKnown } from './statistics.ts';
import { processorTimeOf } from './usage.ts';

/** A request to a server whose processor time is looked at. */
export interface Subject {
  readonly origin: string;
  readonly pid: number;
  /** The process of the database behind the server, where there is one. */
  readonly databasePid?: number;
  readonly request: BenchRequest;
}

/** Processor time that a request took, in microseconds; `null` where the system does not tell. */
export interface ProcessorTime {
  readonly processorTime: number | null;
  /** Of the database. */
  readonly databaseTime: number | null;
}

export interface Measurement extends Load, ProcessorTime {}

/** Figures of several loads: the median of each. */
export type Figures = Omit<Measurement, 'requests'>;

/** A row: a subject beside its reference. */
export interface Comparison {
  readonly name: string;
  /** Requests per second of the subject as a part of the reference's, round by round. */
  readonly ratios: readonly number[];
  /** Their median. */
  readonly ratio: number;
  /** The same of processor time, which other work on the machine changes less; `null` where the system does not tell. */
  readonly processorRatio: number | null;
  readonly subject: Figures;
  readonly reference: Figures;
}

/** A row without figures, and why. */
export interface Failure {
  readonly name: string;
  readonly error: string;
}

export type RowResult = Comparison | Failure;

export const isFailure = (result: RowResult): result is Failure => 'error' in result;

/** One reference load and the subject load that followed it. */
export interface Round {
  readonly reference: Measurement;
  readonly subject: Measurement;
}

const figuresOf = (measurements: readonly Measurement[]): Figures => ({
  requestsPerSecond: median(measurements.map(({ requestsPerSecond }) => requestsPerSecond)),
  p50: median(measurements.map(({ p50 }) => p50)),
  p99: median(measurements.map(({ p99 }) => p99)),
  processorTime: medianKnown(measurements.map(({ processorTime }) => processorTime)),
  databaseTime: medianKnown(measurements.map(({ databaseTime }) => databaseTime)),
});

/** What rounds come to. A busy machine slows both sides of a round, so that ratios are taken within rounds. */
export const summarise = (name: string, rounds: readonly Round[]): Comparison => {
  const ratios = rounds.map(({ reference, subject }) => subject.requestsPerSecond / reference.requestsPerSecond);
  const processorRatios = rounds.map(({ reference, subject }) =>
    reference.processorTime === null || subject.processorTime === null
      ? null
      : reference.processorTime / subject.processorTime,
  );
  return {
    ...{ name, ratios, ratio: median(ratios), processorRatio: medianKnown(processorRatios) },
    subject: figuresOf(rounds.map(({ subject }) => subject)),
    reference: figuresOf(rounds.map(({ reference }) => reference)),
  };
};

export interface MeasureSettings {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

/** Seconds of the load before the first round: the code is compiled, connections to the database are open. */
const WARM_UP = 1;

const MICROSECONDS = 1e6;

/** The load generator counts 3xx as answered; one look at the answer tells that it is none of those. */
const refuseOther = async ({ origin, request }: Subject, signal: AbortSignal): Promise<void> => {
  const { path, method, headers, body } = request;
  const answer = await fetch(origin + path, { method, headers, body, redirect: 'manual', signal });
  const text = await answer.text();
  if (!answer.ok) throw new LoadError(`answered ${answer.status}: ${text.trim().slice(0, 200)}`);
};

const ignoreLoadError = (error: unknown): void => {
  if (!(error instanceof LoadError)) throw error;
};

/** Looks at a process now; gives what each of a number of requests took since then. */
const startClock = (pid: number | undefined): ((requests: number) => number | null) => {
  const before = pid === undefined ? null : processorTimeOf(pid);
  return (requests) => {
    const after = pid === undefined ? null : processorTimeOf(pid);
    return before === null || after === null ? null : ((after - before) / requests) * MICROSECONDS;
  };
};

/**
 * Loads reference and subject in turn.
 * @param settle waits for what an earlier load may have left running: a load ends without waiting for its last answers
 * @throws LoadError when an answer of one of them is not 2xx
 */
export const measureRounds = async (
  load: LoadGenerator,
  settle: () => Promise<void>,
  reference: Subject,
  subject: Subject,
  { rounds, seconds, connections }: MeasureSettings,
  signal: AbortSignal,
): Promise<readonly Round[]> => {
  const measure = async ({ origin, pid, databasePid, request }: Subject): Promise<Measurement> => {
    await settle();
    const clocks = [startClock(pid), startClock(databasePid)] as const;
    const result = await load(origin, request, { connections, seconds }, signal);
    const [processorTime, databaseTime] = clocks.map((clock) => clock(result.requests)) as [
      number | null,
      number | null,
    ];
    return { ...result, processorTime, databaseTime };
  };
  for (const side of [reference, subject]) {
    await refuseOther(side, signal);
    // An answer may take longer than that.
    await load(side.origin, side.request, { connections, seconds: WARM_UP }, signal).catch(ignoreLoadError);
  }
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    measured.push({ reference: await measure(reference), subject: await measure(subject) });
  }
  return measured;
};
