import { validateBlueprintCandidate } from '../domain/composes/validate-blueprint.ts';
import type { OperationHandler } from '../http/operation.ts';

/** Packages that are listed of one image. */
const MOST_LISTED = 10_000;

export const validateBlueprint: OperationHandler<'validateBlueprint'> = async (ctx, request) => {
  const { body, query } = request;
  const depsolve = query.depsolve === true;
  const { errors, warnings, images } = await validateBlueprintCandidate(ctx, request, body, { depsolve });
  const shown = images.map(({ index, packages, downloadSize }) => ({
    image_request: index,
    package_count: packages.length,
    packages: packages.slice(0, MOST_LISTED),
    ...(downloadSize === null ? {} : { download_size: downloadSize }),
  }));
  return {
    status: 200,
    body: {
      valid: errors.length === 0,
      errors: [...errors],
      warnings: [...warnings],
      ...(depsolve && shown.length > 0 ? { images: shown } : {}),
    },
  };
};
