// Made from api/upstream/provisioning.yaml by `npm run generate`. Do not edit.

import type { operations } from './provisioning.ts';

/** Method and path template of every operation of the contract. */
export const provisioningOperations = {
  /** Upload information of a source */
  getSourceUploadInfo: { method: 'GET', path: '/sources/{ID}/upload_info' },
} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };
