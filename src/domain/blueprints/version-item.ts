import type { components } from '../../../generated/image-builder.ts';
import type { PartDigests, VersionRow } from '../../db/queries/blueprint-versions.ts';
import { given } from '../../lib/members.ts';

type VersionItem = components['schemas']['BlueprintVersionItem'];

/** What is said of the first version. */
const CREATED_CHANGE = 'created';

/** Parts beside the customizations, in the order in which they are told. */
const LEADING_PARTS = ['distribution', 'bootc', 'image_requests'];

/** Names of the parts in which two versions differ. */
const changedParts = (before: PartDigests, after: PartDigests): string[] => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => before[name] !== after[name]);
  return [
    ...LEADING_PARTS.filter((name) => changed.includes(name)),
    ...changed.filter((name) => !LEADING_PARTS.includes(name)).sort(),
  ];
};

/**
 * Entries of the list of versions.
 * @param rows newest first, with one more than there are entries, unless the last entry is of the first version
 * @param limit how many entries there are at most
 */
export function toVersionItems(rows: readonly VersionRow[], limit: number): VersionItem[] {
  return rows.slice(0, limit).map((row, index) => {
    const before = rows[index + 1];
    return {
      version: row.version,
      created_at: row.created_at,
      ...given('author', row.author),
      changes: before === undefined ? [CREATED_CHANGE] : changedParts(before.parts, row.parts),
      ...given('restored_from', row.restored_from),
    };
  });
}
