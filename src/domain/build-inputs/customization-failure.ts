import { internal, type ServiceError } from '../../lib/errors.ts';

/**
 * A failure of another service, or an answer of it that cannot be used, while a build was prepared.
 * Compatibility: clients know such failures by how their text begins (compose D21).
 */
export function customizationFailure(what: string, cause?: unknown): ServiceError {
  return internal(`Unable to build customizations: ${what}`, cause);
}
