// Made from api/upstream/recommendations.yaml by `npm run generate`. Do not edit.

import type { operations } from './recommendations.ts';

/** The operations of the recommendations contract. */
export const recommendationsOperations = {
  /** Recommend packages */
  getRecommendedPackages: { method: 'POST', path: '/packages/recommendations' },
} as const satisfies Readonly<Record<keyof operations, { readonly method: string; readonly path: string }>>;
