import type { components } from '../../generated/image-builder.ts';
import type { Customizations } from '../compose/types.ts';
import { unprocessable, type ErrorEntry } from '../errors.ts';
import { directoryFault, fileFault, isCleanPath } from './path-rules.ts';
import { quote } from './quote.ts';

export type BlueprintRequest = components['schemas']['CreateBlueprintRequest'];
type Filesystem = NonNullable<Customizations['filesystem']>[number];

/** Only these count as blank; a name of other spaces is a name. */
const NOT_BLANK = /[^\t\n\f\r ]/;

const MIN_FILESYSTEM_BYTES = 1_048_576;

const mountpointFault = (mountpoint: string): string | null => {
  if (mountpoint === '') return 'mountpoint must not be empty';
  if (!mountpoint.startsWith('/')) return `mountpoint ${quote(mountpoint)} must be absolute`;
  if (!isCleanPath(mountpoint)) return `mountpoint ${quote(mountpoint)} must be canonical`;
  return null;
};

const filesystemFaults = ({ mountpoint, min_size: size }: Filesystem): (string | null)[] => [
  mountpointFault(mountpoint),
  size > 0 && size < MIN_FILESYSTEM_BYTES ? `mountpoint ${quote(mountpoint)} minimum size must be at least 1MB` : null,
];

const entries = (title: string, faults: readonly (string | null)[]): ErrorEntry[] =>
  faults.filter((detail) => detail !== null).map((detail) => ({ title, detail }));

/**
 * Every rule that a blueprint breaks, in the order in which they are told: name, users, files, directories, file
 * systems.
 */
export const brokenRules = ({ name, customizations }: BlueprintRequest): readonly ErrorEntry[] => {
  const { users = [], files = [], directories = [], filesystem = [] } = customizations;
  return [
    // Compatibility: one character is enough, whatever the text says. Clients show the text.
    ...entries('blueprint name rule violation', [
      NOT_BLANK.test(name) ? null : 'the blueprint name must contain at least two characters',
    ]),
    ...entries('user rule violation', [users.every((user) => NOT_BLANK.test(user.name)) ? null : 'missing user name']),
    ...entries('file rule violation', files.map(fileFault)),
    ...entries('directory rule violation', directories.map(directoryFault)),
    ...entries('filesystem rule violation', filesystem.flatMap(filesystemFaults)),
  ];
};

/** @throws ServiceError `unprocessable` with an entry for every rule that the blueprint breaks */
export const refuseBrokenRules = (request: BlueprintRequest): void => {
  const broken = brokenRules(request);
  if (broken.length > 0) throw unprocessable(broken);
};
