import { invalid } from '../../lib/errors.ts';
import { isUuid, NIL_UUID } from '../../lib/ids.ts';
import type { ComposerCustomizations, ComposerDirectory, ComposerFile, Customizations } from './types.ts';

export type Hardening =
  { readonly kind: 'profile'; readonly profileId: string } | { readonly kind: 'policy'; readonly policyId: string };

export interface PolicyTailoring {
  readonly policyId: string;
  readonly profileId: string;
  /** Byte for byte; `null` when the profile applies without tailoring. */
  readonly tailoring: string | null;
}

/** The requested hardening; `null` for none. @throws ServiceError `invalid` for an empty profile or an invalid policy id */
export function hardeningOf(openscap: Customizations['openscap']): Hardening | null {
  if (openscap === undefined) return null;
  const { profile_id, policy_id } = openscap as { profile_id?: unknown; policy_id?: unknown };
  if (typeof policy_id === 'string') {
    if (!isUuid(policy_id) || policy_id === NIL_UUID) {
      throw invalid({
        detail: 'customizations.openscap.policy_id must be the UUID of a compliance policy',
        code: 'body.invalid',
        ...{ pointer: '/customizations/openscap/policy_id', takes: 'a UUID of 36 characters' },
      });
    }
    return { kind: 'policy', policyId: policy_id.toLowerCase() };
  }
  if (profile_id === '')
    throw invalid({
      detail: 'customizations.openscap.profile_id must not be empty',
      code: 'body.invalid',
      ...{ pointer: '/customizations/openscap/profile_id', takes: 'a profile of GET /oscap/{distribution}/profiles' },
    });
  return { kind: 'profile', profileId: profile_id as string };
}

const TAILORING_DIRECTORY = '/etc/osbuild';
const TAILORING_FILE = `${TAILORING_DIRECTORY}/openscap-tailoring.json`;

export interface OpenscapParts {
  readonly openscap: NonNullable<ComposerCustomizations['openscap']>;
  readonly directories: readonly ComposerDirectory[];
  readonly files: readonly ComposerFile[];
}

/** Composer's hardening for a profile. */
export function profileParts(profileId: string): OpenscapParts {
  return {
    openscap: { profile_id: profileId },
    directories: [],
    files: [],
  };
}

/** Composer's hardening for a policy, with its tailoring file. */
export function policyParts({ policyId, profileId, tailoring }: PolicyTailoring): OpenscapParts {
  const openscap = { profile_id: profileId, policy_id: policyId };
  if (tailoring === null) return { openscap, directories: [], files: [] };
  return {
    openscap: { ...openscap, json_tailoring: { profile_id: profileId, filepath: TAILORING_FILE } },
    directories: [{ path: TAILORING_DIRECTORY }],
    files: [{ path: TAILORING_FILE, data: tailoring }],
  };
}
