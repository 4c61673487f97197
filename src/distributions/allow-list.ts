import { readFileSync } from 'node:fs';

/** Which organizations may use restricted distributions. */
export interface AllowList {
  /** Whether an organization may use a restricted distribution of that own name. */
  readonly allows: (orgId: string, distributionName: string) => boolean;
}

/** Key whose patterns apply to every organization. */
const EVERYONE = '*';

const parsePatterns = (file: string, key: string, value: unknown): RegExp[] => {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error(`${file}: /${key}: must be a list of regular expressions`);
  }
  return value.map((pattern: string) => {
    try {
      return new RegExp(pattern);
    } catch (error) {
      throw new Error(`${file}: /${key}: ${(error as Error).message}`, { cause: error });
    }
  });
};

const parse = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: is not JSON: ${(error as Error).message}`, { cause: error });
  }
};

/**
 * Loads an allow list: a JSON object from organization id to regular expressions, searched unanchored in names.
 * Without a file nobody may use a restricted distribution.
 * @throws Error naming the file and the entry that cannot be used
 */
export const loadAllowList = (file: string | null): AllowList => {
  if (file === null) return { allows: () => false };
  const content = parse(file, readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error(`${file}: must be an object from organization id to a list of regular expressions`);
  }
  const patterns = new Map(Object.entries(content).map(([key, value]) => [key, parsePatterns(file, key, value)]));
  return {
    allows: (orgId, name) =>
      [...(patterns.get(EVERYONE) ?? []), ...(patterns.get(orgId) ?? [])].some((pattern) => pattern.test(name)),
  };
};
