// Made from api/upstream/recommendations.yaml by `npm run generate`. Do not edit.

import type { CallOptions, UpstreamAnswer, UpstreamCall, UpstreamRequest } from '../../src/upstream/upstream.ts';
import type { operations } from './recommendations.ts';

/** One function per operation of the recommendations contract. */
export const createRecommendationsOperations = (call: UpstreamCall) => ({
  /** Recommend packages */
  getRecommendedPackages: (request: UpstreamRequest<operations['getRecommendedPackages']>, options?: CallOptions): Promise<UpstreamAnswer<operations['getRecommendedPackages']>> =>
    call<operations['getRecommendedPackages']>({ operationId: 'getRecommendedPackages', method: 'POST', path: '/packages/recommendations' }, request, options),
});

export type RecommendationsOperations = ReturnType<typeof createRecommendationsOperations>;
