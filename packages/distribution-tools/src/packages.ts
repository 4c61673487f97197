import pLimit from 'p-limit';
import { architecturesOf, readDefinition, type Definition, type RepositoryDefinition } from './definition.ts';
import {
  definitionPath,
  findDirectories,
  readJson,
  type Architecture,
  type DistributionDirectory,
} from './directory.ts';
import { messageOf, plural } from './text.ts';
import { toJsonText, updateFile } from './files.ts';
import { writeLists, type ListOwner } from './lists.ts';
import type { Progress } from './progress.ts';
import type { Cache } from './sources/cache.ts';
import {
  fetchRepository,
  readRepository,
  type RepositoryContent,
  type RepositoryReader,
} from './sources/repository.ts';
import { RepositoryError, type RepositoryAddress } from './sources/repository-index.ts';
import type { Transport } from './sources/transport.ts';

/** What `updatePackages` works on, and how. */
export interface UpdatePackagesOptions {
  /** A distribution directory. */
  readonly dir: string;
  /** Names of distributions or aliases; without it, all that have package lists. */
  readonly distributions?: readonly string[] | undefined;
  readonly architectures?: readonly Architecture[] | undefined;
  /** Ids of repositories. */
  readonly repositories?: readonly string[] | undefined;
  readonly transport: Transport;
  readonly cache: Cache;
  /** Replaces addresses. */
  readonly rewrite?: (url: string) => string;
  /** Whether repositories that need a subscription can be read. */
  readonly hasCertificate: boolean;
  /** Repositories that are read at the same time. */
  readonly parallel: number;
  /** Writes lists for distributions marked `no_package_list`, and removes the mark once all lists are written. */
  readonly enable: boolean;
  readonly progress: Progress;
}

/** How it went, counted in lists of repositories. */
export interface UpdatePackagesResult {
  readonly repositories: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly problems: number;
}

/** One repository, wherever it is used: it is read once. */
interface Source {
  readonly architecture: Architecture;
  readonly address: RepositoryAddress;
  readonly owners: readonly ListOwner[];
}

interface Selected {
  readonly directory: DistributionDirectory;
  readonly definition: Definition;
}

const nameOf = ({ directory, architecture, repository }: ListOwner): string =>
  `${directory.name} ${architecture} ${repository}`;

const addressOf = ({ baseurl, metalink, mirrorlist, rhsm }: RepositoryDefinition): RepositoryAddress => ({
  baseurl: baseurl || null,
  metalink: metalink || null,
  mirrorlist: mirrorlist || null,
  subscribed: rhsm ?? false,
});

/** Selects the distributions to update, and reports the reason for each skipped one. */
const select = async (options: UpdatePackagesOptions, fail: (line: string) => void): Promise<Selected[]> => {
  const { dir, distributions, enable, progress } = options;
  const { directories, problems } = await findDirectories(dir, distributions);
  for (const { entry, message } of problems) fail(`${entry || dir}: ${message}`);
  const selected: Selected[] = [];
  for (const directory of directories) {
    try {
      const definition = await readDefinition(directory);
      if (definition.distribution.no_package_list && !enable) {
        progress.say(`${directory.name}: skipped, because its definition has no_package_list (--enable includes it)`);
      } else {
        selected.push({ directory, definition });
      }
    } catch (error) {
      fail(`${directory.name}: ${messageOf(error)}`);
    }
  }
  return selected;
};

const sourcesOf = (selected: readonly Selected[], options: UpdatePackagesOptions): Source[] => {
  const sources = new Map<string, { architecture: Architecture; address: RepositoryAddress; owners: ListOwner[] }>();
  for (const { directory, definition } of selected) {
    for (const [architecture, { repositories }] of architecturesOf(definition)) {
      if (options.architectures && !options.architectures.includes(architecture)) continue;
      for (const repository of repositories ?? []) {
        if (options.repositories && !options.repositories.includes(repository.id)) continue;
        const address = addressOf(repository);
        const key = JSON.stringify([architecture, address]);
        const source = sources.get(key) ?? { architecture, address, owners: [] };
        source.owners.push({ directory, architecture, repository: repository.id });
        sources.set(key, source);
      }
    }
  }
  return [...sources.values()];
};

