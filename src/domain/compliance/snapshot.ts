import { NIL_UUID } from '../../lib/uuid.ts';
import type { Customizations } from './customizations.ts';
import { applyRequirements } from './lint.ts';
import type { Requirements } from './requirements.ts';

/** The policy requirements stored with a version. */
export interface ServiceSnapshots {
  readonly compliance: {
    readonly policy_id: string;
    readonly policy_customizations: Customizations;
  };
}

/** Contains the requirements of the policy only, not the customizations of the blueprint. */
export function takeSnapshot(
  policyId: string,
  { openscap }: Customizations,
  requirements: Requirements,
): ServiceSnapshots {
  return {
    compliance: {
      policy_id: policyId,
      policy_customizations: applyRequirements(openscap ? { openscap } : {}, requirements),
    },
  };
}

/** Requirements stored with a version; `null` for none. Earlier releases stored the nil id for none. */
export function recordedCustomizations(stored: object | null): Customizations | null {
  const { compliance } = (stored ?? {}) as { readonly compliance?: Partial<ServiceSnapshots['compliance']> };
  if (!compliance || compliance.policy_id === NIL_UUID) return null;
  return compliance.policy_customizations ?? null;
}
