import { ACCOUNT_RULES } from './account-rules.ts';
import { CONTENT_RULES } from './content-rules.ts';
import { DISK_RULES } from './disk-rules.ts';
import { EDGE_RULES } from './edge-rules.ts';
import { FILE_RULES } from './file-rules.ts';
import { FILESYSTEM_RULES } from './filesystem-rules.ts';
import { HARDENING_RULES } from './hardening-rules.ts';
import { toFinding, type Finding, type Rule } from './rule.ts';
import { LEFT_OUT, NO_EFFECT, REQUIRED } from './supported-options.ts';
import { SYSTEM_RULES } from './system-rules.ts';
import type { BuildSubject } from './target.ts';

/** All rules, in the order in which their findings are reported. */
export const BUILD_RULES: readonly Rule[] = [
  ...EDGE_RULES,
  ...FILESYSTEM_RULES,
  ...DISK_RULES,
  ...FILE_RULES,
  ...ACCOUNT_RULES,
  ...SYSTEM_RULES,
  ...CONTENT_RULES,
  ...HARDENING_RULES,
  ...[REQUIRED, LEFT_OUT, NO_EFFECT],
];

/** What is sure to fail in the build of an image, and what it would lack. Calls no other service. */
export function findBuildIssues(subject: BuildSubject): readonly Finding[] {
  return BUILD_RULES.flatMap((rule) =>
    rule.applies?.(subject.target) === false ? [] : rule.find(subject).map((violation) => toFinding(rule, violation)),
  );
}
