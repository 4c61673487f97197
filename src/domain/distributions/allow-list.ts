import { readFileSync } from 'node:fs';
import { RE2JS } from 're2js';

/** Which organizations may use restricted distributions. */
export interface AllowList {
  /** Whether an organization may use a restricted distribution of that own name. */
  readonly allows: (orgId: string, distributionName: string) => boolean;
}

/** Key whose patterns apply to every organization. */
const ANY_ORGANIZATION = '*';

/** Patterns of one organization, with what they said so far of the few names there are. */
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

/** Compatibility: files are written for RE2, the expressions of Go. Besides, none of them takes more than linear time. */
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
 * Loads an allow list: a JSON object from organization id to regular expressions of RE2, searched unanchored in names of
 * distributions. Without a file nobody may use a restricted distribution.
 * @throws Error naming the file and the entry that cannot be used
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
