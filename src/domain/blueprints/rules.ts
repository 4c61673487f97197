import type { components } from '../../../generated/image-builder.ts';
import type { Customizations } from '../compose-requests/types.ts';
import { unprocessable } from '../../lib/errors.ts';
import type { Issue } from './issues.ts';
import { isCleanPath } from '../build-rules/clean-path.ts';
import { directoryFault, fileFault } from './path-rules.ts';
import { quote } from '../../lib/quote.ts';

export type BlueprintRequest = components['schemas']['CreateBlueprintRequest'];
type Filesystem = NonNullable<Customizations['filesystem']>[number];

/** Compatibility: other Unicode spaces are no blanks. */
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

const itemIssues = <Item>(
  title: string,
  list: string,
  items: readonly Item[],
  faultsOf: (item: Item) => readonly (string | null)[],
): Issue[] =>
  items.flatMap((item, index) =>
    faultsOf(item)
      .filter((detail) => detail !== null)
      .map((detail) => ({ pointer: `/customizations/${list}/${index}`, title, detail })),
  );

/**
 * All rule violations, in the order name, users, files, directories, filesystem. Reports at most one user without a
 * name.
 */
export function findRuleViolations({ name, customizations }: BlueprintRequest): readonly Issue[] {
  const { users = [], files = [], directories = [], filesystem = [] } = customizations;
  // Compatibility: clients show this text, although one character is enough.
  const blankName = {
    pointer: '/name',
    title: 'blueprint name rule violation',
    detail: 'the blueprint name must contain at least two characters',
  };
  return [
    ...(NOT_BLANK.test(name) ? [] : [blankName]),
    ...itemIssues('user rule violation', 'users', users, (user) => [
      NOT_BLANK.test(user.name) ? null : 'missing user name',
    ]).slice(0, 1),
    ...itemIssues('file rule violation', 'files', files, (file) => [fileFault(file)]),
    ...itemIssues('directory rule violation', 'directories', directories, (directory) => [directoryFault(directory)]),
    ...itemIssues('filesystem rule violation', 'filesystem', filesystem, filesystemFaults),
  ];
}

/** @throws ServiceError `unprocessable` with an entry per violation */
export function refuseRuleViolations(request: BlueprintRequest): void {
  const violations = findRuleViolations(request);
  if (violations.length > 0) throw unprocessable(violations);
}
