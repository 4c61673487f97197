// Made from api/upstream/compliance.yaml by `npm run generate`. Do not edit.

import type { CallOptions, UpstreamAnswer, UpstreamCall, UpstreamRequest } from '../../src/upstream/upstream.ts';
import type { operations } from './compliance.ts';

/** One function per operation of the compliance contract. */
export const createComplianceOperations = (call: UpstreamCall) => ({
  /** Read a policy */
  getPolicy: (request: UpstreamRequest<operations['getPolicy']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getPolicy']>> =>
    call<operations['getPolicy']>({ operationId: 'getPolicy', method: 'GET', path: '/policies/{policy_id}' }, request, options),
  /** Find the tailoring of a minor version */
  listTailorings: (request: UpstreamRequest<operations['listTailorings']>, options?: CallOptions): Promise<UpstreamAnswer<operations['listTailorings']>> =>
    call<operations['listTailorings']>({ operationId: 'listTailorings', method: 'GET', path: '/policies/{policy_id}/tailorings' }, request, options),
  /** Create the tailoring of a minor version */
  createTailoring: (request: UpstreamRequest<operations['createTailoring']>, options?: CallOptions): Promise<UpstreamAnswer<operations['createTailoring']>> =>
    call<operations['createTailoring']>({ operationId: 'createTailoring', method: 'POST', path: '/policies/{policy_id}/tailorings' }, request, options),
  /** Tailoring as JSON */
  getTailoringFileJson: (request: UpstreamRequest<operations['getTailoringFileJson']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getTailoringFileJson']>> =>
    call<operations['getTailoringFileJson']>({ operationId: 'getTailoringFileJson', method: 'GET', path: '/policies/{policy_id}/tailorings/{os_minor_version}/tailoring_file.json' }, request, options),
  /** Requirements of a policy as blueprint */
  getTailoringFileToml: (request: UpstreamRequest<operations['getTailoringFileToml']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getTailoringFileToml']>> =>
    call<operations['getTailoringFileToml']>({ operationId: 'getTailoringFileToml', method: 'GET', path: '/policies/{policy_id}/tailorings/{os_minor_version}/tailoring_file.toml' }, request, options),
});

export type ComplianceOperations = ReturnType<typeof createComplianceOperations>;
