// Made from api/upstream/provisioning.yaml by `npm run generate`. Do not edit.

import type { operations } from './provisioning.ts';

/** The operations of the provisioning contract. */
export const provisioningOperations = {
  /** Upload information of a source */
  getSourceUploadInfo: { method: 'GET', path: '/sources/{ID}/upload_info' },
} as const satisfies Readonly<Record<keyof operations, { readonly method: string; readonly path: string }>>;
