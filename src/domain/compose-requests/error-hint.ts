import type { components } from '../../../generated/image-builder.ts';
import { EXPLANATIONS, type SubjectPart } from './error-explanations.ts';
import type { ImageStatus } from './image-status.ts';

type Subject = components['schemas']['ComposeErrorSubject'];

/** Details may have any size and depth. */
const MAX_DEPTH = 8;
const MAX_TEXT = 20_000;
const MAX_NODES = 500;

/** The texts in a value, joined by line breaks. */
const textOf = (value: unknown): string => {
  const texts: string[] = [];
  let left = MAX_TEXT;
  let nodes = MAX_NODES;
  const walk = (node: unknown, depth: number): void => {
    if (left <= 0 || nodes <= 0) return;
    nodes -= 1;
    if (typeof node === 'string') {
      texts.push(node.slice(0, left));
      left -= node.length;
    } else if (typeof node === 'object' && node !== null && depth < MAX_DEPTH) {
      for (const member of Object.values(node)) walk(member, depth + 1);
    }
  };
  walk(value, 0);
  return texts.join('\n');
};

/** A package, group or module, optionally with version and architecture. */
const NAME = /^[@\w][\w.+~^:@/()-]{0,199}$/;

/** Messages of DNF that name packages. */
const PACKAGES: readonly RegExp[] = [
  /missing packages?: ([^\n]{1,2000})/gi,
  /missing groups or modules: ([^\n]{1,2000})/gi,
  /broken (?:packages|groups or modules): ([^\n]{1,2000})/gi,
  /no match for (?:argument|group package)s?:? ([^\n]{1,2000})/gi,
  /unable to find a match: ([^\n]{1,2000})/gi,
  /no package (\S{1,200}) available/gi,
  /nothing provides (\S{1,200})/gi,
  /needed by (\S{1,200})/gi,
  /package (\S{1,200}) (?:requires|conflicts|obsoletes)/gi,
  /cannot install both (\S{1,200}) (?:from \S{1,200} )?and \S/gi,
  /cannot install both \S{1,200} (?:from \S{1,200} )?and (\S{1,200})/gi,
];

const URL_TEXT = String.raw`https?:\/\/[^\s"'<>\\]{1,499}`;
const REPOSITORIES: readonly RegExp[] = [
  /repo(?:sitory)?:? ["'\u201c]([^"'\u201d\n]{1,200})["'\u201d]/gi,
  new RegExp(`(${URL_TEXT})`, 'gi'),
];
const FILES: readonly RegExp[] = [
  // Quoted paths, without the directory in which osbuild mounts the image.
  /["'`](?:\/run\/osbuild\/tree)?(\/[^"'`\n]{1,499})["'`]/g,
  new RegExp(`(${URL_TEXT})`, 'gi'),
];

/** Removes punctuation of the sentence. */
const trim = (text: string): string => text.trim().replace(/[\s,;:.!?]{1,20}$/, '');

const trimAddress = (text: string): string => text.trim().replace(/[\s,;:.!?)\]}]{1,20}$/, '');

/** Removes brackets of the sentence; `libc.so.6()(64bit)` keeps its own. */
const unbracket = (text: string): string => (text.startsWith('(') ? text.slice(1).replace(/\)$/, '') : text);

const finders: Readonly<Record<SubjectPart, (text: string) => readonly string[]>> = {
  packages: (text) =>
    PACKAGES.flatMap((pattern) => [...text.matchAll(pattern)])
      .flatMap(([, names = '']) => names.split(/[\s,]+/))
      .map((name) => trim(unbracket(name)))
      .filter((name) => NAME.test(name)),
  repositories: (text) =>
    REPOSITORIES.flatMap((pattern) => [...text.matchAll(pattern)]).map(([, name = '']) => trimAddress(name)),
  files: (text) => FILES.flatMap((pattern) => [...text.matchAll(pattern)]).map(([, name = '']) => trimAddress(name)),
};

const MAX_NAMES = 20;

const subjectOf = (parts: readonly SubjectPart[], text: string): Subject | null => {
  const found = parts
    .map((part): [SubjectPart, string[]] => [
      part,
      [...new Set(finders[part](text))].filter(Boolean).slice(0, MAX_NAMES),
    ])
    .filter(([, names]) => names.length > 0);
  return found.length === 0 ? null : Object.fromEntries(found);
};

/** What is added to an error; `null` for an error that is not known. */
const explain = ({ id, reason, details }: NonNullable<ImageStatus['error']>) => {
  const known = Object.hasOwn(EXPLANATIONS, id) ? EXPLANATIONS[id] : undefined;
  if (!known) return null;
  const subject = subjectOf(known.names ?? [], textOf([reason, details]));
  return { hint: known.hint, ...(subject ? { subject } : {}) };
};

/**
 * Adds hints and subjects to the error of a failed compose, and to each of its causes.
 * @param status redacted: subjects are copied from details
 */
export function withHint(status: ImageStatus): ImageStatus {
  const { error } = status;
  if (!error) return status;
  const causes = error.causes?.map((cause) => ({ ...cause, ...explain(cause) }));
  return { ...status, error: { ...error, ...explain(error), ...(causes ? { causes } : {}) } };
}
