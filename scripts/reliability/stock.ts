import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { ComposerDesk } from './composer.ts';

/** A reservation as the database has it. */
export interface ReservationRow {
  readonly id: string;
  readonly state: string;
  readonly marker: string | null;
}

/** The composes at composer and in the database. */
export interface Stock {
  /** Ids of the composes at composer. */
  readonly atComposer: ReadonlySet<string>;
  /** Markers of the composes in the database, by id. */
  readonly stored: ReadonlyMap<string, string>;
  readonly reservations: readonly ReservationRow[];
  /** Ids of the composes that are still to be deleted at composer. */
  readonly toBeDeleted: readonly string[];
}

const MARKER = `#>> '{customizations,packages,0}'`;

/** Reads composer first, so that a compose stored meanwhile is no ghost. */
export async function takeStock(sql: Client, desk: ComposerDesk): Promise<Stock> {
  const atComposer = await desk.list();
  const stored = await sql.query<{ id: string; marker: string }>(
    `SELECT job_id::text AS id, coalesce(request ${MARKER}, '') AS marker FROM composes`,
  );
  const reservations = await sql.query<ReservationRow>(
    `SELECT id::text, state, compose -> 'request' ${MARKER} AS marker FROM build_reservations`,
  );
  const abandoned = await sql.query<{ id: string }>(
    "SELECT job_id::text AS id FROM compose_statuses WHERE status = 'abandoned' AND finished_at IS NULL",
  );
  return {
    atComposer,
    stored: new Map(stored.rows.map(({ id, marker }) => [id, marker])),
    reservations: reservations.rows,
    toBeDeleted: abandoned.rows.map(({ id }) => id),
  };
}

/** Composes at composer without a row. */
export const orphansOf = ({ atComposer, stored }: Stock): string[] => [...atComposer].filter((id) => !stored.has(id));

/** Rows without a compose at composer. */
export function ghostsOf({ atComposer, stored }: Stock): string[] {
  return [...stored.keys()].filter((id) => !atComposer.has(id));
}

/** Milliseconds between two polls. */
const POLL = 250;

/**
 * Waits until everything is reconciled, or the time is over.
 * @returns the last stock
 */
export async function untilReconciled(
  take: () => Promise<Stock>,
  isReconciled: (stock: Stock) => boolean,
  milliseconds: number,
): Promise<Stock> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const stock = await take();
    if (isReconciled(stock) || performance.now() > end) return stock;
    await wait(POLL);
  }
}
