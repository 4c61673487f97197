import { Gauge, type Registry } from 'prom-client';
import { createCachedCall } from '../lib/cached-call.ts';
import { waitAtMost } from '../lib/timeout.ts';
import { SampledGauge } from './sampled-gauge.ts';

/** Milliseconds for which a report is cached, and until the page shows the previous one instead. */
const CACHE_TIME = 15_000;
const TIMEOUT = 1_000;

/** What the last run of the maintenance job did; times in seconds since 1970. */
export interface LastMaintenance {
  readonly started: number;
  readonly completed: number | null;
  readonly deleted: Readonly<Record<string, number>>;
}

/** Where the figures of the maintenance job are from. */
export interface MaintenanceSource {
  /** Reads what the last run did, `null` before the first. */
  readonly readReport: () => Promise<LastMaintenance | null>;
  /** Reads when our tables were made, in seconds since 1970. */
  readonly readPreparedAt: () => Promise<number | null>;
  /** Milliseconds between runs; `null` where none are expected. */
  readonly interval: number | null;
}

/** Intervals without a completed run after which maintenance counts as overdue. */
const TOLERATED_INTERVALS = 3;

/**
 * Registers the time at which maintenance counts as overdue, where runs are expected. Before the first run it counts from the tables, so
 * that a job that never runs is noticed.
 */
const watchOverdue = (registers: Registry[], { readReport, readPreparedAt, interval }: MaintenanceSource): void => {
  if (interval === null) return;
  const overdue = new SampledGauge({
    name: 'imagebuilder_maintenance_overdue_timestamp_seconds',
    help: 'When maintenance counts as overdue: three intervals after the last completed run; 0 until that is known',
    aggregator: 'max',
    registers,
  });
  overdue.watch(async () => {
    const begun = (await readReport())?.completed ?? (await readPreparedAt());
    return begun === null ? 0 : begun + (TOLERATED_INTERVALS * interval) / 1000;
  });
};

/**
 * Gauges of the maintenance job. It has no page of metrics of its own: every process reports what the database has of the last run.
 */
export function watchMaintenance(registers: Registry[], source: MaintenanceSource): void {
  watchOverdue(registers, source);
  const sample = createCachedCall<unknown>(CACHE_TIME);
  const collect = async (): Promise<void> => {
    const sampled = sample(async () => show(await source.readReport())).catch(() => {});
    await waitAtMost(TIMEOUT, sampled);
  };
  const options = { registers, collect, aggregator: 'max' } as const;
  const started = new Gauge({
    name: 'imagebuilder_maintenance_started_timestamp_seconds',
    help: 'When the last maintenance run started, 0 before the first',
    ...options,
  });
  const completed = new Gauge({
    name: 'imagebuilder_maintenance_completed_timestamp_seconds',
    help: 'When a maintenance run last completed, 0 before the first',
    ...options,
  });
  const deleted = new Gauge({
    name: 'imagebuilder_maintenance_deleted_rows',
    help: 'Rows that the last maintenance run deleted, by kind',
    labelNames: ['rows'],
    ...options,
  });
  const show = (report: LastMaintenance | null): void => {
    if (report === null) return;
    started.set(report.started);
    completed.set(report.completed ?? 0);
    for (const [rows, count] of Object.entries(report.deleted)) deleted.set({ rows }, count);
  };
}
