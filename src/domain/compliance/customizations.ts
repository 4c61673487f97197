import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { components } from '../../../generated/image-builder.ts';
import type { AppContext } from '../../context.ts';
import { readJson } from '../distributions/json-file.ts';
import type { Distribution } from '../distributions/registry.ts';

export type Customizations = components['schemas']['Customizations'];
type Profile = components['schemas']['DistributionProfileItem'];
type Log = AppContext['log'];
type Suffix<T> = T extends `xccdf_org.ssgproject.content_profile_${infer Name}` ? Name : never;

/** The profiles of the contract; the type requires all of them. */
const NAMES: Readonly<Record<Suffix<Profile>, true>> = {
  ...{ anssi_bp28_enhanced: true, anssi_bp28_high: true, anssi_bp28_intermediary: true, anssi_bp28_minimal: true },
  ...{ ccn_advanced: true, ccn_basic: true, ccn_intermediate: true },
  ...{ cis: true, cis_server_l1: true, cis_workstation_l1: true, cis_workstation_l2: true },
  ...{ cui: true, e8: true, hipaa: true, ism_o: true, ospp: true, 'pci-dss': true, standard: true },
  ...{ stig: true, stig_gui: true },
};

const PROFILES = (Object.keys(NAMES) as Suffix<Profile>[]).map(
  (name): Profile => `xccdf_org.ssgproject.content_profile_${name}`,
);

const NO_PROFILES: ReadonlyMap<string, Customizations> = new Map();

const hasProfile = (content: unknown): content is Customizations =>
  typeof content === 'object' && content !== null && 'openscap' in content;

/** `null` without a usable document; logs unusable files. */
const readCustomizations = (directory: string, profile: Profile, log: Log): Customizations | null => {
  const file = join(directory, 'oscap', profile, 'customizations.json');
  if (!existsSync(file)) return null;
  try {
    const content = readJson(file);
    if (hasProfile(content)) return content;
    log.warn({ event: 'customizations.openscap_missing', file }, 'stored customizations lack their openscap member');
  } catch (error) {
    log.warn({ event: 'customizations.unreadable', err: error, file }, 'stored customizations cannot be read');
  }
  return null;
};

/** Loaded on first use. */
const customizationsByDistribution = new WeakMap<Distribution, ReadonlyMap<string, Customizations>>();

const readAllProfiles = ({ directory }: Distribution, log: Log): ReadonlyMap<string, Customizations> =>
  new Map(
    PROFILES.flatMap((profile) => {
      const customizations = readCustomizations(directory, profile, log);
      return customizations === null ? [] : [[profile, customizations]];
    }),
  );

/**
 * Customizations by profile id. Neither entitlement nor the allow list applies.
 * @param key of a distribution; an unknown distribution has no profiles
 */
export function profilesOf(
  { distributions, log }: Pick<AppContext, 'distributions' | 'log'>,
  key: string,
): ReadonlyMap<string, Customizations> {
  const distribution = distributions.find(key, { entitled: true });
  if (distribution === null) return NO_PROFILES;
  let profiles = customizationsByDistribution.get(distribution);
  if (profiles === undefined)
    customizationsByDistribution.set(distribution, (profiles = readAllProfiles(distribution, log)));
  return profiles;
}
