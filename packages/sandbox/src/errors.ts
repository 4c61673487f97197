import type { components } from '../../../generated/upstream/composer.ts';

/** Path under which composer serves its API. */
export const API_PATH = '/api/image-builder-composer/v2';

/** Composer's errors that the sandbox uses, by number: text and status. */
const REASONS = {
  3: ['the media type of the body is not application/json', 415],
  4: ['the distribution is not known', 400],
  5: ['the distribution does not have the architecture', 400],
  14: ['an identifier is not a UUID', 400],
  15: ['there is no such compose', 404],
  17: ['there is no error with that number', 404],
  20: ['the body is not JSON', 400],
  21: ['there is nothing here', 404],
  22: ['the method is not allowed here', 405],
  24: ['a payload repository has neither baseurl, metalink nor mirrorlist', 400],
  29: ['a repository is to be checked without a key', 400],
  30: ['the request does not fit the contract', 400],
  31: ['the compose cannot be accepted', 400],
  40: ['the packages could not be resolved', 400],
  401: ['the bearer token is missing or not valid', 401],
} as const satisfies Readonly<Record<number, readonly [reason: string, status: number]>>;

export type ErrorNumber = keyof typeof REASONS;

export const errorNumbers = Object.keys(REASONS).map(Number) as ErrorNumber[];

/** A refusal; the status that goes with it, and composer's error object. */
export class RefusalError extends Error {
  readonly number: ErrorNumber;
  readonly details: unknown;
  constructor(number: ErrorNumber, details?: unknown) {
    super(REASONS[number][0]);
    this.number = number;
    this.details = details;
  }
}

/** Composer's error object. The reason names the sandbox, so that no reader mistakes it for composer. */
export function errorObject(number: ErrorNumber, details?: unknown): components['schemas']['Error'] {
  return {
    href: `${API_PATH}/errors/${number}`,
    id: String(number),
    kind: 'SandboxError',
    code: `IMAGE-BUILDER-COMPOSER-SANDBOX-${number}`,
    operation_id: 'sandbox',
    reason: `Sandbox: ${REASONS[number][0]}`,
    ...(details === undefined ? {} : { details }),
  };
}

export const statusOf = (number: ErrorNumber): number => REASONS[number][1];
