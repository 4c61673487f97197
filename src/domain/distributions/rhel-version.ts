export interface RhelVersion {
  readonly major: number;
  readonly minor: number;
}

/** The version in a RHEL name: `rhel-96` and `rhel-9.6` are 9.6. `null` for other systems and names without a minor version. */
export function rhelVersionOf(name: string): RhelVersion | null {
  const match = /^rhel-(?:(\d+)\.(\d+)|([5-9])(\d+))$/.exec(name);
  if (!match) return null;
  return { major: Number(match[1] ?? match[3]), minor: Number(match[2] ?? match[4]) };
}

/** The major version in a RHEL name, also of betas and nightlies; `null` for other systems. */
export function rhelMajorOf(name: string): number | null {
  const version = rhelVersionOf(name);
  if (version) return version.major;
  const match = /^rhel-(\d+)(?:\.\d+)?(?:-|$)/.exec(name);
  return match ? Number(match[1]) : null;
}
