import { ConfigError, readConfig, type DatabaseConfig } from '../config.ts';
import type { LoggerConfig } from '../logger.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface MaintenanceSettings {
  readonly enabled: boolean;
  readonly dryRun: boolean;
  /** Calendar months that builds are kept. */
  readonly retentionMonths: number;
  /** Calendar months that entries of the audit log are kept. */
  readonly auditRetentionMonths: number;
  /** Days that events are kept. */
  readonly eventRetentionDays: number;
  readonly database: DatabaseConfig;
  readonly logger: LoggerConfig;
}

const MAX_MONTHS = 1_200;

const YES = new Set(['true', 't', '1']);
const NO = new Set(['false', 'f', '0']);

/**
 * What the maintenance program is to do. A variable that is set to nothing is as good as not set: deployment templates do that.
 * @throws ConfigError naming every variable with an unusable value
 */
export const readMaintenanceSettings = (env: Environment): MaintenanceSettings => {
  const problems: string[] = [];
  const bool = (name: string, fallback: boolean): boolean => {
    const value = env[name]?.toLowerCase() || String(fallback);
    if (!YES.has(value) && !NO.has(value)) problems.push(`${name}: must be true or false`);
    return YES.has(value);
  };
  const months = (name: string, fallback: number): number => {
    const value = env[name] || String(fallback);
    const number = /^\d+$/.test(value) ? Number(value) : 0;
    // Zero would be every build there is, which nobody means to delete.
    if (number < 1 || number > MAX_MONTHS) problems.push(`${name}: must be a whole number from 1 to ${MAX_MONTHS}`);
    return number;
  };
  const config = () => {
    try {
      return readConfig(env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return null;
    }
  };

  const own = {
    enabled: bool('ENABLE_DB_MAINTENANCE', false),
    dryRun: bool('DRY_RUN', true),
    retentionMonths: months('DB_COMPOSES_RETENTION_MONTHS', 24),
    auditRetentionMonths: months('AUDIT_RETENTION_MONTHS', 24),
  };
  const service = config();
  if (service === null || problems.length > 0) throw new ConfigError(problems);
  const { level } = service.log;
  return {
    ...own,
    eventRetentionDays: service.events.retentionDays,
    database: service.database,
    logger: {
      version: service.version,
      // What was deleted is told, however little the service itself is to say.
      log: { ...service.log, level: level === 'trace' || level === 'debug' ? level : 'info' },
    },
  };
};
