/** Locations of an image that customizations may write to. */
export interface LocationPolicy {
  /** @param path clean and absolute */
  readonly allows: (path: string) => boolean;
}

const SYSTEM_LOCATIONS = [
  ...['/bin', '/boot', '/dev', '/efi', '/lib', '/lib64', '/lost+found', '/proc', '/run', '/sbin', '/sys', '/sysroot'],
  ...['/tmp', '/usr', '/var/run', '/var/tmp'],
];
const LOCAL_LOCATIONS = ['/usr/local'];
const SYSTEM_FILES = ['/etc/fstab', '/etc/group', '/etc/passwd', '/etc/shadow'];

/** The longest matching entry decides; a path without one is allowed. */
const createPolicy = (denied: readonly string[], allowed: readonly string[]): LocationPolicy => {
  const rules = new Map([
    ...denied.map((entry) => [entry, false] as const),
    ...allowed.map((entry) => [entry, true] as const),
  ]);
  return {
    allows: (path) => {
      for (let prefix = path; prefix !== ''; prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
        const rule = rules.get(prefix);
        if (rule !== undefined) return rule;
      }
      return true;
    },
  };
};

export const directoryLocations = createPolicy(SYSTEM_LOCATIONS, LOCAL_LOCATIONS);
export const fileLocations = createPolicy([...SYSTEM_LOCATIONS, ...SYSTEM_FILES], LOCAL_LOCATIONS);
