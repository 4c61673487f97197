import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Definition, RepositoryDefinition } from './definition.ts';
import { readDefinition } from './definition.ts';
import { ARCHITECTURES, findDirectories } from './directory.ts';
import { toJsonText, updateFile } from './files.ts';

export interface NewDistribution {
  readonly name: string;
  /** The distribution that the new one resembles. */
  readonly like: string;
  /** Text for people. */
  readonly description: string;
  /** Its name at composer, where that differs. */
  readonly composerName?: string | undefined;
  /** Parts of addresses with what takes their place, in this order. */
  readonly replacements: readonly (readonly [from: string, to: string])[];
  /** Fingerprints of the keys at addresses that change. */
  readonly fingerprints: readonly string[];
}

export interface AddedDistribution {
  readonly files: readonly string[];
  /** Repositories, as `architecture id`, that need fingerprints of their keys. */
  readonly withoutKey: readonly string[];
}

const NAME = /^[a-z][a-z_]*(?:-[a-z0-9]+(?:\.[0-9]+)?)*$/;

const replaceAll = (text: string, replacements: NewDistribution['replacements']): string =>
  replacements.reduce((rest, [from, to]) => rest.replaceAll(from, to), text);

const inTexts = <Value>(value: Value, change: (text: string) => string): Value => {
  if (typeof value === 'string') return change(value) as Value;
  return Array.isArray(value) ? (value.map((one: unknown) => inTexts(one, change)) as Value) : value;
};

/** A key of another address is another key. */
const changeRepository = (
  repository: RepositoryDefinition,
  { replacements, fingerprints }: NewDistribution,
): RepositoryDefinition => {
  const change = (text: string): string => replaceAll(text, replacements);
  const { baseurl, metalink, mirrorlist, gpgkey_url: keys, ...rest } = repository;
  const changed = Object.entries({ baseurl, metalink, mirrorlist, gpgkey_url: keys })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, inTexts(value, change)]);
  const result = { ...rest, ...(Object.fromEntries(changed) as Partial<RepositoryDefinition>) };
  if (JSON.stringify(result.gpgkey_url) === JSON.stringify(keys)) return result;
  const { gpgkey: _key, gpgkey_fingerprints: _fingerprints, ...others } = result;
  return { ...others, ...(fingerprints.length === 0 ? {} : { gpgkey_fingerprints: fingerprints }) };
};

const definitionOf = (like: Definition, added: NewDistribution): Definition => {
  const { starter_package_list: _starter, composer_name: _name, ...distribution } = like.distribution;
  const architectures = ARCHITECTURES.flatMap((name) => {
    const architecture = like[name];
    if (!architecture) return [];
    const repositories = architecture.repositories?.map((one) => changeRepository(one, added));
    return [[name, { ...architecture, ...(repositories ? { repositories } : {}) }] as const];
  });
  return {
    ...like,
    ...(like.module_platform_id ? { module_platform_id: replaceAll(like.module_platform_id, added.replacements) } : {}),
    distribution: {
      ...{ ...distribution, name: added.name, description: added.description, no_package_list: true },
      ...(added.composerName === undefined ? {} : { composer_name: added.composerName }),
    },
    ...Object.fromEntries(architectures),
  };
};

/** The contract with a name in the enum `Distributions`, after the one that it resembles. @throws Error without the enum */
const withName = (contract: string, { name, like }: NewDistribution): string => {
  const [head, names] = /^ {4}Distributions:\n(?: {6}.*\n)*? {6}enum:\n((?: {8}- .+\n)+)/m.exec(contract) ?? [];
  if (head === undefined || names === undefined) throw new Error('the contract has no enum of distributions');
  const lines = names.split(/(?<=\n)/);
  if (lines.includes(`        - ${name}\n`)) return contract;
  const at = lines.indexOf(`        - ${like}\n`);
  const changed = lines.toSpliced(at < 0 ? lines.length : at + 1, 0, `        - ${name}\n`);
  return contract.replace(head, () => head.replace(names, () => changed.join('')));
};

/**
 * Adds a distribution: its directory, with the definition of the one it resembles, and its name in the contract.
 * @param dir directory of distributions
 * @param contractFile the contract of the service, as YAML
 * @throws Error when the name is not valid or taken, or the other distribution does not exist
 */
export async function addDistribution(
  dir: string,
  contractFile: string,
  added: NewDistribution,
): Promise<AddedDistribution> {
  const { name, like } = added;
  if (!NAME.test(name)) throw new Error(`${name}: no name of a distribution, such as fedora-46 or rhel-9.10`);
  const taken = await findDirectories(dir, [name]);
  if (taken.directories.length > 0) throw new Error(`${name}: exists already`);
  const { directories, problems } = await findDirectories(dir, [like]);
  const [directory] = directories;
  if (!directory) throw new Error(`${like}: ${problems[0]?.message ?? 'no such distribution'}`);
  const definition = definitionOf(await readDefinition(directory), added);
  const contract = withName(await readFile(contractFile, 'utf8'), added);

  const file = join(dir, name, `${name}.json`);
  await mkdir(join(dir, name));
  await updateFile(file, toJsonText(definition));
  await updateFile(contractFile, contract);
  const withoutKey = ARCHITECTURES.flatMap((architecture) =>
    (definition[architecture]?.repositories ?? [])
      .filter(({ check_gpg: checked, gpgkey }) => checked && !gpgkey)
      .map(({ id }) => `${architecture} ${id}`),
  );
  return { files: [file, contractFile], withoutKey };
}
