/** Reads, or requests for a compose. */
export type Kind = 'read' | 'build';

/** One request and its result. */
export interface Sample {
  readonly kind: Kind;
  /** Name of the request in the report. */
  readonly name: string;
  /** Time of the request and duration of the response, in milliseconds. */
  readonly at: number;
  readonly duration: number;
  /** The status, or the code of an error such as `ECONNRESET`. */
  readonly outcome: number | string;
}

/** An objective of the service, as deploy/prometheus/image-builder.rules.yml has it. */
export interface Objective {
  readonly name: string;
  readonly kind: Kind;
  /** Definition of a good request, for reports. */
  readonly good: string;
  readonly isGood: (sample: Sample) => boolean;
  /** The least share of good requests. */
  readonly target: number;
  /** Its latency bound in milliseconds; `null` for none. */
  readonly bound: number | null;
}

const hasStatus = ({ outcome }: Sample, least: number, below: number): boolean =>
  typeof outcome === 'number' && outcome >= least && outcome < below;

/** Latency above which a response counts as bad, in milliseconds. */
export type LatencyBounds = Readonly<Record<Kind, number>>;

export const BOUNDS: LatencyBounds = { read: 500, build: 4_000 };

/**
 * The objectives, for a service that is allowed these latencies. Stricter than the rules in one point: the load reads
 * existing objects only, so every unsuccessful read is bad, however fast it is.
 */
export function objectivesFor({ read, build }: LatencyBounds): readonly Objective[] {
  return [
    {
      ...{ name: 'read-latency', kind: 'read', target: 0.95, bound: read },
      good: `successful reads within ${read / 1000} s`,
      isGood: (sample) => hasStatus(sample, 200, 300) && sample.duration <= read,
    },
    {
      ...{ name: 'compose-latency', kind: 'build', target: 0.95, bound: build },
      good: `requests for a compose with a response within ${build / 1000} s`,
      isGood: (sample) => hasStatus(sample, 100, 600) && sample.duration <= build,
    },
    {
      ...{ name: 'compose-stability', kind: 'build', target: 0.95, bound: null },
      good: 'requests for a compose without a 5xx',
      isGood: (sample) => hasStatus(sample, 100, 500),
    },
  ];
}

/** The objectives of the service, with the bounds of its alerts. */
export const OBJECTIVES: readonly Objective[] = objectivesFor(BOUNDS);

export interface Evaluation {
  readonly objective: Objective;
  readonly requests: number;
  /** Share of good requests; `null` without requests. */
  readonly share: number | null;
  readonly broken: boolean;
}

/** Compares a load with the objectives. An objective without requests is not broken. */
export function evaluate(samples: readonly Sample[], objectives: readonly Objective[] = OBJECTIVES): Evaluation[] {
  return objectives.map((objective) => {
    const own = samples.filter(({ kind }) => kind === objective.kind);
    const share = own.length === 0 ? null : own.filter(objective.isGood).length / own.length;
    return { objective, requests: own.length, share, broken: share !== null && share < objective.target };
  });
}
