import { ignoredMember, ignoredWarning } from '../../contract/ignored-members.ts';
import type { SchemaValidation } from '../../contract/violations.ts';
import { given } from '../../lib/members.ts';
import type { IssueCollector } from '../blueprints/issues.ts';
import { presentFinding } from './build-warnings.ts';

/**
 * Adds what the schema says about a candidate: violations, and members that nothing would be made of.
 * @param options `strict`: such members are errors
 */
export function addSchemaIssues(
  issues: IssueCollector,
  { violations, unknown }: SchemaValidation,
  { strict }: { readonly strict: boolean },
): void {
  for (const { pointer, reason, hint, value, takes, suggestion } of violations) {
    issues.addError({
      ...{ pointer, detail: `${reason}${hint}` },
      ...given({ value, takes, suggestion }),
    });
  }
  for (const member of unknown) {
    // A forbidden member is a violation already.
    if (member.isForbidden) continue;
    const issue = presentFinding(ignoredWarning(ignoredMember(member)));
    if (strict) issues.addError(issue);
    else issues.addWarning(issue);
  }
}
