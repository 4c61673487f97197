// Failures of the database that are no fault of the statement: the caller can repeat it later.
import { BackendTerminatedError, BackendTerminatedUnexpectedlyError, ConnectionError } from 'slonik';
import { DatabaseUnavailableError, type UnavailableReason } from '../lib/database-unavailable-error.ts';

/** SQLSTATEs: a connection that failed, was closed by the server or not admitted by it, and a server that became a standby. */
const UNREACHABLE = /^(?:08|57P|53300$|25006$)/;
const NETWORK = /^E(?:CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_)/;

function reasonOfCode(code: string): UnavailableReason | null {
  if (code === '55P03') return 'lock_timeout';
  if (code === '57014') return 'statement_timeout';
  return UNREACHABLE.test(code) || NETWORK.test(code) ? 'unreachable' : null;
}

/** The first result that is not `null` for an error, or an error that caused it. */
function findInCauses<Result>(error: unknown, find: (one: Error, code: string) => Result | null): Result | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as { readonly code?: unknown };
  return find(error, typeof code === 'string' ? code : '') ?? findInCauses(error.cause, find);
}

/** Why a statement failed, `null` where repeating it would not help. */
export function unavailableReasonOf(error: unknown): UnavailableReason | null {
  return findInCauses(error, (one, code) => {
    if (one instanceof DatabaseUnavailableError) return one.reason;
    const isLost = one instanceof BackendTerminatedError || one instanceof BackendTerminatedUnexpectedlyError;
    return isLost || one instanceof ConnectionError ? 'unreachable' : reasonOfCode(code);
  });
}

/** A fault of the server itself, which neither the statement nor the service can help. */
export type ServerFault = 'disk' | 'memory' | 'corruption' | 'read_only';

/** SQLSTATEs: a full disk or a failed read or write; no memory; damaged files; a standby, as after a failover. */
const FAULTS: readonly (readonly [ServerFault, RegExp])[] = [
  ['disk', /^(?:53100|58030|58P)/],
  ['memory', /^53200$/],
  ['corruption', /^XX00[12]$/],
  ['read_only', /^25006$/],
];

/** The fault of the server that made a statement fail, `null` for any other failure. */
export function serverFaultOf(error: unknown): ServerFault | null {
  return findInCauses(error, (_one, code) => FAULTS.find(([, codes]) => codes.test(code))?.[0] ?? null);
}

/**
 * Whether the server rejected the statement, which had no effect then. The effect is unknown when the connection is lost, and a
 * statement that had waited too long would wait again.
 */
export function isRejectedByServer(error: unknown): boolean {
  const code = findInCauses(error, (_one, sqlState) => (/^[0-9A-Z]{5}$/.test(sqlState) ? sqlState : null));
  return code !== null && !/^(?:08|55|57)/.test(code);
}

/** Whether no connection could be opened: more than the loss of one. */
export function isConnectFailure(error: unknown): boolean {
  return findInCauses(error, (one) => (one instanceof ConnectionError ? true : null)) === true;
}
