import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

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
