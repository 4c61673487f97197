/** One measurement of a process. */
export interface Measurement {
  /** Seconds since the load started. */
  readonly at: number;
  readonly value: number;
}

/** Growth of a series between two parts of a run. */
export interface Growth {
  /** Values of the part after the warm-up, and of the end. */
  readonly early: number;
  readonly late: number;
  readonly grown: number;
}

/** Parts of the time after the warm-up that are compared with one another. */
const PART = 0.25;

const within = (series: readonly Measurement[], from: number, to: number): readonly number[] =>
  series.filter(({ at }) => at >= from && at <= to).map(({ value }) => value);

/**
 * Growth of the median of a series between the first and the last quarter of the time after the warm-up.
 * @throws Error when there is nothing to compare
 */
export function growthOf(series: readonly Measurement[], warmUp: number): Growth {
  const end = Math.max(...series.map(({ at }) => at));
  const part = (end - warmUp) * PART;
  const [early, late] = [within(series, warmUp, warmUp + part), within(series, end - part, end)];
  if (!(part > 0) || early.length === 0 || late.length === 0)
    throw new Error('the run was too short to compare anything');
  const [first, last] = [median(...early), median(...late)];
  return { early: first, late: last, grown: last - first };
}

/** The median. */
function median(...values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
