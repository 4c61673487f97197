import { validateBlueprintCandidate } from '../domain/composes/validate-blueprint.ts';
import type { OperationHandler } from '../http/operation.ts';

/** Packages listed per image. */
const MAX_LISTED_PACKAGES = 10_000;

export const validateBlueprint: OperationHandler<'validateBlueprint'> = async (ctx, request) => {
  const { body, query, isStrict: strict } = request;
  const depsolve = query.depsolve === true;
  const { errors, warnings, incomplete, images } = await validateBlueprintCandidate(ctx, request, body, {
    ...{ depsolve, strict },
  });
  const imageItems = images.map(({ index, packages, downloadSize }) => ({
    image_request: index,
    package_count: packages.length,
    packages: packages.slice(0, MAX_LISTED_PACKAGES),
    ...(downloadSize === null ? {} : { download_size: downloadSize }),
  }));
  return {
    status: 200,
    body: {
      valid: errors.length === 0,
      errors: [...errors],
      warnings: [...warnings],
      ...(incomplete ? { incomplete } : {}),
      ...(depsolve && imageItems.length > 0 ? { images: imageItems } : {}),
    },
  };
};
