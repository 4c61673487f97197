import type { AppContext } from '../../context.ts';
import { notFound, preconditionFailed, unprocessable, type ServiceError } from '../../lib/errors.ts';

/** Also for blueprints of other organizations, deleted blueprints and unknown versions. */
export function blueprintNotFound(): ServiceError {
  return notFound('blueprint not found');
}

/**
 * Why a version was not found: the blueprint has none of that number, or there is no such blueprint.
 * @param parameter name of the query parameter that has the version
 */
export async function versionNotFound(
  { db }: Pick<AppContext, 'db'>,
  orgId: string,
  id: string,
  parameter: string,
  version: number | undefined,
): Promise<ServiceError> {
  const newest = await db.blueprints.findLatestVersion(orgId, id);
  if (newest === null || version === undefined) return blueprintNotFound();
  const detail = `the blueprint has no version ${version}: its newest version is ${newest}`;
  return notFound({ detail, pointer: `query.${parameter}` });
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
