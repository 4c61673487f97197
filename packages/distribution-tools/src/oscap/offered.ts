// Which security profiles are made for which distribution.
import type { components } from '../../../../generated/image-builder.ts';

type Profile = components['schemas']['DistributionProfileItem'];
type Suffix<T> = T extends `xccdf_org.ssgproject.content_profile_${infer Name}` ? Name : never;

const profiles = (...names: readonly Suffix<Profile>[]): readonly Profile[] =>
  names.map((name) => `xccdf_org.ssgproject.content_profile_${name}` as const);

const ANSSI = ['anssi_bp28_enhanced', 'anssi_bp28_high', 'anssi_bp28_intermediary', 'anssi_bp28_minimal'] as const;
const CCN = ['ccn_advanced', 'ccn_basic', 'ccn_intermediate'] as const;
const CIS = ['cis', 'cis_server_l1', 'cis_workstation_l1', 'cis_workstation_l2'] as const;
const STIG = ['stig', 'stig_gui'] as const;

const EL8 = profiles(...ANSSI, ...CIS, 'cui', 'e8', 'hipaa', 'ism_o', 'ospp', 'pci-dss', ...STIG);
const EL9 = profiles(...ANSSI, ...CCN, ...CIS, 'cui', 'e8', 'hipaa', 'ism_o', 'ospp', 'pci-dss', ...STIG);
const EL10 = profiles(...ANSSI, ...CIS, 'e8', 'hipaa', 'ism_o', 'pci-dss', ...STIG);
const FEDORA = profiles('ospp', 'pci-dss', 'standard');

/** By product of the SCAP security guide. */
const BY_PRODUCT: Readonly<Record<string, readonly Profile[]>> = {
  rhel8: EL8,
  ...{ rhel9: EL9, cs9: EL9 },
  ...{ rhel10: EL10, cs10: EL10 },
  fedora: FEDORA,
};

/** The image library refuses OpenSCAP for RHEL before 8.7 and before 9.1. */
const REFUSED = new Set(['rhel-84', 'rhel-85', 'rhel-86', 'rhel-90']);

/**
 * The profiles that are made for a distribution, in alphabetical order.
 * @param name of the distribution's directory
 * @param product `oscap_name` of its definition
 */
export function offeredProfiles(name: string, product: string | null | undefined): readonly Profile[] {
  return REFUSED.has(name) ? [] : (BY_PRODUCT[product ?? ''] ?? []);
}

/** Whether composer cannot build images of the distribution with a security profile. */
export function refusesProfiles(name: string): boolean {
  return REFUSED.has(name);
}
