import type { components } from '../../../generated/image-builder.ts';
import {
  kernelParameters,
  requirementsOf,
  SERVICE_STATES,
  type Requirements,
  type ServiceState,
} from './requirements.ts';

type Customizations = components['schemas']['Customizations'];
export type BlueprintLint = components['schemas']['BlueprintLint'];

/** One thing that a policy asks for. */
interface Demand {
  /** What to say of a blueprint that does not meet it. */
  readonly missing: string;
  /** What to say when the policy does not ask for it any more. */
  readonly dropped: string;
  readonly isMetBy: (customizations: Customizations) => boolean;
  /** Adds what is missing. */
  readonly meet: (customizations: Customizations) => Customizations;
}

const packageDemand = (name: string): Demand => ({
  missing: `package ${name} required by policy is not present`,
  dropped: `package ${name} is no longer required by policy`,
  isMetBy: ({ packages = [] }) => packages.includes(name),
  meet: (c) => ({ ...c, packages: [...(c.packages ?? []), name] }),
});

const filesystemDemand = (filesystem: Requirements['filesystem'][number]): Demand => ({
  missing: `mountpoint ${filesystem.mountpoint} required by policy is not present`,
  dropped: `mountpoint ${filesystem.mountpoint} is no longer required by policy`,
  // The size is the blueprint's business.
  isMetBy: ({ filesystem: present = [] }) => present.some(({ mountpoint }) => mountpoint === filesystem.mountpoint),
  meet: (c) => ({ ...c, filesystem: [...(c.filesystem ?? []), { ...filesystem }] }),
});

const serviceDemand = (state: ServiceState, name: string): Demand => ({
  missing: `service ${name} required as ${state} by policy is not present`,
  dropped: `service ${name} is no longer required as ${state} by policy`,
  isMetBy: ({ services }) => services?.[state]?.includes(name) === true,
  meet: (c) => ({ ...c, services: { ...c.services, [state]: [...(c.services?.[state] ?? []), name] } }),
});

const kernelNameDemand = (name: string): Demand => ({
  missing: `kernel name ${name} required by policy not set`,
  dropped: `kernel name ${name} is no longer required by policy`,
  isMetBy: ({ kernel }) => kernel?.name === name,
  meet: (c) => ({ ...c, kernel: { ...c.kernel, name } }),
});

const kernelParameterDemand = (parameter: string): Demand => ({
  missing: `kernel command line parameter '${parameter}' required by policy not set`,
  dropped: `kernel command line parameter '${parameter}' is no longer required by policy`,
  // Whole parameters: `audit=10` is not `audit=1`.
  isMetBy: ({ kernel }) => kernelParameters(kernel?.append).includes(parameter),
  meet: (c) => ({ ...c, kernel: { ...c.kernel, append: `${c.kernel?.append ?? ''} ${parameter}` } }),
});

const FIPS_DEMAND: Demand = {
  missing: "FIPS required 'true' by policy but not set",
  dropped: 'FIPS is no longer required by policy',
  isMetBy: ({ fips }) => fips?.enabled === true,
  meet: (c) => ({ ...c, fips: { ...c.fips, enabled: true } }),
};

const demandsOf = ({ packages, filesystem, services, kernel, fips }: Requirements): Demand[] => [
  ...packages.map(packageDemand),
  ...filesystem.map(filesystemDemand),
  ...SERVICE_STATES.flatMap((state) => services[state].map((name) => serviceDemand(state, name))),
  ...(kernel.name === null ? [] : [kernelNameDemand(kernel.name)]),
  ...kernel.parameters.map(kernelParameterDemand),
  ...(fips ? [FIPS_DEMAND] : []),
];

/**
 * Customizations with everything added that is required and not there. Nothing is ever removed; twice is as good as
 * once.
 */
export const fixUp = (customizations: Customizations, requirements: Requirements): Customizations =>
  demandsOf(requirements).reduce((c, demand) => (demand.isMetBy(c) ? c : demand.meet(c)), customizations);

const findings = (descriptions: readonly string[]): BlueprintLint['errors'] =>
  descriptions.map((description) => ({ name: 'Compliance', description }));

export const NO_FINDINGS: BlueprintLint = { errors: [], warnings: [] };

/** What is told of a blueprint whose policy says nothing about its version of RHEL. */
export const NO_TAILORING: BlueprintLint = {
  errors: findings(['Compliance policy does not have a definition for the latest minor version']),
  warnings: [],
};

/**
 * Compares customizations with a policy.
 * @param recorded what the policy asked for when the customizations were stored, `null` when that is not known
 * @returns errors for what the policy asks for and is not there, warnings for what it asked for and does not any more
 */
export const lint = (
  customizations: Customizations,
  requirements: Requirements,
  recorded: Customizations | null,
): BlueprintLint => {
  const required = fixUp({}, requirements);
  return {
    errors: findings(
      demandsOf(requirements)
        .filter((demand) => !demand.isMetBy(customizations))
        .map(({ missing }) => missing),
    ),
    warnings: findings(
      demandsOf(requirementsOf(recorded ?? {}))
        .filter((demand) => !demand.isMetBy(required))
        .map(({ dropped }) => dropped),
    ),
  };
};
