import type { components } from '../../../generated/image-builder.ts';
import { redactLongForeign } from '../redaction/foreign-text.ts';
import { isObject } from '../../lib/json-object.ts';

type ComposeLogs = components['schemas']['ComposeLogs'];

/** Characters of composer's answer up to which it is looked into. */
const READ = 8 * 1024 * 1024;

/** Characters of logs that are shown. */
const SHOWN = 4 * 1024 * 1024;

/** Characters that each text keeps, where all of them are too much: the first of these with which they are not. */
const KEPT = [64 * 1024, 4 * 1024, 256] as const;

const MAX_IMAGES = 100;

/** The end of a text: there it says why something failed. */
const endOf = (text: string, kept: number): string =>
  text.length <= kept
    ? text
    : `[${text.length - kept} characters left out] ${text.slice(text.length - kept).toWellFormed()}`;

const shortened = (value: unknown, kept: number): unknown => {
  if (typeof value === 'string') return endOf(value, kept);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shortened(item, kept));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shortened(member, kept)]));
};

const length = (value: unknown): number => JSON.stringify(value).length;

/** What fits of the results of builds. */
const fitting = (builds: readonly unknown[]): readonly unknown[] => {
  for (const kept of KEPT) {
    const shorter = builds.map((build) => shortened(build, kept));
    if (length(shorter) <= SHOWN) return shorter;
  }
  return [];
};

/** A build that nobody has worked on yet has no result; whatever else is no object is what the worker said. */
const toResult = (build: unknown): Record<string, unknown> => {
  if (isObject(build)) return build;
  return build === null ? {} : { log: build };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * What composer logged of a build, without what was secret in its request, and no more than anybody wants to read.
 * @param text composer's answer
 * @param sent the request, and what it was made of
 * @returns `null` when the answer cannot be read
 */
export async function toComposeLogs(text: string, ...sent: readonly unknown[]): Promise<ComposeLogs | null> {
  // Nothing of it can be shown: what is secret in it would have to be found first.
  if (text.length > READ) return { image_builds: [], truncated: true };
  const answer = parse(text);
  if (!isObject(answer) || !Array.isArray(answer['image_builds'])) return null;
  // Before anything is cut: half a secret is not recognised.
  const builds = await redactLongForeign(answer['image_builds'].map(toResult), ...sent);
  const shown = builds.slice(0, MAX_IMAGES);
  const whole = shown.length === builds.length && length(shown) <= SHOWN;
  return { image_builds: (whole ? shown : fitting(shown)) as ComposeLogs['image_builds'], truncated: !whole };
}
