import { isObject, type JsonObject } from '../../lib/json-object.ts';

/** A bill of materials, as composer tells it. */
export interface Sbom {
  /** Its name among those of the build. */
  readonly name: string;
  readonly pipeline_name: string;
  readonly pipeline_purpose: string;
  readonly sbom_type: string;
  readonly sbom: unknown;
}

/** What the contract knows. Others cannot be asked for. */
const TYPES: readonly unknown[] = ['spdx'];
const PURPOSES: readonly unknown[] = ['image', 'buildroot'];

const isSbom = (item: JsonObject): boolean =>
  typeof item['pipeline_name'] === 'string' &&
  TYPES.includes(item['sbom_type']) &&
  PURPOSES.includes(item['pipeline_purpose']) &&
  isObject(item['sbom']);

const NAME_LENGTH = 90;

/** The name of a pipeline in characters that any address and file can have. */
const plainName = (pipeline: string): string =>
  pipeline.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, NAME_LENGTH) || 'sbom';

/** Names that differ: where several are the same, the second one ends with `-2`. */
const numbered = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`;
    taken.add(free);
    return free;
  });
};

/** The bills of materials of a build, those of all its images; `null` when composer's answer cannot be read. */
export function toSboms(response: unknown): readonly Sbom[] | null {
  if (!isObject(response) || !Array.isArray(response['items'])) return null;
  const items = response['items'].flat() as unknown[];
  if (!items.every(isObject)) return null;
  const sboms = items.filter(isSbom) as unknown as readonly Omit<Sbom, 'name'>[];
  const names = numbered(sboms.map(({ pipeline_name: name }) => plainName(name)));
  return sboms.map((sbom, index) => ({ ...sbom, name: names[index] ?? '' }));
}
