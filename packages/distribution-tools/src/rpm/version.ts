/** Version of an RPM package: what orders packages of one name. */
export interface Evr {
  /** A whole number; empty counts as 0. */
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
}

/** What counts in a version: numbers, words, and the two signs. Everything else only separates. */
const SEGMENTS = /\d+|[A-Za-z]+|~|\^/g;

const isNumber = (segment: string): boolean => /^\d/.test(segment);

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Numbers of any length: more digits are more, as long as no zero leads. */
const byNumber = (a: string, b: string): number => {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return Math.sign(left.length - right.length) || byText(left, right);
};

/** Order of two segments at the same place; `undefined` is the end of a version. */
const bySegment = (a: string | undefined, b: string | undefined): number => {
  if (a === b) return 0;
  // A tilde is before everything, the end included.
  if (a === '~') return -1;
  if (b === '~') return 1;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  // A caret is after the end, and before everything else.
  if (a === '^') return -1;
  if (b === '^') return 1;
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? 1 : -1;
  return isNumber(a) ? byNumber(a, b) : byText(a, b);
};

/**
 * Compares two versions, or two releases, as RPM does (rpm-version(7)).
 * @returns -1 when the first is older, 1 when it is newer, 0 when RPM treats them as equal
 */
export function compareRpmVersions(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.match(SEGMENTS) ?? [];
  const right = b.match(SEGMENTS) ?? [];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = bySegment(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Compares two packages of one name: epoch, then version, then release. */
export function compareEvr(a: Evr, b: Evr): number {
  return (
    byNumber(a.epoch, b.epoch) || compareRpmVersions(a.version, b.version) || compareRpmVersions(a.release, b.release)
  );
}
