// Made from api/upstream/provisioning.yaml by `npm run generate`. Do not edit.

import type { CallOptions, UpstreamAnswer, UpstreamCall, UpstreamRequest } from '../../src/upstream/upstream.ts';
import type { operations } from './provisioning.ts';

/** One function per operation of the provisioning contract. */
export const createProvisioningOperations = (call: UpstreamCall) => ({
  /** Upload information of a source */
  getSourceUploadInfo: (request: UpstreamRequest<operations['getSourceUploadInfo']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getSourceUploadInfo']>> =>
    call<operations['getSourceUploadInfo']>({ operationId: 'getSourceUploadInfo', method: 'GET', path: '/sources/{ID}/upload_info' }, request, options),
});

export type ProvisioningOperations = ReturnType<typeof createProvisioningOperations>;
