import type { components } from '../../../generated/image-builder.ts';
import type { Finding } from '../build-rules/rule.ts';
import { given } from '../../lib/members.ts';

type BlueprintLint = components['schemas']['BlueprintLint'];
type ResponseFinding = components['schemas']['ValidationFinding'];

/** A finding in the form of the contract. */
export function presentFinding({
  pointer,
  title,
  detail,
  value,
  takes,
  suggestion,
  imageTypes,
}: Finding): ResponseFinding {
  return {
    ...{ pointer, title, detail },
    ...given({ value, takes, suggestion }),
    ...(imageTypes === undefined ? {} : { image_types: [...imageTypes] }),
  };
}

/** The member `warnings`; none without findings, or when the caller did not request hints. */
export function warningsMember(
  findings: readonly Finding[],
  hints: boolean | undefined,
): { readonly warnings?: ResponseFinding[] } {
  return hints && findings.length > 0 ? { warnings: findings.map(presentFinding) } : {};
}

/** The lint of a blueprint with what is certain of its builds: that they fail, or that a customization is lost. */
export function withBuildLint(lint: BlueprintLint, findings: readonly Finding[]): BlueprintLint {
  const certain = findings.filter(({ kind, lost }) => kind === 'error' || lost);
  if (certain.length === 0) return lint;
  const items = (wanted: Finding['kind']): BlueprintLint['errors'] =>
    certain.filter(({ kind }) => kind === wanted).map(({ detail }) => ({ name: 'Build', description: detail }));
  return { errors: [...lint.errors, ...items('error')], warnings: [...lint.warnings, ...items('warning')] };
}
