import type { components } from '../../generated/image-builder.ts';
import { findSbom } from '../domain/composes/compose-sboms.ts';
import { notFound } from '../lib/errors.ts';
import { JsonText, type OperationHandler } from '../http/operation.ts';

export const getComposeSbom: OperationHandler<'getComposeSbom'> = async (ctx, request) => {
  const { composeId, sbomName } = request.params;
  const document = await findSbom(ctx, request, composeId, sbomName);
  if (document === null) throw notFound('the build has no bill of materials of that name');
  return {
    status: 200,
    body: new JsonText<components['schemas']['SpdxDocument']>(document),
    // The contract limits both values to letters, digits, hyphens and underscores.
    headers: { 'Content-Disposition': `attachment; filename="${composeId.toLowerCase()}-${sbomName}.spdx.json"` },
  };
};
