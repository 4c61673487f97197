import { isObject, type JsonObject } from '../../lib/json-object.ts';

export interface Sbom {
  /** Unique within the compose. */
  readonly name: string;
  readonly pipeline_name: string;
  readonly pipeline_purpose: string;
  readonly sbom_type: string;
  readonly sbom: unknown;
}

const TYPES: readonly unknown[] = ['spdx'];
const PURPOSES: readonly unknown[] = ['image', 'buildroot'];

const isSbom = (item: JsonObject): boolean =>
  typeof item['pipeline_name'] === 'string' &&
  TYPES.includes(item['sbom_type']) &&
  PURPOSES.includes(item['pipeline_purpose']) &&
  isObject(item['sbom']);

const NAME_LENGTH = 90;

/** Restricts a pipeline name to characters safe in URLs and file names. */
const plainName = (pipeline: string): string =>
  pipeline.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, NAME_LENGTH) || 'sbom';

const numbered = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`;
    taken.add(free);
    return free;
  });
};

/** The SBOMs of all images of a compose; `null` when the response cannot be parsed. */
export function toSboms(response: unknown): readonly Sbom[] | null {
  if (!isObject(response) || !Array.isArray(response['items'])) return null;
  const items = response['items'].flat() as unknown[];
  if (!items.every(isObject)) return null;
  const sboms = items.filter(isSbom) as unknown as readonly Omit<Sbom, 'name'>[];
  const names = numbered(sboms.map(({ pipeline_name: name }) => plainName(name)));
  return sboms.map((sbom, index) => ({ ...sbom, name: names[index] ?? '' }));
}
