import { readFileSync } from 'node:fs';
import { RE2JS } from 're2js';

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
const parsePatterns = (file: string, key: string, value: unknown): Patterns => {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error(`${file}: /${key}: must be a list of regular expressions`);
  }
  return new Patterns(
    value.map((pattern: string) => {
      try {
        return RE2JS.compile(pattern);
      } catch (error) {
        throw new Error(`${file}: /${key}: ${(error as Error).message}`, { cause: error });
      }
    }),
  );
};

const parse = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: is not JSON: ${(error as Error).message}`, { cause: error });
  }
};

/**
 * Loads an allow list: a JSON object from organization id to RE2 patterns, searched unanchored in distribution names.
 * Without a file it allows nothing.
 * @throws Error naming the file and the invalid entry
 */
export function loadAllowList(file: string | null): AllowList {
  if (file === null) return { allows: () => false };
  const content = parse(file, readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error(`${file}: must be an object from organization id to a list of regular expressions`);
  }
  const patterns = new Map(Object.entries(content).map(([key, value]) => [key, parsePatterns(file, key, value)]));
  return {
    allows: (orgId, name) => [ANY_ORGANIZATION, orgId].some((key) => patterns.get(key)?.match(name) ?? false),
  };
}
