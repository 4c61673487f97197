import { notFound, preconditionFailed, unprocessable, type ServiceError } from '../../lib/errors.ts';

/** Somebody else's blueprint, a deleted one and an unknown version all look like none. */
export const blueprintNotFound = (): ServiceError => notFound('blueprint not found');

export const nameNotUnique = (): ServiceError =>
  unprocessable([
    {
      title: 'Name not unique',
      detail: 'A blueprint with the same name already exists.',
      code: 'name.not_unique',
      pointer: '/name',
    },
  ]);

/** Somebody else was quicker. */
export const blueprintChanged = (): ServiceError =>
  preconditionFailed('the newest version of the blueprint is none of those that If-Match names');
