/** What a trial found. */
export interface Outcome {
  /** What was counted and measured, by name, in the order of the report. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** What was not as it has to be; empty when all was. */
  readonly violations: readonly string[];
}

/** Collects what is not as it has to be. */
export interface Findings {
  /** Notes what is wrong unless something holds. */
  readonly holds: (holds: boolean, wrong: string) => void;
  readonly violations: readonly string[];
}

/** Violations that are told; of many alike the first are enough. */
const MOST = 20;

export function createFindings(): Findings {
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
