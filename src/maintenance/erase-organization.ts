import { withMaintenanceConnection } from '../db/maintenance.ts';
import { countRowsOf, ERASED_TABLES, eraseSome, listBuildsAtComposer } from '../db/queries/erasure.ts';
import type { CommonQueryMethods } from '../db/database.ts';
import type { Logger } from '../observability/logger.ts';
import type { MaintenanceSettings } from './settings.ts';

/** Passes over the tables: a request that runs meanwhile can store a row. */
const MOST_PASSES = 3;

const countAll = async (db: CommonQueryMethods, orgId: string): Promise<Readonly<Record<string, number>>> => {
  const rows: Record<string, number> = {};
  for (const table of ERASED_TABLES) rows[table] = await countRowsOf(db, table, orgId);
  return rows;
};

const isEmpty = (rows: Readonly<Record<string, number>>): boolean => Object.values(rows).every((count) => count === 0);

/**
 * Deletes everything of one organization in all tables, in batches, and reports it. Logs composes that composer may still have.
 * @throws Error when the organization still stores rows; the signal's reason when it is aborted
 */
export async function eraseOrganization(
  { database }: Pick<MaintenanceSettings, 'database'>,
  log: Logger,
  signal: AbortSignal,
  { orgId, dryRun }: { readonly orgId: string; readonly dryRun: boolean },
): Promise<void> {
  await withMaintenanceConnection(database, signal, async (db) => {
    for (const build of await listBuildsAtComposer(db, orgId))
      log.warn({ event: 'maintenance.build_at_composer', ...build }, 'composer may still have a compose');
    log.info(
      { event: 'maintenance.erasure_counted', dry_run: dryRun, rows: await countAll(db, orgId) },
      'rows of the organization',
    );
    if (dryRun) return;
    for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
      for (const table of ERASED_TABLES) {
        let erased = 0;
        for (let some = 1; some > 0; erased += some) {
          signal.throwIfAborted();
          some = await eraseSome(db, table, orgId);
        }
        if (erased > 0)
          log.info({ event: 'maintenance.rows_erased', table, rows: erased }, 'deleted rows of the organization');
      }
      if (!isEmpty(await countAll(db, orgId))) continue;
      log.info({ event: 'maintenance.erased' }, 'the organization is erased');
      return;
    }
    throw new Error('the organization still stores rows: refuse its requests, and run the command again');
  });
}
