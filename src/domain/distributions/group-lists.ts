import { existsSync } from 'node:fs';
import { readJson } from './json-file.ts';
import type { ListedPackage } from './package-index.ts';

type Item = Readonly<Record<string, unknown>>;

const text = (item: Item, key: string): string => {
  const value = item[key] ?? '';
  if (typeof value !== 'string') throw new Error(`${key}: must be a string`);
  return value;
};

const group = (item: Item): ListedPackage => {
  const [name, description] = [text(item, 'name'), text(item, 'description')];
  return { name: text(item, 'id'), summary: [name, description].filter((part) => part !== '').join(': ') };
};

const moduleStream = (item: Item): ListedPackage => {
  const [name, stream] = [text(item, 'name'), text(item, 'stream')];
  return { name: `${name}:${stream}`, summary: `Module ${name}, stream ${stream}: ${text(item, 'summary')}` };
};

/** Kinds of lists, by the suffix of the file name. */
const KINDS = [
  ['groups', group],
  ['environments', group],
  ['modules', moduleStream],
] as const;

const readList = (file: string, toListed: (item: Item) => ListedPackage): ListedPackage[] => {
  if (!existsSync(file)) return [];
  const list = readJson(file);
  if (!Array.isArray(list)) throw new Error(`${file}: must be a list`);
  return list.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new Error(`${file}: /${index}: must be an object`);
    }
    try {
      return toListed(item as Item);
    } catch (error) {
      throw new Error(`${file}: /${index}/${(error as Error).message}`, { cause: error });
    }
  });
};

/**
 * Reads groups, environments and module streams of repositories, in this order and without duplicates.
 * @param files paths without the suffix of the kind
 * @throws Error naming the file and the field
 */
export function readGroups(files: readonly string[]): ListedPackage[] {
  const found = new Map<string, ListedPackage>();
  for (const [kind, toListed] of KINDS) {
    for (const file of files) {
      for (const listed of readList(`${file}-${kind}.json`, toListed)) {
        if (!found.has(listed.name)) found.set(listed.name, listed);
      }
    }
  }
  return [...found.values()];
}
