import type { components } from '../../generated/image-builder.ts';
import { readSboms } from '../builds/compose-sboms.ts';
import { notFound } from '../errors.ts';
import { JsonText, type OperationHandler } from '../http/operation.ts';

export const getComposeSbom: OperationHandler<'getComposeSbom'> = async (ctx, request) => {
  const { composeId, sbomName } = request.params;
  const found =
    (await ctx.db.findComposeSbom(request.identity.orgId, composeId, sbomName)) ??
    (await readSboms(ctx, request, composeId)).find(({ name }) => name === sbomName);
  const document = found?.document ?? null;
  if (document === null) throw notFound('the build has no bill of materials of that name');
  return {
    status: 200,
    body: new JsonText<components['schemas']['SpdxDocument']>(document),
    headers: { 'Content-Disposition': `attachment; filename="${composeId.toLowerCase()}-${sbomName}.spdx.json"` },
  };
};
