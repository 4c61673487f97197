import type { components } from '../../generated/image-builder.ts';
import type { ComposeListRow } from '../db/composes.ts';
import { redactRequest } from '../redaction/shown.ts';

/** An entry of the lists of builds. Members without a value are left out. */
export const toComposeItem = (row: ComposeListRow): components['schemas']['ComposesResponseItem'] => ({
  id: row.job_id,
  request: redactRequest(row.request),
  created_at: row.created_at,
  ...(row.image_name === null ? {} : { image_name: row.image_name }),
  ...(row.client_id === null ? {} : { client_id: row.client_id as components['schemas']['ClientId'] }),
  ...(row.blueprint_id === null ? {} : { blueprint_id: row.blueprint_id }),
  ...(row.blueprint_version === null ? {} : { blueprint_version: row.blueprint_version }),
});
