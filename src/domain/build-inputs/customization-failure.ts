import { internal, type ServiceError } from '../../lib/errors.ts';

/** A failure of another service while a compose is prepared. Compatibility: clients match on the start of the text. */
export function customizationFailure(what: string, cause?: unknown): ServiceError {
  return internal(`Unable to build customizations: ${what}`, cause);
}
