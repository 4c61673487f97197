import { notFound, preconditionFailed, unprocessable, type ServiceError } from '../../lib/errors.ts';

/** Also for blueprints of other organizations, deleted blueprints and unknown versions. */
export function blueprintNotFound(): ServiceError {
  return notFound('blueprint not found');
}

export function nameNotUnique(): ServiceError {
  return unprocessable([
    {
      title: 'Name not unique',
      detail: 'A blueprint with the same name already exists.',
      code: 'name.not_unique',
      pointer: '/name',
    },
  ]);
}

/** If-Match does not match the newest version. */
export function blueprintVersionMismatch(): ServiceError {
  return preconditionFailed('the newest version of the blueprint is none of those that If-Match names');
}
