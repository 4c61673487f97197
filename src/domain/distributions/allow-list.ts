import { RE2JS } from 're2js';
import { isObject } from '../../lib/json.ts';
import type { PolicyFile } from '../policy-file.ts';

export interface AllowList {
  /** Whether an organization may use the restricted distribution of this name. */
  readonly allows: (orgId: string, distributionName: string) => boolean;
}

const ANY_ORGANIZATION = '*';

/** Patterns of one organization, with memoized results. */
class Patterns {
  readonly #patterns: readonly RE2JS[];
  readonly #known = new Map<string, boolean>();
  constructor(patterns: readonly RE2JS[]) {
    this.#patterns = patterns;
  }
  match(name: string): boolean {
    let matches = this.#known.get(name);
    if (matches === undefined) {
      matches = this.#patterns.some((pattern) => pattern.matcher(name).find());
      this.#known.set(name, matches);
    }
    return matches;
  }
}

/** Compatibility: the files contain RE2 patterns, as Go reads them. RE2 also matches in linear time. */
const parsePatterns = (key: string, value: unknown): Patterns => {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error(`/${key}: must be a list of regular expressions`);
  }
  return new Patterns(
    value.map((pattern: string) => {
      try {
        return RE2JS.compile(pattern);
      } catch (error) {
        throw new Error(`/${key}: ${(error as Error).message}`, { cause: error });
      }
    }),
  );
};

type Entries = ReadonlyMap<string, Patterns>;

/** Parses an allow list: organization id, or `*` → RE2 patterns. @throws Error naming the invalid entry */
export function parseAllowList(content: unknown): Entries {
  if (!isObject(content)) throw new Error('must be an object from organization id to a list of regular expressions');
  return new Map(Object.entries(content).map(([key, value]) => [key, parsePatterns(key, value)]));
}

/** Patterns are searched unanchored in the names of distributions. @param file `null` allows nothing */
export function createAllowList(file: PolicyFile<Entries> | null): AllowList {
  return {
    allows: (orgId, name) => {
      const patterns = file?.read();
      return [ANY_ORGANIZATION, orgId].some((key) => patterns?.get(key)?.match(name) ?? false);
    },
  };
}
