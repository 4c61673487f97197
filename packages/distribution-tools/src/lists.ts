import { join } from 'node:path';
import type { Architecture, DistributionDirectory } from './directory.ts';
import { toJsonText, updateFile } from './files.ts';
import type { RepositoryContent } from './sources/repository.ts';

/** Kinds of lists, by the end of their files' names. Only the first one has to be there. */
export const LISTS = ['packages', 'groups', 'environments', 'modules'] as const;
export type ListKind = (typeof LISTS)[number];

/** A repository's place in a data directory. */
export interface ListOwner {
  readonly directory: DistributionDirectory;
  readonly architecture: Architecture;
  readonly repository: string;
}

/** Name of a list's file. */
export function listFile({ directory, architecture, repository }: ListOwner, kind: ListKind): string {
  return `${directory.name}-${architecture}-${repository}-${kind}.json`;
}

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** The order of package lists: by name without letter case, and names that differ in nothing else by their letters. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return byText(a.name.toLowerCase(), b.name.toLowerCase()) || byText(a.name, b.name);
}

/** The first item of each key. */
const firstOfEach = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => {
  const found = new Map<string, T>();
  for (const item of items) if (!found.has(keyOf(item))) found.set(keyOf(item), item);
  return [...found.values()];
};

/** What the files hold, in an order that does not depend on that of the repository. */
const listsOf = (content: RepositoryContent): Readonly<Record<ListKind, readonly unknown[]>> => ({
  packages: content.packages.toSorted(byName).map(({ name, summary }) => ({ name, summary })),
  groups: firstOfEach(content.groups, ({ id }) => id).toSorted((a, b) => byText(a.id, b.id)),
  environments: firstOfEach(content.environments, ({ id }) => id).toSorted((a, b) => byText(a.id, b.id)),
  modules: content.modules
    .toSorted((a, b) => byText(a.name, b.name) || byText(a.stream, b.stream))
    .map(({ name, stream, summary, isDefault }) => ({ name, stream, summary, default: isDefault })),
});

export interface WrittenLists {
  /** Whether anything is different now. */
  readonly changed: boolean;
  /** How many items each list has. */
  readonly counts: Readonly<Record<ListKind, number>>;
}

/** Writes the lists of a repository. Groups, environments and modules have a file only where there are any. */
export async function writeLists(owner: ListOwner, content: RepositoryContent): Promise<WrittenLists> {
  const lists = listsOf(content);
  let changed = false;
  for (const kind of LISTS) {
    const list = lists[kind];
    const text = list.length === 0 && kind !== 'packages' ? null : toJsonText(list);
    if (await updateFile(join(owner.directory.path, listFile(owner, kind)), text)) changed = true;
  }
  const { packages, groups, environments, modules } = lists;
  const counts = {
    packages: packages.length,
    groups: groups.length,
    environments: environments.length,
    modules: modules.length,
  };
  return { changed, counts };
}
