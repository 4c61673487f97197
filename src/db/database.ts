import { ConnectionError, type CommonQueryMethods } from 'slonik';
import type { DatabaseConfig, DatabaseTimeouts } from '../config/index.ts';
import { DatabaseUnavailableError, type UnavailableReason } from '../lib/database-unavailable-error.ts';
import { FairSlots } from '../lib/fair-slots.ts';
import { OrganizationUse, shareOf } from '../lib/organization-use.ts';
import { TimeoutError, withTimeout } from '../lib/timeout.ts';
import { CONNECT_TIMEOUT, openConnection } from './connection.ts';
import { Outage } from './outage.ts';
import { openPool, runOnPool, type SessionLimits } from './pool.ts';
import { createAnnouncements } from './queries/recording.ts';
import { SlottedQueries, type RunOnPool } from './slotted-queries.ts';
import { isConnectFailure, serverFaultOf, unavailableReasonOf, type ServerFault } from './unavailable-reason.ts';

export type { CommonQueryMethods } from 'slonik';

/** Of background work, in milliseconds. */
export const BACKGROUND_TIMEOUTS: DatabaseTimeouts = {
  connect: CONNECT_TIMEOUT,
  read: 30_000,
  write: 30_000,
  lock: 10_000,
};

/** Part of the longest time of a caller after which the server cancels its statement: a statement ends before its caller leaves. */
const STATEMENT_PART = 0.9;

export type CallKind = 'read' | 'write';

/** What the owner of a pool is notified of. */
export interface DatabaseObserver {
  /** No call has a response any more. */
  readonly onUnreachable: (cause: unknown) => void;
  readonly onReachable: () => void;
  /** A call failed with `DatabaseUnavailableError`. */
  readonly onUnavailable: (reason: UnavailableReason) => void;
  /** A call failed because the server cannot store or read. Its caller may receive another error. */
  readonly onServerFault: (fault: ServerFault, error: unknown) => void;
}

const NO_OBSERVER: DatabaseObserver = {
  onUnreachable: () => {},
  onReachable: () => {},
  onUnavailable: () => {},
  onServerFault: () => {},
};

export interface DatabaseAccess {
  /**
   * Runs queries on the pool, which opens at the first use.
   * @param orgId the organization for which they are; none for queries of several, and of the service itself
   * @param kind decides how long the caller waits; `write` by default
   * @throws DatabaseUnavailableError when the database cannot be reached or takes too long
   */
  readonly use: <T>(work: (db: CommonQueryMethods) => Promise<T>, orgId?: string, kind?: CallKind) => Promise<T>;
  /** Notifies readers of new events soon. */
  readonly announce: () => void;
  /** Connections of the pool, and queries that wait for one. */
  readonly connections: () => { readonly idle: number; readonly used: number; readonly waiting: number };
  /** Number of callers that use or wait for a connection. */
  readonly callers: () => number;
  /** Whether an organization is among those with the most callers. */
  readonly isHeavyCaller: (orgId: string) => boolean;
  /** Closes the pool after its running queries. */
  readonly close: () => Promise<void>;
}

/** Notifies the readers of events after each use. */
export function recording(access: DatabaseAccess): DatabaseAccess {
  return { ...access, use: (work, orgId, kind) => access.use(work, orgId, kind).finally(access.announce) };
}

/** Gives queries the time of a read: a caller repeats one that failed without harm, so it can fail earlier. */
export function reading(access: DatabaseAccess): DatabaseAccess {
  return { ...access, use: (work, orgId) => access.use(work, orgId, 'read') };
}

/** A pool that opens at its first use. */
class LazyPool {
  readonly #config: DatabaseConfig;
  readonly #limits: SessionLimits;
  #opening: Promise<RunOnPool> | null = null;
  #pool: Awaited<ReturnType<typeof openPool>> | null = null;

  constructor(config: DatabaseConfig) {
    const { write, lock } = config.timeouts ?? BACKGROUND_TIMEOUTS;
    this.#config = config;
    this.#limits = { statement: Math.round(STATEMENT_PART * write), lock };
  }

  /** @throws ConnectionError when the database cannot be reached; the next call tries again */
  open(): Promise<RunOnPool> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Makes the next call open the pool, unless it is open: an attempt during an outage can take seconds to fail. */
  reopen(): void {
    if (this.#pool === null) this.#opening = null;
  }

  async #open(): Promise<RunOnPool> {
    try {
      const pool = await openPool(this.#config, 'image-builder', this.#limits);
      // Another attempt was quicker.
      if (this.#pool !== null) pool.end().catch(() => {});
      this.#pool ??= pool;
      return runOnPool(this.#pool, this.#config, this.#limits);
    } catch (error) {
      if (this.#pool === null) this.#opening = null;
      throw new ConnectionError('the pool cannot be opened', { cause: error as Error });
    }
  }

  connections(): { readonly idle: number; readonly used: number } {
    const state = this.#pool?.state();
    return { idle: state?.idleConnections ?? 0, used: state?.acquiredConnections ?? 0 };
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => null);
    await this.#pool?.end();
  }
}

/** Opens a connection beside those of the pool, which may be silent. @throws when the database does not respond in time */
async function tryOnce(config: DatabaseConfig, timeout: number): Promise<void> {
  const timeouts = { connectionTimeoutMillis: timeout, query_timeout: timeout };
  const open = async (): Promise<void> => {
    const client = await openConnection(config, 'image-builder', timeouts);
    await client.query('SELECT').finally(() => client.end().catch(() => {}));
  };
  await withTimeout(open(), timeout, 'the database did not respond in time');
}

/** Milliseconds by which a timer is late in a process that is busy: it may have had no time to read the response. */
const LATENESS = 100;

/** @throws when the database does not respond, also to another try where the process was too busy for the first */
async function probe(config: DatabaseConfig, timeout: number): Promise<void> {
  const startedAt = performance.now();
  try {
    await tryOnce(config, timeout);
  } catch (error) {
    if (performance.now() - startedAt < timeout + LATENESS) throw error;
    await tryOnce(config, timeout);
  }
}

/** The calls of one pool: when each may run, how long it takes at most, and what its failure means. */
class Calls {
  readonly callers = new OrganizationUse({ total: Infinity, perOrganization: Infinity });
  readonly slots: FairSlots;
  readonly #timeouts: DatabaseTimeouts;
  readonly #observer: DatabaseObserver;
  readonly #outage: Outage;
  readonly #run: RunOnPool;

  constructor(config: DatabaseConfig, pool: LazyPool, observer: DatabaseObserver) {
    const { poolSize, organizationShare = 1, timeouts = BACKGROUND_TIMEOUTS } = config;
    this.slots = new FairSlots({
      ...{ slots: poolSize, slotsPerOrganization: shareOf(poolSize, organizationShare) },
      ...{ queue: Infinity, queuePerOrganization: Infinity, timeout: null },
    });
    this.#timeouts = timeouts;
    this.#observer = observer;
    this.#outage = new Outage({
      onBegin: observer.onUnreachable,
      onEnd: () => {
        pool.reopen();
        observer.onReachable();
      },
      probe: () => probe(config, timeouts.connect),
      timeout: timeouts.connect,
    });
    this.#run = async (statement) => (await pool.open())(statement);
  }

  /** @throws DatabaseUnavailableError when the database cannot be reached or takes too long; else as the work */
  async run<T>(work: (db: CommonQueryMethods) => Promise<T>, orgId: string | undefined, kind: CallKind): Promise<T> {
    this.#refuseInOutage();
    const calledAt = performance.now();
    const refuseLate = (): void => {
      this.#refuseInOutage();
      if (performance.now() >= calledAt + this.#timeouts[kind]) throw new DatabaseUnavailableError('pool_timeout');
    };
    const holder = orgId ?? null;
    const queries = new SlottedQueries(this.#run, { slots: this.slots, holder, refuseLate });
    const { promise: failed, reject: fail } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => fail(new TimeoutError('the database did not respond in time')),
      this.#timeouts[kind],
    );
    this.callers.add(holder);
    this.#outage.add(fail);
    try {
      const result = await Promise.race([work(queries), failed]);
      this.#outage.responded();
      return result;
    } catch (error) {
      throw this.#toCallersError(error, calledAt, queries);
    } finally {
      clearTimeout(timer);
      this.#outage.remove(fail);
      this.callers.remove(holder);
    }
  }

  close(): void {
    this.#outage.close();
  }

  #refuseInOutage(): void {
    const refusal = this.#outage.refusal();
    if (refusal === null) return;
    this.#observer.onUnavailable(refusal.reason);
    throw refusal;
  }

  #toCallersError(error: unknown, calledAt: number, queries: SlottedQueries): unknown {
    // Of an outage, or of a call within this one.
    if (error instanceof DatabaseUnavailableError) return error;
    const fault = serverFaultOf(error);
    if (fault !== null) this.#observer.onServerFault(fault, error);
    const isLate = error instanceof TimeoutError;
    const reason = isLate ? this.#reasonOfLate(queries) : unavailableReasonOf(error);
    if (isConnectFailure(error)) this.#outage.failed(error, calledAt);
    else if (!isLate && reason !== 'unreachable') this.#outage.responded();
    if (reason === null) return error;
    this.#observer.onUnavailable(reason);
    return new DatabaseUnavailableError(reason, error);
  }

  /** A call without a statement of its own waits for one that it shares with other calls. */
  #reasonOfLate({ isWaiting, hasStarted }: SlottedQueries): UnavailableReason {
    return isWaiting || (!hasStarted && !this.slots.hasSlot(null)) ? 'pool_timeout' : 'statement_timeout';
  }
}

/** Creates the access to the database, which connects lazily: the service starts without a database. */
export function createDatabaseAccess(config: DatabaseConfig, observer: DatabaseObserver = NO_OBSERVER): DatabaseAccess {
  const pool = new LazyPool(config);
  const calls = new Calls(config, pool, observer);
  const { callers, slots } = calls;
  let isClosed = false;
  const use: DatabaseAccess['use'] = (work, orgId, kind = 'write') =>
    isClosed ? Promise.reject(new Error('the database is closed')) : calls.run(work, orgId, kind);
  const announcements = createAnnouncements(use);
  return {
    use,
    announce: announcements.announce,
    callers: () => callers.total,
    isHeavyCaller: (orgId) => callers.isHeavy(orgId),
    // While connections are free, statements wait for the share of their organization.
    connections: () => ({ ...pool.connections(), waiting: slots.hasSlot(null) ? 0 : slots.waiting }),
    close: async () => {
      await announcements.close();
      isClosed = true;
      calls.close();
      await pool.close();
    },
  };
}
