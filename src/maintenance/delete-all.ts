import type { CommonQueryMethods } from '../db/database.ts';
import { vacuum } from '../db/maintenance.ts';
import { deleteExpired, hasOwnTables, type ExpiringRows } from '../db/queries/expired-rows.ts';
import {
  readMaintenanceReport,
  writeMaintenanceReport,
  type MaintenanceReport,
} from '../db/queries/maintenance-report.ts';
import type { Logger } from '../observability/logger.ts';

/** The parts of a run. */
export interface MaintenanceRun {
  readonly db: CommonQueryMethods;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** The times before which rows have expired, where a setting determines them. */
  readonly expiry: Readonly<Record<'composes' | 'auditEntries' | 'events' | 'deletedBlueprints', Date>>;
}

/** The time of a run is used up. */
class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** Seconds since 1970. */
const seconds = (): number => Date.now() / 1000;

/** A run that records what it does after each batch. */
class RecordedRun {
  readonly #run: MaintenanceRun;
  readonly #end: number;
  /** Whether the database has our tables. */
  readonly #isRecorded: boolean;
  #report: MaintenanceReport;

  private constructor(run: MaintenanceRun, budget: number, isRecorded: boolean, last: MaintenanceReport | null) {
    this.#run = run;
    this.#end = performance.now() + budget;
    this.#isRecorded = isRecorded;
    const { completed = null, checkpoints = {} } = last ?? {};
    this.#report = { started: seconds(), ended: null, completed, deleted: {}, checkpoints };
  }

  /** Reads where the last run ended, and records the start of this one. */
  static async start(run: MaintenanceRun, budget: number): Promise<RecordedRun> {
    const isRecorded = await hasOwnTables(run.db);
    const started = new RecordedRun(run, budget, isRecorded, isRecorded ? await readMaintenanceReport(run.db) : null);
    await started.#record({});
    return started;
  }

  async #record(changes: Partial<MaintenanceReport>): Promise<void> {
    this.#report = { ...this.#report, ...changes };
    if (this.#isRecorded) await writeMaintenanceReport(this.#run.db, this.#report);
  }

  /** Milliseconds until the run is to end. */
  get remaining(): number {
    return this.#end - performance.now();
  }

  get deleted(): Readonly<Record<string, number>> {
    return this.#report.deleted;
  }

  async #save(rows: ExpiringRows, deleted: number, next: string | null): Promise<void> {
    const { [rows]: _passed, ...others } = this.#report.checkpoints;
    await this.#record({
      deleted: { ...this.deleted, [rows]: (this.deleted[rows] ?? 0) + deleted },
      checkpoints: next === null ? others : { ...others, [rows]: next },
    });
    if (rows === 'composes')
      this.#run.log.debug(
        { event: 'maintenance.composes_progress', deleted_composes: this.deleted[rows] },
        'deleting composes',
      );
  }

  /** Whether the next deletion of these rows starts at a checkpoint. */
  isPartOf(rows: ExpiringRows): boolean {
    return rows in this.#report.checkpoints;
  }

  /**
   * Deletes the expired rows of a kind, from where the last run ended.
   * @returns the number of rows that this run has deleted
   * @throws OutOfTimeError after the batch in which the time was used up
   */
  async delete(rows: ExpiringRows, before = new Date()): Promise<number> {
    const { db, signal } = this.#run;
    const onBatch = async (deleted: number, next: string | null): Promise<void> => {
      await this.#save(rows, deleted, next);
      if (this.remaining <= 0) throw new OutOfTimeError();
    };
    await deleteExpired(db, rows, before, signal, onBatch, this.#report.checkpoints[rows] ?? null);
    await this.#save(rows, 0, null);
    return this.deleted[rows] ?? 0;
  }

  async end(isComplete: boolean): Promise<void> {
    const ended = seconds();
    await this.#record({ ended, ...(isComplete && { completed: ended }) });
  }
}

async function deleteComposes(recorded: RecordedRun, { log, expiry }: MaintenanceRun): Promise<void> {
  try {
    // Repeated for rows that were locked, and for those before the checkpoint of the last run.
    for (let [last, isDone] = [0, false]; !isDone;) {
      const isPart = recorded.isPartOf('composes');
      const deleted = await recorded.delete('composes', expiry.composes);
      isDone = deleted === last && !isPart;
      last = deleted;
    }
  } finally {
    // Logged for failed runs as well, which have deleted rows.
    const total = recorded.deleted['composes'] ?? 0;
    log.info({ event: 'maintenance.composes_deleted', deleted_composes: total }, 'deleted composes');
  }
}

async function deleteOthers(recorded: RecordedRun, { log, expiry }: MaintenanceRun): Promise<void> {
  log.info(
    { event: 'maintenance.reservations_deleted', deleted_reservations: await recorded.delete('reservations') },
    'deleted expired reservations',
  );
  log.info(
    {
      event: 'maintenance.audit_entries_deleted',
      deleted_audit_entries: await recorded.delete('auditEntries', expiry.auditEntries),
    },
    'deleted audit entries',
  );
  log.info(
    { event: 'maintenance.events_deleted', deleted_events: await recorded.delete('events', expiry.events) },
    'deleted old events',
  );
  log.info(
    { event: 'maintenance.deliveries_deleted', deleted_deliveries: await recorded.delete('deliveries') },
    'deleted ended deliveries to webhooks',
  );
  log.info(
    { event: 'maintenance.schedule_runs_deleted', deleted_schedule_runs: await recorded.delete('scheduleRuns') },
    'deleted runs of schedules that run no more',
  );
  const blueprints = await recorded.delete('deletedBlueprints', expiry.deletedBlueprints);
  log.info(
    { event: 'maintenance.blueprints_deleted', deleted_blueprints: blueprints },
    'deleted blueprints that clients had deleted',
  );
  // Last: it reads all statuses, which takes longest.
  log.info(
    { event: 'maintenance.statuses_deleted', deleted_statuses: await recorded.delete('statuses') },
    'deleted statuses of composes',
  );
}

/**
 * Deletes all expired rows, then vacuums, and records what it does.
 * @param budget milliseconds after which it ends early
 * @returns whether it is complete
 * @throws the error of a statement, or the signal's reason
 */
export async function deleteAll(run: MaintenanceRun, budget: number): Promise<boolean> {
  const { db, log } = run;
  const recorded = await RecordedRun.start(run, budget);
  let isComplete = false;
  try {
    await deleteComposes(recorded, run);
    await deleteOthers(recorded, run);
    isComplete = recorded.remaining > 0 && (await vacuum(db, recorded.remaining));
    if (isComplete) log.info({ event: 'maintenance.vacuumed' }, 'vacuumed and analyzed');
  } catch (error) {
    if (!(error instanceof OutOfTimeError)) throw error;
  }
  await recorded.end(isComplete);
  const { deleted } = recorded;
  if (isComplete) log.info({ event: 'maintenance.reported', deleted }, 'rows that this run deleted, by kind');
  else
    log.warn({ event: 'maintenance.out_of_time', deleted }, 'the time of the run is used up: the next run continues');
  return isComplete;
}