/** Marks the lists of a definition as complete. Everything else stays as it is, in its order. */
const markComplete = async (directory: DistributionDirectory): Promise<void> => {
  const json = (await readJson(definitionPath(directory))) as {
    distribution: { no_package_list?: boolean; starter_package_list?: boolean };
  };
  json.distribution.no_package_list = false;
  delete json.distribution.starter_package_list;
  await updateFile(definitionPath(directory), toJsonText(json));
};

/**
 * Reads the repositories of a distribution directory and writes their lists. The lists of a repository
 * with a problem stay as they are; the other lists are written. The content depends on the repositories alone, and a list that did not
 * change is not touched.
 */
export async function updatePackages(options: UpdatePackagesOptions): Promise<UpdatePackagesResult> {
  const { progress, transport, cache, rewrite, hasCertificate } = options;
  const result = { repositories: 0, unchanged: 0, changed: 0, problems: 0 };
  const fail = (line: string): void => {
    result.problems += 1;
    progress.say(line);
  };
  const selected = await select(options, fail);
  const incomplete = new Set<DistributionDirectory>();
  // Reading takes the processor, and memory for one list: there is nothing to be won by doing it twice at a time.
  const inTurn = pLimit(1);

  const write = async (owner: ListOwner, content: RepositoryContent): Promise<void> => {
    const { changed, counts } = await writeLists(owner, content);
    result[changed ? 'changed' : 'unchanged'] += 1;
    const held = [
      plural(counts.packages, 'package'),
      plural(counts.groups, 'group'),
      plural(counts.environments, 'environment'),
      plural(counts.modules, 'module stream'),
    ];
    progress.say(`${nameOf(owner)}: ${held.join(', ')}; ${changed ? 'written' : 'unchanged'}`);
  };

  const update = async ({ architecture, address, owners }: Source): Promise<void> => {
    const [first] = owners as readonly [ListOwner, ...ListOwner[]];
    const task = progress.start(nameOf(first));
    const reader: RepositoryReader = {
      ...{ transport, cache, ...(rewrite ? { rewrite } : {}) },
      progress: {
        downloading: (file, bytes, size) => task.update(`downloading ${file}`, bytes, size),
        reading: (file, bytes, size) => task.update(`reading ${file}`, bytes, size),
      },
    };
    try {
      if (address.subscribed && !hasCertificate) {
        throw new RepositoryError('repodata/repomd.xml', new Error('needs a client certificate (--cert and --key)'));
      }
      const fetched = await fetchRepository(address, reader);
      // What was read is written before the next repository is read: only one of them is in memory.
      await inTurn(async () => {
        const content = await readRepository(fetched, architecture, reader.progress);
        for (const owner of owners) await write(owner, content);
      });
    } catch (error) {
      for (const owner of owners) {
        incomplete.add(owner.directory);
        const file = error instanceof RepositoryError ? ` ${error.file}` : '';
        fail(`${nameOf(owner)}${file}: ${messageOf(error)}`);
      }
    } finally {
      task.finish();
    }
  };

  const sources = sourcesOf(selected, options);
  result.repositories = sources.reduce((sum, { owners }) => sum + owners.length, 0);
  const atOnce = pLimit(options.parallel);
  await Promise.all(sources.map((source) => atOnce(() => update(source))));

  for (const { directory, definition } of selected) {
    const whole = !incomplete.has(directory) && !options.architectures && !options.repositories;
    const { no_package_list: none, starter_package_list: starter } = definition.distribution;
    if (!whole || !(none || starter)) continue;
    try {
      await markComplete(directory);
      progress.say(`${directory.name}: has ${none ? '' : 'complete '}package lists from now on`);
    } catch (error) {
      fail(`${directory.name}: ${messageOf(error)}`);
    }
  }
  return result;
}
