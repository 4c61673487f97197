import { withMaintenanceConnection } from '../db/maintenance.ts';
import { confirmHistory } from '../db/queries/database-history.ts';
import type { Logger } from '../observability/logger.ts';
import type { MaintenanceSettings } from './settings.ts';

/**
 * Accepts the state of a recovered database: an exclusive tenant's service deletes at composer what it does not have.
 * @throws when the database cannot be reached
 */
export async function confirmRecovery(settings: MaintenanceSettings, log: Logger, signal: AbortSignal): Promise<void> {
  const isChanged = await withMaintenanceConnection(settings.database, signal, confirmHistory);
  log.info({ event: 'maintenance.recovery_confirmed', changed: isChanged }, 'the state of the database is confirmed');
}
