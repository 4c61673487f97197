import { isCleanPath } from '../build-rules/clean-path.ts';
import type { Customizations } from '../compose-requests/types.ts';
import { directoryLocations, fileLocations, type LocationPolicy } from '../build-rules/location-policy.ts';
import { quote } from '../../lib/quote.ts';

type File = NonNullable<Customizations['files']>[number];
type Directory = NonNullable<Customizations['directories']>[number];

const USER_NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}$/;
const GROUP_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,31}$/;

/** Compatibility: the file type bits of Go, not of POSIX; modes that POSIX rejects pass. */
const FILE_TYPE_BITS = 0x8f28_0000n;
const MAX_MODE = 0xffff_ffffn;

const hasFileTypeBits = (mode: string): boolean => {
  if (!/^[0-7]+$/.test(mode)) return false;
  const bits = BigInt(`0o${mode}`);
  return bits <= MAX_MODE && (bits & FILE_TYPE_BITS) !== 0n;
};

const pathFault = (path: string, locations: LocationPolicy): string | null => {
  if (!path.startsWith('/')) return `path ${quote(path)} must be absolute`;
  if (!isCleanPath(path)) return `path ${quote(path)} must be canonical`;
  if (!locations.allows(path)) return `path ${quote(path)} is not allowed`;
  if (path === '/') return 'path must not end with a slash';
  return null;
};

const ownerFault = (what: 'user' | 'group', owner: string | number | undefined, pattern: RegExp): string | null => {
  if (typeof owner === 'number') return owner < 0 ? `${what} ID must be non-negative` : null;
  if (owner === undefined || pattern.test(owner)) return null;
  return `${what} name ${quote(owner)} doesn't conform to validating regex (${pattern.source})`;
};

const ownedPathFault = ({ path, mode, user, group }: File | Directory, locations: LocationPolicy): string | null =>
  pathFault(path, locations) ??
  (mode !== undefined && hasFileTypeBits(mode) ? 'mode must not contain file type bits' : null) ??
  ownerFault('user', user, USER_NAME) ??
  ownerFault('group', group, GROUP_NAME);

/** The first problem of a file, `null` for none. */
export function fileFault(file: File): string | null {
  const found = ownedPathFault(file, fileLocations);
  return found && `file ${quote(file.path)}: ${found}`;
}

/** The first problem of a directory, `null` for none. */
export function directoryFault(directory: Directory): string | null {
  const found = ownedPathFault(directory, directoryLocations);
  return found && `directory ${quote(directory.path)}: ${found}`;
}
