import type { components } from '../../../generated/image-builder.ts';
import { redactLongUpstreamJson } from '../redaction/upstream-text.ts';
import { isObject } from '../../lib/json.ts';
import { startTurn } from '../../lib/turn.ts';

type ComposeLogs = components['schemas']['ComposeLogs'];

/** Characters. */
const MAX_LOGS_LENGTH = 4 * 1024 * 1024;

/** Characters of each text; the first limit that fits applies. */
const TEXT_LIMITS = [64 * 1024, 4 * 1024, 256] as const;

const MAX_IMAGES = 100;

/** The end of a text says why something failed. */
const tailOf = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `[${text.length - limit} characters left out] ${text.slice(text.length - limit).toWellFormed()}`;

const truncate = (value: unknown, limit: number): unknown => {
  if (typeof value === 'string') return tailOf(value, limit);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => truncate(item, limit));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, truncate(member, limit)]));
};

const length = (value: unknown): number => JSON.stringify(value).length;

const fitToLimit = (builds: readonly unknown[]): readonly unknown[] => {
  for (const limit of TEXT_LIMITS) {
    const truncated = builds.map((build) => truncate(build, limit));
    if (length(truncated) <= MAX_LOGS_LENGTH) return truncated;
  }
  return [];
};

/** A compose that has not started has no result; a worker may have sent plain text. */
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

/** The logs of a compose whose logs composer cannot respond with within the limit of responses. */
export const TOO_LONG_LOGS: ComposeLogs = { image_builds: [], truncated: true };

/**
 * Composer's logs of a compose, redacted and truncated.
 * @param sent requests whose secrets are redacted
 * @returns `null` when the response cannot be parsed
 */
export async function toComposeLogs(text: string, ...sent: readonly unknown[]): Promise<ComposeLogs | null> {
  const response = parse(text);
  if (!isObject(response) || !Array.isArray(response['image_builds'])) return null;
  // Redaction precedes truncation: half a secret is not recognized.
  const turn = startTurn();
  await turn.next();
  const builds = await redactLongUpstreamJson(response['image_builds'].map(toResult), ...sent);
  await turn.next();
  const included = builds.slice(0, MAX_IMAGES);
  const isComplete = included.length === builds.length && length(included) <= MAX_LOGS_LENGTH;
  return {
    image_builds: (isComplete ? included : fitToLimit(included)) as ComposeLogs['image_builds'],
    truncated: !isComplete,
  };
}
