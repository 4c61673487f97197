// Made from api/upstream/composer.yaml by `npm run generate`. Do not edit.

import type { CallOptions, UpstreamAnswer, UpstreamCall, UpstreamRequest } from '../../src/upstream/upstream.ts';
import type { operations } from './composer.ts';

/** One function per operation of the composer contract. */
export const createComposerOperations = (call: UpstreamCall) => ({
  /** Description of the API */
  getOpenapi: (request: UpstreamRequest<operations['getOpenapi']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getOpenapi']>> =>
    call<operations['getOpenapi']>({ operationId: 'getOpenapi', method: 'GET', path: '/openapi' }, request, options),
  /** Status of a compose */
  getComposeStatus: (request: UpstreamRequest<operations['getComposeStatus']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getComposeStatus']>> =>
    call<operations['getComposeStatus']>({ operationId: 'getComposeStatus', method: 'GET', path: '/composes/{id}' }, request, options),
  /** Delete a compose */
  deleteCompose: (request: UpstreamRequest<operations['deleteCompose']>, options?: CallOptions): Promise<UpstreamAnswer<operations['deleteCompose']>> =>
    call<operations['deleteCompose']>({ operationId: 'deleteCompose', method: 'DELETE', path: '/composes/{id}' }, request, options),
  /** Metadata of a compose */
  getComposeMetadata: (request: UpstreamRequest<operations['getComposeMetadata']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getComposeMetadata']>> =>
    call<operations['getComposeMetadata']>({ operationId: 'getComposeMetadata', method: 'GET', path: '/composes/{id}/metadata' }, request, options),
  /** Logs of a compose */
  getComposeLogs: (request: UpstreamRequest<operations['getComposeLogs']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getComposeLogs']>> =>
    call<operations['getComposeLogs']>({ operationId: 'getComposeLogs', method: 'GET', path: '/composes/{id}/logs' }, request, options),
  /** Manifests of a compose */
  getComposeManifests: (request: UpstreamRequest<operations['getComposeManifests']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getComposeManifests']>> =>
    call<operations['getComposeManifests']>({ operationId: 'getComposeManifests', method: 'GET', path: '/composes/{id}/manifests' }, request, options),
  /** Software bills of materials of a compose */
  getComposeSBOMs: (request: UpstreamRequest<operations['getComposeSBOMs']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getComposeSBOMs']>> =>
    call<operations['getComposeSBOMs']>({ operationId: 'getComposeSBOMs', method: 'GET', path: '/composes/{id}/sboms' }, request, options),
  /** Download the image of a compose */
  getComposeDownload: (request: UpstreamRequest<operations['getComposeDownload']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getComposeDownload']>> =>
    call<operations['getComposeDownload']>({ operationId: 'getComposeDownload', method: 'GET', path: '/composes/{id}/download' }, request, options),
  /** Copy the image of a compose */
  postCloneCompose: (request: UpstreamRequest<operations['postCloneCompose']>, options?: CallOptions): Promise<UpstreamAnswer<operations['postCloneCompose']>> =>
    call<operations['postCloneCompose']>({ operationId: 'postCloneCompose', method: 'POST', path: '/composes/{id}/clone' }, request, options),
  /** Status of a copy */
  getCloneStatus: (request: UpstreamRequest<operations['getCloneStatus']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getCloneStatus']>> =>
    call<operations['getCloneStatus']>({ operationId: 'getCloneStatus', method: 'GET', path: '/clones/{id}' }, request, options),
  /** Start a compose */
  postCompose: (request: UpstreamRequest<operations['postCompose']>, options?: CallOptions): Promise<UpstreamAnswer<operations['postCompose']>> =>
    call<operations['postCompose']>({ operationId: 'postCompose', method: 'POST', path: '/compose' }, request, options),
  /** List distributions */
  getDistributionList: (request: UpstreamRequest<operations['getDistributionList']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getDistributionList']>> =>
    call<operations['getDistributionList']>({ operationId: 'getDistributionList', method: 'GET', path: '/distributions' }, request, options),
  /** Details of a distribution */
  getDistribution: (request: UpstreamRequest<operations['getDistribution']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getDistribution']>> =>
    call<operations['getDistribution']>({ operationId: 'getDistribution', method: 'GET', path: '/distributions/{distro}' }, request, options),
  /** Meaning of an error */
  getError: (request: UpstreamRequest<operations['getError']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getError']>> =>
    call<operations['getError']>({ operationId: 'getError', method: 'GET', path: '/errors/{id}' }, request, options),
  /** List errors */
  getErrorList: (request: UpstreamRequest<operations['getErrorList']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getErrorList']>> =>
    call<operations['getErrorList']>({ operationId: 'getErrorList', method: 'GET', path: '/errors' }, request, options),
  /** List composes */
  getComposeList: (request: UpstreamRequest<operations['getComposeList']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getComposeList']>> =>
    call<operations['getComposeList']>({ operationId: 'getComposeList', method: 'GET', path: '/composes/' }, request, options),
  /** Resolve the packages of a blueprint */
  postDepsolveBlueprint: (request: UpstreamRequest<operations['postDepsolveBlueprint']>, options?: CallOptions): Promise<UpstreamAnswer<operations['postDepsolveBlueprint']>> =>
    call<operations['postDepsolveBlueprint']>({ operationId: 'postDepsolveBlueprint', method: 'POST', path: '/depsolve/blueprint' }, request, options),
  /** Search packages */
  postSearchPackages: (request: UpstreamRequest<operations['postSearchPackages']>, options?: CallOptions): Promise<UpstreamAnswer<operations['postSearchPackages']>> =>
    call<operations['postSearchPackages']>({ operationId: 'postSearchPackages', method: 'POST', path: '/search/packages' }, request, options),
});

export type ComposerOperations = ReturnType<typeof createComposerOperations>;
