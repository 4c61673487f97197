import type { components } from '../../../generated/image-builder.ts';
import type { PartDigests, VersionRow } from '../../db/queries/blueprint-versions.ts';
import { given } from '../../lib/members.ts';

type VersionItem = components['schemas']['BlueprintVersionItem'];

/** What is said of the first version. */
const CREATED = 'created';

/** Parts beside the customizations, in the order in which they are told. */
const FIRST = ['distribution', 'bootc', 'image_requests'];

/** Names of the parts in which two versions differ. */
const changedParts = (before: PartDigests, after: PartDigests): string[] => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => before[name] !== after[name]);
  return [...FIRST.filter((name) => changed.includes(name)), ...changed.filter((name) => !FIRST.includes(name)).sort()];
};

/**
 * Entries of the list of versions.
 * @param rows newest first, with one more than there are entries, unless the last entry is of the first version
 * @param most how many entries there are at most
 */
export const toVersionItems = (rows: readonly VersionRow[], most: number): VersionItem[] =>
  rows.slice(0, most).map((row, index) => {
    const before = rows[index + 1];
    return {
      version: row.version,
      created_at: row.created_at,
      ...given('author', row.author),
      changes: before === undefined ? [CREATED] : changedParts(before.parts, row.parts),
      ...given('restored_from', row.restored_from),
    };
  });
