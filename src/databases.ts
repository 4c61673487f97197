// The pools of a process: what each is for, and what is logged and counted of it.
import type { Config, DatabaseConfig } from './config/index.ts';
import { BACKGROUND_TIMEOUTS, createDatabase, type Database, type DatabaseObserver } from './db/index.ts';
import type { StorageSupport } from './db/vault.ts';
import type { PoolName } from './observability/database-metrics.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';

export interface Databases {
  /** For requests. */
  readonly db: Database;
  /** For background work, whose statements may take longer. */
  readonly backgroundDb: Database;
  /** One connection for heartbeats and metrics, which wait for no other statement. */
  readonly monitoringDb: Database;
}

interface Parts {
  readonly config: Config;
  readonly support: StorageSupport;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Milliseconds between two log lines about faults of the server: they come with every statement. */
const FAULT_LOG_INTERVAL = 30_000;

const createFaultReport = (
  pool: PoolName,
  { log, metrics }: Pick<Parts, 'log' | 'metrics'>,
): DatabaseObserver['onServerFault'] => {
  let loggedAt = -Infinity;
  return (fault, err) => {
    metrics.database.faults.inc({ pool, fault });
    if (performance.now() - loggedAt < FAULT_LOG_INTERVAL) return;
    loggedAt = performance.now();
    log.error({ event: 'database.server_fault', pool, fault, err }, 'the database cannot store or read');
  };
};

const observe = (pool: PoolName, { log, metrics }: Parts): DatabaseObserver => ({
  onServerFault: createFaultReport(pool, { log, metrics }),
  onUnreachable: (err) => log.error({ event: 'database.unreachable', pool, err }, 'the database does not respond'),
  onReachable: () => log.info({ event: 'database.reachable', pool }, 'the database responds again'),
  onUnavailable: (reason) => metrics.database.unavailable.inc({ pool, reason }),
});

/** Creates the pools, which connect at their first use; `stack` closes them. */
export function openDatabases(
  parts: Parts,
  given: Partial<Pick<Databases, 'db' | 'backgroundDb'>>,
  stack: AsyncDisposableStack,
): Databases {
  const { config, support } = parts;
  const open = (changes: Partial<DatabaseConfig>, observer?: DatabaseObserver): Database =>
    stack.adopt(createDatabase({ ...config.database, ...changes }, support, observer), (it) => it.close());
  const background = { poolSize: config.backgroundPoolSize, timeouts: BACKGROUND_TIMEOUTS };
  return {
    db: given.db ?? open({}, observe('requests', parts)),
    backgroundDb: given.backgroundDb ?? open(background, observe('background', parts)),
    monitoringDb: open({ poolSize: 1 }),
  };
}
