/** A version of RHEL, as it is needed to find a policy's tailoring or the distribution of a snapshot. */
export interface RhelVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * The version a distribution's own name stands for: `rhel-9.6` and `rhel-96` are 9.6, `rhel-8.10` is 8.10.
 * `null` for every other system, and for names that do not say the minor version (`rhel-9`, betas, nightlies).
 */
export function rhelVersionOf(name: string): RhelVersion | null {
  const match = /^rhel-(?:(\d+)\.(\d+)|([5-9])(\d+))$/.exec(name);
  if (!match) return null;
  return { major: Number(match[1] ?? match[3]), minor: Number(match[2] ?? match[4]) };
}

/** The major version in a RHEL distribution's name, also of betas and nightlies; `null` for other systems. */
export function rhelMajorOf(name: string): number | null {
  const version = rhelVersionOf(name);
  if (version) return version.major;
  const match = /^rhel-(\d+)(?:\.\d+)?(?:-|$)/.exec(name);
  return match ? Number(match[1]) : null;
}
