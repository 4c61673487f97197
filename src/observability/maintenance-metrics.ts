import { Gauge, type Registry } from 'prom-client';
import { createCachedCall } from '../lib/cached-call.ts';
import { waitAtMost } from '../lib/timeout.ts';

/** Milliseconds for which a report is cached, and until the page shows the previous one instead. */
const CACHE_TIME = 15_000;
const TIMEOUT = 1_000;

/** What the last run of the maintenance job did; times in seconds since 1970. */
export interface LastMaintenance {
  readonly started: number;
  readonly completed: number | null;
  readonly deleted: Readonly<Record<string, number>>;
}

/**
 * Gauges of the maintenance job. It has no page of metrics of its own: every process reports what the database has of the last run.
 * @param read the report, `null` before the first run
 */
export function watchMaintenance(registers: Registry[], read: () => Promise<LastMaintenance | null>): void {
  const sample = createCachedCall<unknown>(CACHE_TIME);
  const collect = async (): Promise<void> => {
    const sampled = sample(async () => show(await read())).catch(() => {});
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
