import { INTERNAL_ERROR, internal, invalid } from '../errors.ts';
import { redactForeign, redactForeignText } from '../redaction/foreign.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NIL = '00000000-0000-0000-0000-000000000000';

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const REFUSED = 'Failed posting compose request to osbuild-composer';

const details = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return `: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
};

/**
 * The id of the build that composer accepted. What its refusal repeats of the request is shown without secrets.
 * @param sent the request, and what it was made of
 * @throws ServiceError `invalid` when the request is at fault, `internal` for every other refusal and for an answer without id
 */
export const acceptedComposeId = (
  { status, text }: { readonly status: number; readonly text: string },
  ...sent: readonly unknown[]
): string => {
  const body = parse(text);
  if (status === 201) {
    const id = isObject(body) ? body['id'] : undefined;
    if (typeof id === 'string' && UUID.test(id) && id !== NIL) return id.toLowerCase();
    throw internal(INTERNAL_ERROR, new Error('composer accepted a build without telling its id'));
  }
  if (!isObject(body) || typeof body['id'] !== 'string') {
    throw internal(REFUSED, new Error(`composer answered ${status}: ${redactForeignText(text, ...sent)}`));
  }
  const shown = redactForeign(body, ...sent);
  const reason = typeof shown['reason'] === 'string' ? shown['reason'] : 'no reason given';
  // Composer's ids decide whatever the status.
  switch (body['id']) {
    case '10':
      throw invalid('Error resolving OSTree repo');
    case '24': // a payload repository without an address
    case '29': // a signature to be checked without a key
      throw invalid(reason);
    default:
      throw internal(`${REFUSED}. ${reason}${details(shown['details'])}`);
  }
};
