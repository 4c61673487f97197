import type { components } from '../../generated/image-builder.ts';
import { listSboms, sbomItemText } from '../domain/composes/compose-sboms.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { apiAddress, listLinks } from '../domain/lists/page-links.ts';

export const getComposeSboms: OperationHandler<'getComposeSboms'> = async (ctx, request) => {
  const { composeId } = request.params;
  const { pipeline_purpose: purposes = ['image'], limit = 100, offset = 0 } = request.query;
  const { total, rows } = await listSboms(ctx, request, composeId, purposes, { limit, offset });
  const path = `composes/${composeId}/sboms`;
  const links = listLinks(ctx, path, { pipeline_purpose: purposes }, { count: total, limit, offset });
  const items = rows.map((row) => sbomItemText(apiAddress(ctx, `${path}/${row.name}`), row));
  return {
    status: 200,
    body: new JsonText<components['schemas']['ComposeSbomsResponse']>(pageText(total, links, items)),
  };
};
