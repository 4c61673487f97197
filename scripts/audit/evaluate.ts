import { isInForce, type Allowed } from './allow-list.ts';
import { SEVERITIES, type Advisory, type Severity } from './report.ts';

export interface Evaluation {
  /** Lines of output. */
  readonly lines: readonly string[];
  readonly failures: number;
}

const describe = ({ id, name, severity, title, range }: Advisory): string =>
  `${severity} ${name} ${range}: ${title} (${id})`;

/** Evaluates advisories: those of the severity or worse fail, unless the allow list accepts them until a later day. */
export function evaluate(
  advisories: readonly Advisory[],
  allowed: readonly Allowed[],
  level: Severity,
  now: Date,
): Evaluation {
  const lines: string[] = [];
  let failures = 0;
  const sorted = advisories.toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  for (const advisory of sorted) {
    const entry = allowed.find(({ id }) => id === advisory.id);
    if (SEVERITIES.indexOf(advisory.severity) < SEVERITIES.indexOf(level)) lines.push(`mild ${describe(advisory)}`);
    else if (entry && isInForce(entry, now)) {
      lines.push(`allowed until ${entry.expires} ${describe(advisory)}: ${entry.reason}`);
    } else {
      failures += 1;
      lines.push(`FAIL ${describe(advisory)}${entry ? `; it was allowed until ${entry.expires}` : ''}`);
    }
  }
  for (const { id } of allowed) {
    if (!advisories.some((advisory) => advisory.id === id)) {
      failures += 1;
      lines.push(`FAIL ${id} is allowed and nothing has it: take it off .ci/audit-allow.json`);
    }
  }
  return { lines, failures };
}
