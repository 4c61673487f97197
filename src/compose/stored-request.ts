import type { ComposeListRow } from '../db/composes.ts';
import { sortLabels } from '../labels.ts';
import { redactRequestText } from '../redaction/shown.ts';

const member = (name: string, value: string | number | null): string =>
  value === null ? '' : `,"${name}":${JSON.stringify(value)}`;

/** An entry of the lists of builds, as JSON text. Members without a value are left out. */
export const composeItemText = (row: ComposeListRow): string =>
  `{"id":"${row.job_id}","request":${redactRequestText(row.request)},"created_at":"${row.created_at}"` +
  member('image_name', row.image_name) +
  member('client_id', row.client_id) +
  member('blueprint_id', row.blueprint_id) +
  member('blueprint_version', row.blueprint_version) +
  (!row.labels ? '' : `,"labels":${JSON.stringify(sortLabels(row.labels))}`) +
  '}';
