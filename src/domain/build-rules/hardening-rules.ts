import type { Rule } from './rule.ts';
import { hasSystem, isOstree, type BuildTarget } from './target.ts';

const PREFIX = 'xccdf_org.ssgproject.content_profile_';

const COMMON = [
  ...[
    'anssi_bp28_enhanced',
    'anssi_bp28_high',
    'anssi_bp28_intermediary',
    'anssi_bp28_minimal',
    'cis',
    'cis_server_l1',
  ],
  ...['cis_workstation_l1', 'cis_workstation_l2', 'e8', 'hipaa', 'ism_o', 'ospp', 'pci-dss', 'stig', 'stig_gui'],
];

/** Profiles that the image library builds, by major version of RHEL and CentOS Stream. */
const PROFILES: Readonly<Record<number, readonly string[]>> = {
  8: [...COMMON, 'cui'],
  9: [...COMMON, 'bsi', 'ccn_advanced', 'ccn_basic', 'ccn_intermediate', 'cui'],
  10: [...COMMON, 'bsi', 'ism_o_secret', 'ism_o_top_secret'],
};
const FEDORA_PROFILES = ['ospp', 'pci-dss', 'standard'];

/** `null` for a system whose profiles are not known. */
const profilesFor = ({ system, major }: BuildTarget): readonly string[] | null => {
  if (system === null || major === null) return null;
  return system === 'fedora' ? FEDORA_PROFILES : (PROFILES[major] ?? null);
};

/** The library takes the end of a name for the name. */
const isBuilt = (profile: string, profiles: readonly string[]): boolean =>
  profiles.some((name) => `${PREFIX}${name}`.endsWith(profile));

const profileOf = (openscap: unknown): string | null => {
  const { profile_id: profile } = (openscap ?? {}) as { profile_id?: unknown };
  return typeof profile === 'string' && profile !== '' ? profile : null;
};

const PROFILE: Rule = {
  ...{ title: 'OpenSCAP profile', kind: 'error', about: ['openscap'] },
  find: ({ customizations: { openscap }, target }) => {
    const profile = profileOf(openscap);
    const profiles = profilesFor(target);
    if (profile === null || profiles === null || isBuilt(profile, profiles)) return [];
    return [
      {
        ...{ pointer: '/customizations/openscap/profile_id', value: profile },
        ...{
          says: `cannot be built for ${target.distribution}`,
          takes: profiles.map((name) => PREFIX + name).join(', '),
        },
      },
    ];
  },
};

/** First minor version of RHEL whose images can be hardened. */
const FIRST_MINOR: Readonly<Record<number, number>> = { 8: 7, 9: 1 };

const VERSION: Rule = {
  ...{ title: 'OpenSCAP', kind: 'error', about: ['openscap'] },
  applies: ({ system, major, minor }) =>
    system === 'rhel' && major !== null && minor !== null && minor < (FIRST_MINOR[major] ?? 0),
  find: ({ customizations: { openscap }, target: { distribution, major } }) =>
    openscap
      ? [
          {
            ...{ pointer: '/customizations/openscap', takes: `RHEL ${major}.${FIRST_MINOR[major ?? 0]} and later` },
            says: `cannot be used with ${distribution}`,
          },
        ]
      : [],
};

const OSTREE: Rule = {
  ...{
    title: 'OpenSCAP',
    kind: 'error',
    about: ['openscap'],
    applies: (target) => isOstree(target) && hasSystem(target),
  },
  find: ({ customizations: { openscap }, target: { imageType } }) =>
    openscap
      ? [{ pointer: '/customizations/openscap', says: `cannot be used for ${imageType}`, takes: 'other image types' }]
      : [],
};

/** OpenSCAP profiles and policies. */
export const HARDENING_RULES: readonly Rule[] = [PROFILE, VERSION, OSTREE];
