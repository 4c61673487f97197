import type { components } from '../../../generated/upstream/composer.ts';

/** Path under which composer serves its API. */
export const API_PATH = '/api/image-builder-composer/v2';

/** Composer's errors, by number: text and status. */
const REASONS = {
  3: ['the media type of the body is not exactly application/json', 415],
  4: ['the distribution is not known', 400],
  5: ['the distribution does not have the architecture', 400],
  6: ['the architecture does not have the image type', 400],
  7: ['a repository has neither baseurl, metalink nor mirrorlist', 400],
  14: ['an identifier is not a UUID', 400],
  15: ['there is no such compose', 404],
  16: ['an error number is not a number', 400],
  17: ['there is no error with that number', 404],
  18: ['page is not a number', 400],
  19: ['size is not a number', 400],
  20: ['the body is not JSON', 400],
  21: ['there is nothing here', 404],
  22: ['the method is not allowed here', 405],
  25: ['the number of images is not supported', 400],
  27: ['the OSTree parameters do not fit together', 400],
  29: ['a repository is to be checked without a key', 400],
  30: ['the request does not fit the contract', 400],
  31: ['the compose is running or has failed', 400],
  32: ['an image of this kind cannot be cloned', 400],
  35: ['a customization is not valid', 400],
  36: ['images are not stored here', 400],
  38: ['the image type cannot be uploaded to the target', 400],
  40: ['the distributions of blueprint and request differ', 400],
  42: ['the request cannot be read', 400],
  401: ['the bearer token is missing or not valid', 401],
  1002: ['the packages could not be resolved', 500],
  1005: ['the job could not be started', 500],
  1006: ['the compose has several upload targets', 500],
  10000: ['internal error', 500],
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

/**
 * Composer's error object. The reason names the sandbox, so that no reader mistakes it for composer. Composer has
 * `details` in every refusal, empty where it has none.
 */
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
