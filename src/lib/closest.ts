import { closestMatch } from 'leven';

/** Letters of a name for each wrong one, and wrong letters in all. */
const LETTERS_PER_MISTAKE = 2.5;
const MOST_MISTAKES = 3;

/** Letters that are enough to recognise the start of a name. */
const SHORTEST_START = 4;

/** Measuring longer texts takes long, and names are shorter. */
const MAX_LENGTH = 40;

/** A name without case, hyphens, dots and the like, which people mix up most. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

const onlyOne = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined);

/**
 * The name that a misspelt one probably stands for: the same one in other letters, the only one that it is the start or
 * the last word of, or one with few other letters.
 * @returns `undefined` when no candidate is near
 */
export function closest(written: string, candidates: readonly string[]): string | undefined {
  const wanted = plainName(written);
  if (wanted === '' || written.length > MAX_LENGTH) return undefined;
  const byPlainName = new Map(candidates.map((name) => [plainName(name), name]));
  const same = byPlainName.get(wanted);
  if (same !== undefined) return same;
  const names = [...byPlainName.keys()];
  const longer = wanted.length < SHORTEST_START ? undefined : onlyOne(names.filter((name) => name.startsWith(wanted)));
  if (longer !== undefined) return byPlainName.get(longer);
  const ending = `_${written.toLowerCase()}`;
  const withPrefix = onlyOne(candidates.filter((name) => name.toLowerCase().endsWith(ending)));
  if (withPrefix !== undefined) return withPrefix;
  const maxDistance = Math.min(Math.floor(wanted.length / LETTERS_PER_MISTAKE), MOST_MISTAKES);
  if (maxDistance === 0) return undefined;
  const nearest = closestMatch(wanted, names, { maxDistance });
  return nearest === undefined ? undefined : byPlainName.get(nearest);
}
