import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TRACE_ID = /^[A-Za-z]{15}$/;
const SPAN_ID = /^[A-Za-z0]{7}\.[A-Za-z]{7}$/;

/** The largest multiple of the number of letters that a byte holds: beyond it some letters would come more often. */
const FAIR = LETTERS.length * Math.floor(256 / LETTERS.length);

/** Random letters, made many at a time: a few of them are needed for every request. */
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

/** Name of the header that carries the trace identifier, on requests, answers and outgoing calls. */
export const TRACE_HEADER = 'X-Strc-Trace-Id';
export const SPAN_HEADER = 'X-Strc-Span-Id';

/** A trace identifier for what no request causes. */
export function newTraceId(): string {
  return letters(15);
}

/** The caller's trace identifier if it has the usual form (15 letters), else a new one. */
export function traceIdOf(request: IncomingMessage): string {
  const given = request.headers['x-strc-trace-id'];
  return typeof given === 'string' && TRACE_ID.test(given) ? given : letters(15);
}

/** The caller's span identifier, if it has the usual form. */
export function spanIdOf(request: IncomingMessage): string | null {
  const given = request.headers['x-strc-span-id'];
  return typeof given === 'string' && SPAN_ID.test(given) ? given : null;
}

/** A span identifier for an outgoing call, below the root. */
export function newSpanId(): string {
  return `0000000.${letters(7)}`;
}
