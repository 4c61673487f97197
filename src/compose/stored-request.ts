import { parseStoredJson } from '../stored-json.ts';
import type { ComposeListRow } from '../db/composes.ts';
import { redactRequest } from '../redaction/shown.ts';

/** Only users have something that is not shown: a request without the word is shown as it is stored, without being read. */
const USERS = '"users"';

const shownRequest = (stored: string): string =>
  stored.includes(USERS) ? JSON.stringify(redactRequest(parseStoredJson(stored) as Record<string, unknown>)) : stored;

const member = (name: string, value: string | number | null): string =>
  value === null ? '' : `,"${name}":${JSON.stringify(value)}`;

/** An entry of the lists of builds, as JSON text. Members without a value are left out. */
export const composeItemText = (row: ComposeListRow): string =>
  `{"id":"${row.job_id}","request":${shownRequest(row.request)},"created_at":"${row.created_at}"` +
  member('image_name', row.image_name) +
  member('client_id', row.client_id) +
  member('blueprint_id', row.blueprint_id) +
  member('blueprint_version', row.blueprint_version) +
  '}';
