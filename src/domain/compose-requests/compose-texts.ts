import type { ComposeTexts, StoredCompose } from '../../db/queries/indexing.ts';
import { redactRequestText } from '../redaction/secrets.ts';
import { parseStoredJson } from '../../lib/json.ts';

const MAX_FILTER_LENGTH = 100;

function memberOf(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[name];
}

/** `null` unless lists can be filtered by the value. */
function filterValue(value: unknown): string | null {
  return typeof value === 'string' && Array.from(value).length <= MAX_FILTER_LENGTH ? value : null;
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

/**
 * The texts stored with a compose, so that lists and statuses need no JSON parsing. Other implementations may have
 * stored any JSON.
 */
export function composeTexts(compose: StoredCompose): ComposeTexts {
  const request = parseStoredJson(compose.request);
  const firstImage = memberOf(memberOf(request, 'image_requests'), 0);
  return {
    requestText: redactRequestText(request, compose.request),
    itemMembers: itemMembers(compose),
    distribution: filterValue(memberOf(request, 'distribution')),
    imageType: filterValue(memberOf(firstImage, 'image_type')),
  };
}
