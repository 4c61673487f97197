import { notFound, preconditionFailed, unprocessable, type ServiceError } from '../../lib/errors.ts';

/** Somebody else's blueprint, a deleted one and an unknown version all look like none. */
export function blueprintNotFound(): ServiceError {
  return notFound('blueprint not found');
}

export function nameNotUnique(): ServiceError {
  return unprocessable([{ title: 'Name not unique', detail: 'A blueprint with the same name already exists.' }]);
}

/** Somebody else was quicker. */
export function blueprintVersionMismatch(): ServiceError {
  return preconditionFailed('the newest version of the blueprint is none of those that If-Match names');
}
