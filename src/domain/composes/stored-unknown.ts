import { ignoredMember, ignoredWarning } from '../../contract/ignored-members.ts';
import type { ContractDocument } from '../../contract/schema.ts';
import { compileWatcher, type UnknownMember } from '../../contract/unknown-members.ts';
import { memoize } from '../../lib/memoize.ts';
import type { BlueprintContent } from '../blueprints/content.ts';
import type { Finding } from '../build-rules/rule.ts';

const watcherOf = memoize((document: ContractDocument) => ({
  watch: compileWatcher(document, [{ $ref: '#/components/schemas/CreateBlueprintRequest' }]),
}));

/** The members of a stored blueprint that have no effect: its upload options, hardening and partitions may have some. */
export function findStoredUnknown(document: ContractDocument, content: BlueprintContent): readonly Finding[] {
  const unknown: UnknownMember[] = [];
  watcherOf(document).watch?.(content, unknown);
  return unknown.map((member) => ({ ...ignoredWarning(ignoredMember(member)), lost: true }));
}
