import type { components } from '../../generated/image-builder.ts';
import { readSboms } from '../builds/compose-sboms.ts';
import type { SbomPage, SbomRow } from '../db/compose-sboms.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { apiAddress, pageLinks } from '../paging.ts';

/** An item of the list as JSON text: the document in it is written as it is kept, without being read. */
const itemText = (href: string, row: SbomRow): string => {
  const { name, pipeline_name, pipeline_purpose, sbom_type } = row;
  const head = JSON.stringify({ name, href, pipeline_name, pipeline_purpose, sbom_type }).slice(0, -1);
  return `${head},"sbom":${row.document}}`;
};

export const getComposeSboms: OperationHandler<'getComposeSboms'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const { pipeline_purpose: purposes = ['image'], limit = 100, offset = 0 } = query;
  const select = (rows: readonly SbomRow[]): SbomPage => {
    const wanted = rows.filter((row) => purposes.some((purpose) => purpose === row.pipeline_purpose));
    return { total: wanted.length, rows: wanted.slice(offset, offset + limit) };
  };
  const { total, rows } =
    (await ctx.db.listComposeSboms(identity.orgId, params.composeId, purposes, { limit, offset })) ??
    select(await readSboms(ctx, request, params.composeId));

  const path = `composes/${params.composeId}/sboms`;
  const links = pageLinks(ctx, path, { pipeline_purpose: purposes }, total, limit);
  const items = rows.map((row) => itemText(apiAddress(ctx, `${path}/${row.name}`), row));
  return {
    status: 200,
    body: new JsonText<components['schemas']['ComposeSbomsResponse']>(pageText(total, links, items)),
  };
};
