// Made from api/upstream/content-sources.yaml by `npm run generate`. Do not edit.

import type { operations } from './content-sources.ts';

/** Method and path template of every operation of the contract. */
export const contentSourcesOperations = {
  /** List repositories */
  listRepositories: { method: 'GET', path: '/repositories/' },
  /** Export repositories */
  bulkExportRepositories: { method: 'POST', path: '/repositories/bulk_export/' },
  /** Find the snapshots of a date */
  listSnapshotsByDate: { method: 'POST', path: '/snapshots/for_date/' },
  /** Read a content template */
  getTemplate: { method: 'GET', path: '/templates/{uuid}' },
} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };
