import { aapPaths } from '../compose-requests/aap-registration.ts';
import {
  filesAbove,
  isPresentDirectory,
  missingParentFinder,
  takesDirectory,
} from '../compose-requests/parent-directories.ts';
import { isCleanPath } from './clean-path.ts';
import {
  directoryLocations,
  fileLocations,
  ostreeDirectoryLocations,
  ostreeFileLocations,
  type LocationPolicy,
} from './location-policy.ts';
import { duplicates, select, textRule, type Place, type Rule, type TextEntry, type Violation } from './rule.ts';
import { isContainerDisk, isOstree, type BuildSubject, type BuildTarget } from './target.ts';

const LISTS = ['files', 'directories'] as const;
type List = (typeof LISTS)[number];

const LOCATIONS: Readonly<Record<List, { readonly ostree: LocationPolicy; readonly other: LocationPolicy }>> = {
  files: { ostree: ostreeFileLocations, other: fileLocations },
  directories: { ostree: ostreeDirectoryLocations, other: directoryLocations },
};

const isUsable = (path: string): boolean => path.startsWith('/') && path !== '/' && isCleanPath(path);

const HAS_CONTROL = /[\u0000-\u001f\u007f]/;
const MODE = /^0?[0-7]{3}$/;
const OWNERS = {
  user: { pattern: /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}$/, takes: 'up to 32 letters, digits, "_", "." and "-"' },
  group: { pattern: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,31}$/, takes: 'up to 32 letters, digits, "_" and "-"' },
} as const;

/** Images whose system changes as a whole: they keep files and directories in few locations. */
const keptLocations = (list: List, applies: (target: BuildTarget) => boolean, says: string): TextEntry => ({
  ...{ at: `${list}/#/path`, kind: 'error', title: 'location', applies, says },
  fails: (path) => isUsable(path) && !LOCATIONS[list].ostree.allows(path),
  takes: list === 'files' ? '/etc, /root, /usr/local/bin and /usr/local/sbin, without the files of accounts' : '/etc',
});

const entriesOf = (list: List): readonly TextEntry[] => [
  {
    ...{ at: `${list}/#/path`, kind: 'error', title: 'path' },
    fails: (path) => path !== '/' && path.endsWith('/'),
    ...{ says: 'ends with a slash', takes: 'an absolute path without one' },
  },
  {
    ...{ at: `${list}/#/path`, kind: 'error', title: 'path' },
    fails: (path) => !isUsable(path) && (path === '/' || !path.endsWith('/')),
    ...{ says: 'is no usable path', takes: 'an absolute, canonical path' },
  },
  {
    // The build takes a file with such a name, and refuses a directory with a line break.
    ...{ at: `${list}/#/path`, kind: list === 'directories' ? 'error' : 'warning', title: 'path' },
    fails: (path) => (list === 'directories' ? path.includes('\n') : HAS_CONTROL.test(path)),
    ...{ says: 'has a control character', takes: 'printable characters' },
  },
  {
    ...{ at: `${list}/#/path`, kind: 'error', title: 'location' },
    applies: (target) => target.mode === 'package' && !isOstree(target),
    fails: (path) => isUsable(path) && !LOCATIONS[list].other.allows(path),
    ...{ says: 'belongs to the system', takes: 'locations such as /etc, /opt, /srv, /usr/local and /var' },
  },
  keptLocations(list, isOstree, 'is not kept by an OSTree commit'),
  keptLocations(list, isContainerDisk, 'is part of the container'),
  {
    ...{ at: `${list}/#/mode`, kind: 'error', title: 'mode' },
    fails: (mode) => mode !== '' && !MODE.test(mode),
    ...{ says: 'is no mode', takes: 'three octal digits, with or without a leading 0' },
  },
  ...(['user', 'group'] as const).map((owner): TextEntry => ({
    ...{ at: `${list}/#/${owner}`, kind: 'error', title: 'owner' },
    fails: (name) => !OWNERS[owner].pattern.test(name),
    ...{ says: `is no ${owner} name`, takes: OWNERS[owner].takes },
  })),
];

const NEGATIVE_OWNERS: Rule = {
  ...{ title: 'owner', kind: 'error', about: ['files', 'directories'] },
  find: ({ customizations }) =>
    LISTS.flatMap((list) => ['user', 'group'].flatMap((owner) => select(customizations, `${list}/#/${owner}`))).flatMap(
      ({ pointer, value }) =>
        Number(value) < 0 && typeof value !== 'string'
          ? [{ pointer, value: String(value), says: 'is negative', takes: 'an id from 0' }]
          : [],
    ),
};

/** Paths of the request in the order in which composer receives them. */
const pathsOf = ({ customizations }: BuildSubject): readonly Place[] => [
  ...select(customizations, 'directories/#/path'),
  ...select(customizations, 'files/#/path'),
];

const DUPLICATES: Rule = {
  ...{ title: 'duplicate path', kind: 'error', about: ['files', 'directories'] },
  find: (subject) => {
    const { aap_registration: registration } = subject.customizations;
    const added = registration
      ? aapPaths().map((value) => ({ pointer: '/customizations/aap_registration', value }))
      : [];
    return duplicates([...added, ...pathsOf(subject)]).map(({ pointer, value }) => ({
      ...{ pointer, value: String(value), says: 'is given twice' },
      takes: 'one file or directory for a path',
    }));
  },
};

const BELOW_FILES: Rule = {
  ...{ title: 'path below a file', kind: 'error', about: ['files'] },
  find: (subject) => {
    const places = pathsOf(subject);
    const files = select(subject.customizations, 'files/#/path').map(({ value }) => String(value));
    const above = filesAbove(
      files,
      places.map(({ value }) => String(value)),
    );
    return places.flatMap(({ pointer, value }): Violation[] => {
      const path = String(value);
      const file = above.get(path);
      return file === undefined ? [] : [{ pointer, value: path, says: `is below ${file}, which is a file` }];
    });
  },
};

/** A file whose directory may be missing: composer does not create it. */
const WITHOUT_DIRECTORY: Rule = {
  ...{ title: 'missing directory', kind: 'warning', about: ['files'] },
  find: ({ customizations, target }) => {
    const missingParent = missingParentFinder(customizations);
    return (customizations.files ?? []).flatMap(({ path, ensure_parents: ensured }, index): Violation[] => {
      const parent = isUsable(path) ? missingParent(path) : null;
      // The service creates the directory.
      if (parent === null || (ensured && takesDirectory(target, parent))) return [];
      const pointer = `/customizations/files/${index}/path`;
      return [
        { pointer, value: path, says: 'may lack its directory', takes: `ensure_parents, or ${parent} in directories` },
      ];
    });
  },
};

/** A directory whose parent may be missing: the build fails, unless it creates parents. */
const WITHOUT_PARENT: Rule = {
  ...{ title: 'missing directory', kind: 'warning', about: ['directories'] },
  find: ({ customizations: { directories = [] }, target }) => {
    const { ostree, other } = LOCATIONS.directories;
    const locations = isOstree(target) || isContainerDisk(target) ? ostree : other;
    const paths = new Set(directories.map(({ path }) => path));
    const missingParent = missingParentFinder({ directories: directories.filter((one) => one.ensure_parents) });
    return directories.flatMap(({ path, ensure_parents: ensured }, index): Violation[] => {
      const parent = !ensured && isUsable(path) && locations.allows(path) ? missingParent(path) : null;
      if (parent === null || paths.has(parent)) return [];
      const pointer = `/customizations/directories/${index}/path`;
      return [{ pointer, value: path, says: 'may lack its parent', takes: `ensure_parents, or ${parent} before it` }];
    });
  },
};

const IS_DIRECTORY: Rule = {
  ...{ title: 'file in place of a directory', kind: 'warning', about: ['files'] },
  find: ({ customizations }) =>
    select(customizations, 'files/#/path', undefined, (path) => isPresentDirectory(String(path))).map(
      ({ pointer, value }) => ({ pointer, value: String(value), says: 'is a directory of every image' }),
    ),
};

/** Files and directories. */
export const FILE_RULES: readonly Rule[] = [
  ...LISTS.flatMap(entriesOf).map(textRule),
  ...[NEGATIVE_OWNERS, DUPLICATES, BELOW_FILES, WITHOUT_DIRECTORY, WITHOUT_PARENT, IS_DIRECTORY],
];
