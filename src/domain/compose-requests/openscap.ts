import { invalid } from '../../lib/errors.ts';
import { isUuid, NIL_UUID } from '../../lib/uuid.ts';
import type { ComposerCustomizations, ComposerDirectory, ComposerFile, Customizations } from './types.ts';

/** What an image is hardened to: a profile as it is, or a policy of the compliance service. */
export type Hardening =
  { readonly kind: 'profile'; readonly profileId: string } | { readonly kind: 'policy'; readonly policyId: string };

/** A policy as the compliance service gave it. */
export interface PolicyTailoring {
  readonly policyId: string;
  readonly profileId: string;
  /** The tailoring file, byte for byte; `null` when the profile applies without one. */
  readonly tailoring: string | null;
}

/**
 * The hardening a request asks for, `null` for none.
 * @throws ServiceError `invalid` for an empty profile, and for a policy id that cannot be one
 */
export const hardeningOf = (openscap: Customizations['openscap']): Hardening | null => {
  if (openscap === undefined) return null;
  const { profile_id, policy_id } = openscap as { profile_id?: unknown; policy_id?: unknown };
  // Only one of the two is a text; a member of the other kind is not looked at.
  if (typeof policy_id === 'string') {
    if (!isUuid(policy_id) || policy_id === NIL_UUID) {
      throw invalid('customizations.openscap.policy_id must be the UUID of a compliance policy');
    }
    return { kind: 'policy', policyId: policy_id.toLowerCase() };
  }
  if (profile_id === '') throw invalid('customizations.openscap.profile_id must not be empty');
  return { kind: 'profile', profileId: profile_id as string };
};

const TAILORING_DIRECTORY = '/etc/osbuild';
const TAILORING_FILE = `${TAILORING_DIRECTORY}/openscap-tailoring.json`;

export interface OpenscapParts {
  readonly openscap: NonNullable<ComposerCustomizations['openscap']>;
  readonly directories: readonly ComposerDirectory[];
  readonly files: readonly ComposerFile[];
}

/** Composer's hardening for a profile. */
export const profileParts = (profileId: string): OpenscapParts => ({
  openscap: { profile_id: profileId },
  directories: [],
  files: [],
});

/** Composer's hardening for a policy: with a tailoring, the file that holds it as well. */
export const policyParts = ({ policyId, profileId, tailoring }: PolicyTailoring): OpenscapParts => {
  const openscap = { profile_id: profileId, policy_id: policyId };
  if (tailoring === null) return { openscap, directories: [], files: [] };
  return {
    openscap: { ...openscap, json_tailoring: { profile_id: profileId, filepath: TAILORING_FILE } },
    directories: [{ path: TAILORING_DIRECTORY }],
    files: [{ path: TAILORING_FILE, data: tailoring }],
  };
};
