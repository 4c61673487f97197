import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { randomFillSync } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Whether a text is a UUID of 36 characters, in upper or lower case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TRACE_ID = /^[A-Za-z]{15}$/;
const SPAN_ID = /^[A-Za-z0]{7}\.[A-Za-z]{7}$/;

/** Larger bytes would make some letters more frequent than others. */
const FAIR = LETTERS.length * Math.floor(256 / LETTERS.length);

/** Makes many random letters at a time, since every request needs some. */
function makeLetters(): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(8_192)).filter((byte) => byte < FAIR);
  return Buffer.from(bytes.map((byte) => LETTERS.charCodeAt(byte % LETTERS.length))).toString('latin1');
}

let pool = '';
let used = 0;

function letters(count: number): string {
  if (used + count > pool.length) {
    pool = makeLetters();
    used = 0;
  }
  used += count;
  return pool.slice(used - count, used);
}

/** Header with the trace identifier, of requests, responses and outgoing calls. */
export const TRACE_HEADER = 'X-Strc-Trace-Id';
export const SPAN_HEADER = 'X-Strc-Span-Id';

/** A new trace identifier, for work without a request. */
export function newTraceId(): string {
  return letters(15);
}

/** The caller's trace identifier if it consists of 15 letters, else a new one. */
export function traceIdOf(request: IncomingMessage): string {
  const given = request.headers['x-strc-trace-id'];
  return typeof given === 'string' && TRACE_ID.test(given) ? given : letters(15);
}

/** The caller's span identifier; `null` unless it has the form that `newSpanId` makes. */
export function spanIdOf(request: IncomingMessage): string | null {
  const given = request.headers['x-strc-span-id'];
  return typeof given === 'string' && SPAN_ID.test(given) ? given : null;
}

/** A span identifier for an outgoing call, below the root. */
export function newSpanId(): string {
  return `0000000.${letters(7)}`;
}

/** What connects a request to those of other services: identifiers that its headers have, logged and sent on. */
export interface Correlation {
  /** Headers for calls that the request causes. */
  readonly headers: Readonly<Record<string, string>>;
  /** Fields of its log lines. */
  readonly fields: { readonly insights_request_id?: string; readonly w3c_trace_id?: string };
}

const INSIGHTS_HEADER = 'x-rh-insights-request-id';

const INSIGHTS_ID = /^[\w.:-]{1,128}$/;

/** Version, trace, parent and flags of W3C Trace Context; version ff and ids of zeros are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})(?<traceId>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACESTATE = /^[ -~]{1,512}$/;

/** The trace id of a `traceparent`; `null` for one that is invalid. */
function traceIdOfParent(traceparent: string): string | null {
  return TRACEPARENT.exec(traceparent)?.groups?.['traceId'] ?? null;
}

/** What a request has of it; `null` for nothing. Headers of another form are ignored, and so are repeated ones. */
export function correlationOf({
  [INSIGHTS_HEADER]: id,
  traceparent,
  tracestate,
}: IncomingHttpHeaders): Correlation | null {
  if (id === undefined && traceparent === undefined) return null;
  const headers: Record<string, string> = {};
  const fields: { insights_request_id?: string; w3c_trace_id?: string } = {};
  if (typeof id === 'string' && INSIGHTS_ID.test(id)) headers[INSIGHTS_HEADER] = fields.insights_request_id = id;
  const traceId = typeof traceparent === 'string' ? traceIdOfParent(traceparent) : null;
  if (traceId !== null) {
    headers['traceparent'] = traceparent as string;
    fields.w3c_trace_id = traceId;
    if (typeof tracestate === 'string' && TRACESTATE.test(tracestate)) headers['tracestate'] = tracestate;
  }
  return { headers, fields };
}
