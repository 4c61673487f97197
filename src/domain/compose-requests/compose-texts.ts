// What is stored of a compose's row as text, so that lists and statuses need not read and write JSON again.
import type { ComposeTexts, StoredCompose } from '../../db/queries/indexing.ts';
import { redactRequestText } from '../redaction/secrets.ts';
import { parseStoredJson } from '../../lib/stored-json.ts';

/** The longest value that a filter of lists can have, in characters. */
const MAX_FILTER_LENGTH = 100;

/** The member of an object, or the entry of a list; `undefined` of anything else. */
function memberOf(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[name];
}

/** A value that lists can be filtered by, `null` for any other. */
function filterValue(value: unknown): string | null {
  return typeof value === 'string' && [...value].length <= MAX_FILTER_LENGTH ? value : null;
}

function memberText(name: string, value: string | number | null): string {
  return value === null ? '' : `,"${name}":${JSON.stringify(value)}`;
}

function itemMembers({ image_name, client_id, blueprint_id, blueprint_version }: StoredCompose): string {
  return (
    memberText('image_name', image_name) +
    memberText('client_id', client_id) +
    memberText('blueprint_id', blueprint_id) +
    memberText('blueprint_version', blueprint_version)
  );
}

/** The texts that `compose_statuses` stores of a compose. The request may be any JSON: another implementation may have stored it. */
export function composeTexts(compose: StoredCompose): ComposeTexts {
  const request = parseStoredJson(compose.request);
  const firstImage = memberOf(memberOf(request, 'image_requests'), 0);
  return {
    requestText: redactRequestText(compose.request),
    itemMembers: itemMembers(compose),
    distribution: filterValue(memberOf(request, 'distribution')),
    imageType: filterValue(memberOf(firstImage, 'image_type')),
  };
}
