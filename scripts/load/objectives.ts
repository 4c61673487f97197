/** What requests are about: reading, or starting builds. */
export type Kind = 'read' | 'build';

/** One request and what became of it. */
export interface Sample {
  readonly kind: Kind;
  /** Name of the request in the report. */
  readonly name: string;
  /** When it was sent, and how long its answer took, in milliseconds. */
  readonly at: number;
  readonly duration: number;
  /** The status, or why there is none: the code of an error such as `ECONNRESET`. */
  readonly outcome: number | string;
}

/** An objective of the service, as deploy/prometheus/image-builder.rules.yml has it. */
export interface Objective {
  readonly name: string;
  readonly kind: Kind;
  /** What a good request is, in words. */
  readonly good: string;
  readonly isGood: (sample: Sample) => boolean;
  /** The least share of good requests. */
  readonly target: number;
  /** The latency it is about, in milliseconds; `null` for none. */
  readonly bound: number | null;
}

const hasStatus = ({ outcome }: Sample, least: number, below: number): boolean =>
  typeof outcome === 'number' && outcome >= least && outcome < below;

/** Latency above which a response counts as bad, in milliseconds. */
export type LatencyBounds = Readonly<Record<Kind, number>>;

export const BOUNDS: LatencyBounds = { read: 500, build: 4_000 };

/**
 * The objectives, for a service that is allowed these latencies. Stricter than the rules in one thing: this load asks for
 * nothing that is not there, so a read that is answered by anything but success is bad however fast it is.
 */
export function objectivesFor({ read, build }: LatencyBounds): readonly Objective[] {
  return [
    {
      ...{ name: 'read-latency', kind: 'read', target: 0.95, bound: read },
      good: `reads answered with success within ${read / 1000} s`,
      isGood: (sample) => hasStatus(sample, 200, 300) && sample.duration <= read,
    },
    {
      ...{ name: 'compose-latency', kind: 'build', target: 0.95, bound: build },
      good: `requests for a build answered within ${build / 1000} s`,
      isGood: (sample) => hasStatus(sample, 100, 600) && sample.duration <= build,
    },
    {
      ...{ name: 'compose-stability', kind: 'build', target: 0.95, bound: null },
      good: 'requests for a build answered without a 5xx',
      isGood: (sample) => hasStatus(sample, 100, 500),
    },
  ];
}

/** The objectives of the service, with the bounds of its alerts. */
export const OBJECTIVES: readonly Objective[] = objectivesFor(BOUNDS);

export interface Judgement {
  readonly objective: Objective;
  readonly requests: number;
  /** Share of good requests; `null` where there was none to judge. */
  readonly share: number | null;
  readonly broken: boolean;
}

/** Judges a load by the objectives. One that nothing was sent for is not broken. */
export function judge(samples: readonly Sample[], objectives: readonly Objective[] = OBJECTIVES): Judgement[] {
  return objectives.map((objective) => {
    const own = samples.filter(({ kind }) => kind === objective.kind);
    const share = own.length === 0 ? null : own.filter(objective.isGood).length / own.length;
    return { objective, requests: own.length, share, broken: share !== null && share < objective.target };
  });
}
