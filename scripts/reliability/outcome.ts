/** The result of a trial. */
export interface Outcome {
  /** Counts and measurements by name, in the order of the report. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Violated invariants; empty on success. */
  readonly violations: readonly string[];
}

/** Collects violations. */
export interface Checks {
  /** Records `wrong` unless the condition holds. */
  readonly holds: (holds: boolean, wrong: string) => void;
  readonly violations: readonly string[];
}

/** Most reported violations. */
const MOST = 20;

export function createChecks(): Checks {
  const violations: string[] = [];
  return {
    violations,
    holds: (holds, wrong) => {
      if (!holds && violations.length < MOST) violations.push(wrong);
    },
  };
}

/** An outcome as lines of text. */
export function describeOutcome(title: string, { figures, violations }: Outcome): string {
  const width = Math.max(...Object.keys(figures).map(({ length }) => length));
  return [
    `\n${title}`,
    ...Object.entries(figures).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...violations.map((violation) => `  VIOLATION: ${violation}`),
  ].join('\n');
}
