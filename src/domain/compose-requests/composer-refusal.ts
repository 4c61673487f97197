import type { ErrorEntry } from '../../lib/errors.ts';
import { isObject } from '../../lib/json.ts';
import type { ComposeRequest } from './types.ts';

/** Composer's text may repeat the schema of a member; the beginning says what is wrong. */
const MAX_DETAIL_LENGTH = 1_000;

const image = (member: string) => (): string => `/image_requests/0/${member}`;

/** Repositories of the distribution are no part of the request. */
const repositories = ({ customizations }: ComposeRequest): string | undefined =>
  customizations?.payload_repositories?.length ? '/customizations/payload_repositories' : undefined;

type Place = (request: ComposeRequest) => string | undefined;

/** Composer's errors that the request causes, by id, with the member of the compose request that they are about. */
const CALLER_ERRORS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['4', ({ distribution }) => (distribution === undefined ? undefined : '/distribution')],
  ['5', image('architecture')],
  ['6', image('image_type')],
  ['7', repositories],
  ['24', repositories],
  ['27', image('ostree')],
  ['29', repositories],
  ['30', () => undefined],
  ['35', () => '/customizations'],
  ['37', () => '/customizations/partitioning_mode'],
  ['38', image('upload_request')],
]);

/** Compatibility: the original names the reason alone for these. */
const WITHOUT_DETAILS: ReadonlySet<string> = new Set(['24', '29']);

/** Composer's error object, without secrets. */
export interface ComposerError {
  readonly id: string;
  readonly reason: string;
  readonly details: unknown;
}

const textOf = (details: unknown): string => {
  if (details === undefined || details === null) return '';
  return typeof details === 'string' ? details : JSON.stringify(details);
};

/** Reason and details as one text, for logs. */
export function composerErrorText({ reason, details }: Omit<ComposerError, 'id'>): string {
  const text = textOf(details);
  return text === '' ? reason : `${reason}: ${text}`;
}

/** The id of composer's error object; `null` when the text has none. */
export function composerErrorId(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) && typeof body['id'] === 'string' ? body['id'] : null;
  } catch {
    return null;
  }
}

/** The error for the caller where the request is at fault; `null` where composer is. */
export function callerError(error: ComposerError, request: ComposeRequest): ErrorEntry | null {
  if (error.id === '10') return { detail: 'Error resolving OSTree repo', pointer: image('ostree')() };
  const place = CALLER_ERRORS.get(error.id);
  if (place === undefined) return null;
  const text = WITHOUT_DETAILS.has(error.id) ? error.reason : composerErrorText(error);
  const pointer = place(request);
  const detail = text.slice(0, MAX_DETAIL_LENGTH).toWellFormed();
  return { detail, ...(pointer === undefined ? {} : { pointer }) };
}
