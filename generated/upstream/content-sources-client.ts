// Made from api/upstream/content-sources.yaml by `npm run generate`. Do not edit.

import type { CallOptions, UpstreamAnswer, UpstreamCall, UpstreamRequest } from '../../src/upstream/upstream.ts';
import type { operations } from './content-sources.ts';

/** One function per operation of the content-sources contract. */
export const createContentSourcesOperations = (call: UpstreamCall) => ({
  /** List repositories */
  listRepositories: (request: UpstreamRequest<operations['listRepositories']>, options?: CallOptions): Promise<UpstreamAnswer<operations['listRepositories']>> =>
    call<operations['listRepositories']>({ operationId: 'listRepositories', method: 'GET', path: '/repositories/' }, request, options),
  /** Export repositories */
  bulkExportRepositories: (request: UpstreamRequest<operations['bulkExportRepositories']>, options?: CallOptions): Promise<UpstreamAnswer<operations['bulkExportRepositories']>> =>
    call<operations['bulkExportRepositories']>({ operationId: 'bulkExportRepositories', method: 'POST', path: '/repositories/bulk_export/' }, request, options),
  /** Find the snapshots of a date */
  listSnapshotsByDate: (request: UpstreamRequest<operations['listSnapshotsByDate']>, options?: CallOptions): Promise<UpstreamAnswer<operations['listSnapshotsByDate']>> =>
    call<operations['listSnapshotsByDate']>({ operationId: 'listSnapshotsByDate', method: 'POST', path: '/snapshots/for_date/' }, request, options),
  /** Read a content template */
  getTemplate: (request: UpstreamRequest<operations['getTemplate']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getTemplate']>> =>
    call<operations['getTemplate']>({ operationId: 'getTemplate', method: 'GET', path: '/templates/{uuid}' }, request, options),
});

export type ContentSourcesOperations = ReturnType<typeof createContentSourcesOperations>;
