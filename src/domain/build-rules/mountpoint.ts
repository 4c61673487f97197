import { isCleanPath } from './clean-path.ts';
import { mountLocations } from './location-policy.ts';
import type { Violation } from './rule.ts';

/** What is wrong with the form of a mount point; `null` for a usable one. */
export function mountpointFormFault(mountpoint: string): Omit<Violation, 'pointer'> | null {
  if (mountpoint === '') return { says: 'is empty', takes: 'an absolute path' };
  if (!mountpoint.startsWith('/')) return { value: mountpoint, says: 'is not absolute', takes: 'an absolute path' };
  if (!isCleanPath(mountpoint))
    return { value: mountpoint, says: 'is not canonical', takes: 'a path without empty parts, "." and ".."' };
  return null;
}

/** What is wrong with a mount point, in its form or its location; `null` for a usable one. */
export function mountpointFault(mountpoint: string): Omit<Violation, 'pointer'> | null {
  const fault = mountpointFormFault(mountpoint);
  if (fault !== null || mountLocations.allows(mountpoint)) return fault;
  return {
    value: mountpoint,
    says: 'cannot be a file system of its own',
    takes: 'other locations, such as /var or /home',
  };
}
