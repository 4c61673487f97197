// Made from api/upstream/compliance.yaml by `npm run generate`. Do not edit.

import type { operations } from './compliance.ts';

/** Method and path template of every operation of the contract. */
export const complianceOperations = {
  /** Read a policy */
  getPolicy: { method: 'GET', path: '/policies/{policy_id}' },
  /** Find the tailoring of a minor version */
  listTailorings: { method: 'GET', path: '/policies/{policy_id}/tailorings' },
  /** Create the tailoring of a minor version */
  createTailoring: { method: 'POST', path: '/policies/{policy_id}/tailorings' },
  /** Tailoring as JSON */
  getTailoringFileJson: { method: 'GET', path: '/policies/{policy_id}/tailorings/{os_minor_version}/tailoring_file.json' },
  /** Requirements of a policy as blueprint */
  getTailoringFileToml: { method: 'GET', path: '/policies/{policy_id}/tailorings/{os_minor_version}/tailoring_file.toml' },
} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };
