import { ACCOUNT_RULES } from './account-rules.ts';
import { CONTENT_RULES } from './content-rules.ts';
import { DISK_RULES } from './disk-rules.ts';
import { EDGE_RULES } from './edge-rules.ts';
import { FILE_RULES } from './file-rules.ts';
import { FILESYSTEM_RULES } from './filesystem-rules.ts';
import { HARDENING_RULES } from './hardening-rules.ts';
import { IMAGE_MODE_RULES } from './image-mode.ts';
import { toFinding, type Finding, type Rule } from './rule.ts';
import { LEFT_OUT, NO_EFFECT, REQUIRED } from './supported-options.ts';
import { SYSTEM_RULES } from './system-rules.ts';
import type { BuildSubject } from './target.ts';

/** Rules of images that are made of packages, in the order in which their findings are reported. */
const PACKAGE_MODE_RULES: readonly Rule[] = [
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

/** Finds the rules that a request needs, in their order: most requests have few members. */
const ruleFinder = (rules: readonly Rule[]): ((customizations: object) => readonly Rule[]) => {
  // The rules about each member of a request, and those about none in particular, as places in the list.
  const index = new Map<string, readonly number[]>();
  rules.forEach(({ about = [''] }, place) => {
    for (const member of about) index.set(member, [...(index.get(member) ?? []), place]);
  });
  return (customizations) => {
    const places = ['', 'image', ...Object.keys(customizations)].flatMap((member) => index.get(member) ?? []);
    return [...new Set(places)].sort((a, b) => a - b).map((place) => rules[place] as Rule);
  };
};

const RULES_FOR = { package: ruleFinder(PACKAGE_MODE_RULES), image: ruleFinder(IMAGE_MODE_RULES) };

/**
 * What is sure to fail in the build of an image, and what it would lack. Calls no other service.
 * Yields the findings of one rule after the other: all of a large request take longer than a turn of the event loop.
 */
export function* findBuildIssues(subject: BuildSubject): Generator<readonly Finding[], void> {
  for (const rule of RULES_FOR[subject.target.mode](subject.customizations))
    if (rule.applies?.(subject.target) !== false)
      yield rule.find(subject).map((violation) => toFinding(rule, violation));
}
