/** Locations of an image that a customization may use. */
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

/** Mount points that the system needs for itself, or has on its root file system. */
const SYSTEM_MOUNTS = [
  ...['/bin', '/dev', '/etc', '/lib', '/lib64', '/lost+found', '/proc', '/run', '/sbin', '/sys', '/sysroot'],
  ...['/var/lock', '/var/run'],
];

/** The longest matching entry decides; a path without one is allowed. */
const createPolicy = (denied: readonly string[], allowed: readonly string[]): LocationPolicy => {
  const rules = new Map([
    ...denied.map((entry) => [entry, false] as const),
    ...allowed.map((entry) => [entry, true] as const),
  ]);
  const longest = Math.max(0, ...[...rules.keys()].map((entry) => entry.length));
  return {
    allows: (path) => {
      // No entry is longer: most of a long path needs no search.
      let end = path.length <= longest ? path.length : path.lastIndexOf('/', longest);
      for (; end > 0; end = path.lastIndexOf('/', end - 1)) {
        const rule = rules.get(path.slice(0, end));
        if (rule !== undefined) return rule;
      }
      return true;
    },
  };
};

/** Only these locations and what is below them. */
const onlyBelow = (locations: readonly string[], except: LocationPolicy): LocationPolicy => ({
  allows: (path) =>
    locations.some((location) => path === location || path.startsWith(`${location}/`)) && except.allows(path),
});

export const directoryLocations = createPolicy(SYSTEM_LOCATIONS, LOCAL_LOCATIONS);
export const fileLocations = createPolicy([...SYSTEM_LOCATIONS, ...SYSTEM_FILES], LOCAL_LOCATIONS);

const systemFiles = createPolicy(SYSTEM_FILES, []);

/** An OSTree commit keeps changes of these locations alone. */
export const ostreeDirectoryLocations = onlyBelow(['/etc'], createPolicy([], []));
export const ostreeFileLocations = onlyBelow(['/etc', '/root', '/usr/local/bin', '/usr/local/sbin'], systemFiles);

/** File systems of an image that is made of a container: the rest of the system is read-only. */
export const containerMounts: LocationPolicy = {
  allows: (path) => path === '/' || path === '/boot' || path === '/var' || path.startsWith('/var/'),
};

const systemMounts = createPolicy(SYSTEM_MOUNTS, []);

/** `/usr` can be a file system, and nothing below it. */
export const mountLocations: LocationPolicy = {
  allows: (path) => !path.startsWith('/usr/') && systemMounts.allows(path),
};
