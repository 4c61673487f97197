// Made from api/upstream/recommendations.yaml by `npm run generate`. Do not edit.

import type { operations } from './recommendations.ts';

/** Method and path template of every operation of the contract. */
export const recommendationsOperations = {
  /** Recommend packages */
  getRecommendedPackages: { method: 'POST', path: '/packages/recommendations' },
} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };
