import { configFrom, readWith, type Config, type DatabaseConfig, type Environment } from '../config/index.ts';
import type { LoggerConfig } from '../observability/logger.ts';

export interface MaintenanceSettings extends Pick<Config, 'unused' | 'misspelt' | 'encryption' | 'webhooks'> {
  readonly enabled: boolean;
  readonly dryRun: boolean;
  /** Calendar months after which composes are deleted. */
  readonly retentionMonths: number;
  /** Calendar months after which entries of the audit log are deleted. */
  readonly auditRetentionMonths: number;
  /** Calendar months after which blueprints that clients have deleted are deleted. */
  readonly blueprintRetentionMonths: number;
  /** Days after which events are deleted. */
  readonly eventRetentionDays: number;
  /** Milliseconds after which a run ends early. */
  readonly budget: number;
  readonly database: DatabaseConfig;
  readonly logger: LoggerConfig;
}

/**
 * The settings of the maintenance program. It accepts the environment of the service and its own variables.
 * @throws ConfigError naming every variable that is not usable
 */
export function readMaintenanceSettings(env: Environment): MaintenanceSettings {
  return readWith(env, (reader) => {
    const { read } = reader;
    const { events, database, version, log, unused, misspelt, encryption, webhooks } = configFrom(reader, env);
    return {
      enabled: read('ENABLE_DB_MAINTENANCE'),
      dryRun: read('DRY_RUN'),
      retentionMonths: read('DB_COMPOSES_RETENTION_MONTHS'),
      auditRetentionMonths: read('AUDIT_RETENTION_MONTHS'),
      blueprintRetentionMonths: read('DELETED_BLUEPRINTS_RETENTION_MONTHS'),
      eventRetentionDays: events.retentionDays,
      budget: read('MAINTENANCE_MINUTES'),
      database,
      // The program logs what it deleted, also where the service logs errors only.
      logger: { version, log: { ...log, level: log.level === 'trace' || log.level === 'debug' ? log.level : 'info' } },
      ...{ unused, misspelt, encryption, webhooks },
    };
  });
}
