import { pathOf } from '../../lib/pointer.ts';
import { quote } from '../../lib/quote.ts';
import type { Customizations } from '../compose-requests/types.ts';
import type { BuildSubject, BuildTarget } from './target.ts';

/** `error`: the build is sure to fail. `warning`: something is left out of the image or has no effect. */
export type FindingKind = 'error' | 'warning';

/** What a rule found in a request. */
export interface Finding {
  readonly kind: FindingKind;
  /** JSON pointer to the member. */
  readonly pointer: string;
  /** Name of the rule. */
  readonly title: string;
  readonly detail: string;
  /** The value of the member, for texts. */
  readonly value?: string;
  /** What the member takes. */
  readonly takes?: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
  /** Image types of the distribution that take the member. */
  readonly imageTypes?: readonly string[];
  /** Whether the customization is left out of the image, or has no effect on it. */
  readonly lost?: boolean;
}

/** A violation before its text is made. */
export interface Violation {
  readonly pointer: string;
  readonly value?: string;
  /** What is wrong, after the place and the value. */
  readonly says: string;
  readonly takes?: string;
  readonly imageTypes?: readonly string[];
}

/** A member that a rule is about: of the customizations, or the image request itself. */
export type Subject = keyof Customizations | 'image';

export interface Rule {
  /** Name of the rule in the responses, in lower-case words. */
  readonly title: string;
  readonly kind: FindingKind;
  /** Whether the customization is left out of the image, or has no effect on it. */
  readonly lost?: boolean;
  /** The rule is skipped without all of these members; without a list it never is. */
  readonly about?: readonly Subject[];
  readonly applies?: (target: BuildTarget) => boolean;
  readonly find: (subject: BuildSubject) => readonly Violation[];
}

/** A text of the customizations and its place. */
export interface Place {
  readonly pointer: string;
  readonly value: unknown;
}

const childPointer = (pointer: string, key: string | number): string =>
  `${pointer}/${typeof key === 'number' ? key : key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * The values of a pattern such as `users/#/name`, with their pointers. A missing member has none.
 * @param wanted leaves out the other values before their pointers are made: a dozen rules select from thousands of files
 */
export function select(
  root: unknown,
  pattern: string,
  base = '/customizations',
  wanted: (value: unknown) => boolean = () => true,
): readonly Place[] {
  const tokens = pattern.split('/');
  const keys: (string | number)[] = [];
  const places: Place[] = [];
  const visitMember = (key: string | number, value: unknown): void => {
    keys.push(key);
    visit(value);
    keys.pop();
  };
  const visit = (value: unknown): void => {
    const token = tokens[keys.length];
    if (token === undefined) {
      if (wanted(value)) places.push({ pointer: keys.reduce<string>(childPointer, base), value });
    } else if (Array.isArray(value) && token === '#') value.forEach((item, index) => visitMember(index, item));
    else if (typeof value === 'object' && value !== null) {
      const names = token === '#' ? Object.keys(value) : Object.hasOwn(value, token) ? [token] : [];
      for (const name of names) visitMember(name, (value as Record<string, unknown>)[name]);
    }
  };
  visit(root);
  return places;
}

/** An entry of a table: which texts of the customizations break the rule, and what they take instead. */
export interface TextEntry {
  /** Pattern below the customizations, such as `files/#/mode`. */
  readonly at: string;
  readonly kind: FindingKind;
  readonly title: string;
  readonly fails: (text: string, target: BuildTarget) => boolean;
  readonly says: string;
  readonly takes: string;
  readonly applies?: (target: BuildTarget) => boolean;
  /** Whether the value stays out of responses: it may be, or contain, a secret. */
  readonly hidden?: boolean;
}

/** A rule about each text of a pattern. */
export function textRule({ at, kind, title, fails, says, takes, applies, hidden }: TextEntry): Rule {
  return {
    ...{ title, kind, about: [at.split('/')[0] as Subject] },
    ...(applies ? { applies } : {}),
    find: ({ customizations, target }) =>
      select(customizations, at, undefined, (text) => typeof text === 'string' && fails(text, target)).map(
        ({ pointer, value }) => ({ pointer, ...(hidden ? {} : { value: value as string }), says, takes }),
      ),
  };
}

/**
 * Repeated values. The later place is reported.
 * @param meaningOf what two values that mean the same have in common
 */
export function duplicates(
  places: readonly Place[],
  meaningOf: (value: unknown) => unknown = (value) => value,
): readonly Place[] {
  const seen = new Set<unknown>();
  return places.filter(({ value }) => {
    const meaning = meaningOf(value);
    if (seen.has(meaning)) return true;
    seen.add(meaning);
    return false;
  });
}

/** Length of a value in a text, in characters. */
const MAX_VALUE = 120;

const shown = (value: string): string => quote(value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value);

/** Makes the finding of a violation, with its text. */
export function toFinding({ title, kind, lost }: Rule, violation: Violation): Finding {
  const { pointer, value, says, takes, imageTypes } = violation;
  const subject = value === undefined ? pathOf(pointer) : `${pathOf(pointer)} ${shown(value)}`;
  return {
    ...{ kind, pointer, title },
    detail: `${subject} ${says}${takes === undefined ? '' : `; it takes ${takes}`}`,
    ...(value === undefined ? {} : { value: value.slice(0, MAX_VALUE).toWellFormed() }),
    ...(takes === undefined ? {} : { takes }),
    ...(imageTypes === undefined ? {} : { imageTypes }),
    ...(lost === undefined ? {} : { lost }),
  };
}
