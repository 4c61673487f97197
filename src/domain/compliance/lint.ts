import type { components } from '../../../generated/image-builder.ts';
import {
  kernelParameters,
  requirementsFrom,
  SERVICE_STATES,
  type Requirements,
  type ServiceState,
} from './requirements.ts';

type Customizations = components['schemas']['Customizations'];
export type BlueprintLint = components['schemas']['BlueprintLint'];

interface Requirement {
  /** Error for a blueprint that lacks it. */
  readonly missing: string;
  /** Warning when the policy no longer contains it. */
  readonly dropped: string;
  readonly isSatisfiedBy: (customizations: Customizations) => boolean;
  readonly apply: (customizations: Customizations) => Customizations;
}

const packageRequirement = (name: string): Requirement => ({
  missing: `package ${name} required by policy is not present`,
  dropped: `package ${name} is no longer required by policy`,
  isSatisfiedBy: ({ packages = [] }) => packages.includes(name),
  apply: (c) => ({ ...c, packages: [...(c.packages ?? []), name] }),
});

const filesystemRequirement = (filesystem: Requirements['filesystem'][number]): Requirement => ({
  missing: `mountpoint ${filesystem.mountpoint} required by policy is not present`,
  dropped: `mountpoint ${filesystem.mountpoint} is no longer required by policy`,
  // The policy does not check the size.
  isSatisfiedBy: ({ filesystem: present = [] }) =>
    present.some(({ mountpoint }) => mountpoint === filesystem.mountpoint),
  apply: (c) => ({ ...c, filesystem: [...(c.filesystem ?? []), { ...filesystem }] }),
});

const serviceRequirement = (state: ServiceState, name: string): Requirement => ({
  missing: `service ${name} required as ${state} by policy is not present`,
  dropped: `service ${name} is no longer required as ${state} by policy`,
  isSatisfiedBy: ({ services }) => services?.[state]?.includes(name) === true,
  apply: (c) => ({ ...c, services: { ...c.services, [state]: [...(c.services?.[state] ?? []), name] } }),
});

const kernelNameRequirement = (name: string): Requirement => ({
  missing: `kernel name ${name} required by policy not set`,
  dropped: `kernel name ${name} is no longer required by policy`,
  isSatisfiedBy: ({ kernel }) => kernel?.name === name,
  apply: (c) => ({ ...c, kernel: { ...c.kernel, name } }),
});

const kernelParameterRequirement = (parameter: string): Requirement => ({
  missing: `kernel command line parameter '${parameter}' required by policy not set`,
  dropped: `kernel command line parameter '${parameter}' is no longer required by policy`,
  // Whole parameters: `audit=10` is not `audit=1`.
  isSatisfiedBy: ({ kernel }) => kernelParameters(kernel?.append).includes(parameter),
  apply: (c) => ({ ...c, kernel: { ...c.kernel, append: `${c.kernel?.append ?? ''} ${parameter}` } }),
});

const FIPS_REQUIREMENT: Requirement = {
  missing: "FIPS required 'true' by policy but not set",
  dropped: 'FIPS is no longer required by policy',
  isSatisfiedBy: ({ fips }) => fips?.enabled === true,
  apply: (c) => ({ ...c, fips: { ...c.fips, enabled: true } }),
};

const toRequirementList = ({ packages, filesystem, services, kernel, fips }: Requirements): Requirement[] => [
  ...packages.map(packageRequirement),
  ...filesystem.map(filesystemRequirement),
  ...SERVICE_STATES.flatMap((state) => services[state].map((name) => serviceRequirement(state, name))),
  ...(kernel.name === null ? [] : [kernelNameRequirement(kernel.name)]),
  ...kernel.parameters.map(kernelParameterRequirement),
  ...(fips ? [FIPS_REQUIREMENT] : []),
];

/** Adds all missing requirements to customizations. Removes nothing; idempotent. */
export function applyRequirements(customizations: Customizations, requirements: Requirements): Customizations {
  return toRequirementList(requirements).reduce(
    (c, requirement) => (requirement.isSatisfiedBy(c) ? c : requirement.apply(c)),
    customizations,
  );
}

const lintItems = (descriptions: readonly string[]): BlueprintLint['errors'] =>
  descriptions.map((description) => ({ name: 'Compliance', description }));

export const NO_LINT_ISSUES: BlueprintLint = { errors: [], warnings: [] };

/** For a policy without a tailoring for the minor version of RHEL. */
export const MISSING_TAILORING: BlueprintLint = {
  errors: lintItems(['Compliance policy does not have a definition for the latest minor version']),
  warnings: [],
};

/**
 * Compares customizations with a policy.
 * @param recorded requirements at the time the customizations were stored, `null` if unknown
 * @returns errors for missing requirements, warnings for requirements that the policy no longer contains
 */
export function lint(
  customizations: Customizations,
  requirements: Requirements,
  recorded: Customizations | null,
): BlueprintLint {
  const required = applyRequirements({}, requirements);
  return {
    errors: lintItems(
      toRequirementList(requirements)
        .filter((requirement) => !requirement.isSatisfiedBy(customizations))
        .map(({ missing }) => missing),
    ),
    warnings: lintItems(
      toRequirementList(requirementsFrom(recorded ?? {}))
        .filter((requirement) => !requirement.isSatisfiedBy(required))
        .map(({ dropped }) => dropped),
    ),
  };
}
