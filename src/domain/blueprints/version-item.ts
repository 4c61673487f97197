import type { components } from '../../../generated/image-builder.ts';
import type { PartDigests, VersionRow } from '../../db/queries/blueprint-versions.ts';
import { given } from '../../lib/members.ts';

type VersionItem = components['schemas']['BlueprintVersionItem'];

/** Reported as the change of the first version. */
const CREATED_CHANGE = 'created';

/** Parts beside the customizations, in their reported order. */
const LEADING_PARTS = ['distribution', 'bootc', 'image_requests'];

const changedParts = (before: PartDigests, after: PartDigests): string[] => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => before[name] !== after[name]);
  return [
    ...LEADING_PARTS.filter((name) => changed.includes(name)),
    ...changed.filter((name) => !LEADING_PARTS.includes(name)).sort(),
  ];
};

/**
 * Items of the list of versions.
 * @param rows newest first, with one row beyond the limit to compare the last item with
 */
export function toVersionItems(rows: readonly VersionRow[], limit: number): VersionItem[] {
  return rows.slice(0, limit).map((row, index) => {
    const before = rows[index + 1];
    return {
      version: row.version,
      created_at: row.created_at,
      ...given({ author: row.author }),
      changes: before === undefined ? [CREATED_CHANGE] : changedParts(before.parts, row.parts),
      ...given({ restored_from: row.restored_from }),
    };
  });
}
