import { isOpen, type Verdict } from './judge.ts';

/** How many mutants were noticed. */
export interface Score {
  readonly noticed: number;
  readonly total: number;
  /** Percent; 100 without mutants. */
  readonly percent: number;
  /** The 95 % confidence interval (Wilson) of the score of all mutants that the sample was taken of, in percent. */
  readonly interval: readonly [low: number, high: number];
}

/** Quantiles of the normal distribution: 95 % lie within, 99.9 % below. */
const Z_WITHIN = 1.96;
const Z_BELOW = 3.09;

/** The interval of a share in a random sample, in percent: Wilson's, which is right for small samples. */
function intervalOf(noticed: number, total: number, z: number): readonly [low: number, high: number] {
  if (total === 0) return [0, 100];
  const share = noticed / total;
  const centre = share + z ** 2 / (2 * total);
  const margin = z * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  const scale = 100 / (1 + z ** 2 / total);
  return [(centre - margin) * scale, (centre + margin) * scale];
}

/** The score of mutants that were taken at random. */
export function scoreOf(verdicts: readonly Verdict[]): Score {
  const total = verdicts.length;
  const noticed = verdicts.filter((verdict) => !isOpen(verdict)).length;
  const percent = total === 0 ? 100 : (100 * noticed) / total;
  return { noticed, total, percent, interval: intervalOf(noticed, total, Z_WITHIN) };
}

/**
 * Whether the score of all mutants is certainly below a minimum. A sample of a better one seldom is as bad by chance: once in a thousand
 * times. Few mutants prove nothing, so a small change with an equivalent mutant does not fail.
 */
export function isBelow({ noticed, total }: Score, minimum: number): boolean {
  return intervalOf(noticed, total, Z_BELOW)[1] < minimum;
}

/** `90.5 % (19 of 21 mutants; 95 % confidence: 71.1 to 97.3 %)` */
export function describeScore({ noticed, total, percent, interval: [low, high] }: Score): string {
  return `${percent.toFixed(1)} % (${noticed} of ${total} mutants; 95 % confidence: ${low.toFixed(1)} to ${high.toFixed(1)} %)`;
}
