// Which security profiles are offered for which distribution. A table, because it says what is supported: data of more
// distributions may be there.
import type { components } from '../../generated/image-builder.ts';

type Distribution = components['schemas']['Distributions'];
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

const TABLE: readonly (readonly [readonly Profile[], readonly Distribution[]])[] = [
  [
    EL8,
    [
      ...(['rhel-8', 'rhel-8.10', 'rhel-84', 'rhel-85', 'rhel-86', 'rhel-87', 'rhel-88', 'rhel-89'] as const),
      'rhel-8-nightly',
    ],
  ],
  [
    EL9,
    [
      ...(['centos-9', 'rhel-9', 'rhel-91', 'rhel-92', 'rhel-93', 'rhel-94', 'rhel-95'] as const),
      ...(['rhel-9.6', 'rhel-9.7', 'rhel-9.8', 'rhel-9-beta', 'rhel-9-nightly'] as const),
      ...(['rhel-9.6-nightly', 'rhel-9.7-nightly', 'rhel-9.8-nightly', 'rhel-9.9-nightly'] as const),
    ],
  ],
  [
    EL10,
    [
      ...(['rhel-10', 'rhel-10.0', 'rhel-10.1', 'rhel-10.2', 'rhel-10-nightly'] as const),
      ...(['rhel-10.0-nightly', 'rhel-10.1-nightly', 'rhel-10.2-nightly', 'rhel-10.3-nightly'] as const),
    ],
  ],
];

const BY_DISTRIBUTION = new Map(
  TABLE.flatMap(([offered, distributions]) => distributions.map((distribution) => [distribution, offered] as const)),
);

/** Profiles offered for a distribution, in the order in which they are listed; `null` where none are. */
export const oscapProfilesOf = (distribution: Distribution): readonly Profile[] | null =>
  BY_DISTRIBUTION.get(distribution) ?? null;
