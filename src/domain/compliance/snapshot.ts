import { NIL_UUID } from '../../lib/uuid.ts';
import type { Customizations } from './customizations.ts';
import { applyRequirements } from './lint.ts';
import type { Requirements } from './requirements.ts';

/** What a policy asked for when a version was stored, as it is stored with the version. */
export interface ServiceSnapshots {
  readonly compliance: {
    readonly policy_id: string;
    readonly policy_customizations: Customizations;
  };
}

/** The record of a policy's requirements: them alone, without what else the blueprint has. */
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

/**
 * The requirements recorded with a version; `null` for none. A nil policy stands for none in what earlier releases
 * stored.
 */
export function recordedCustomizations(stored: object | null): Customizations | null {
  const { compliance } = (stored ?? {}) as Partial<ServiceSnapshots>;
  if (!compliance || compliance.policy_id === NIL_UUID) return null;
  return compliance.policy_customizations ?? null;
}
