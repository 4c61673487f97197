import type { components } from '../../generated/image-builder.ts';
import type { BlueprintListRow } from '../db/blueprint-lists.ts';
import { shownLabels } from '../labels.ts';

/** An entry of the list of blueprints. */
export const toBlueprintItem = (row: BlueprintListRow): components['schemas']['BlueprintItem'] => ({
  id: row.id,
  name: row.name,
  description: row.description ?? '',
  version: row.version,
  last_modified_at: row.last_modified_at,
  ...shownLabels(row.labels ?? null),
});
