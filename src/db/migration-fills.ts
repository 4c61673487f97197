// Fills columns and tables of ours for rows that were there before, in short statements, while other processes use the database.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import type { CommonQueryMethods, DatabaseAccess } from './database.ts';
import { indexBlueprints, indexComposes, type MakeComposeTexts } from './indexing.ts';
import type { Report } from './migration-runner.ts';
import { statementsOf, type Step } from './migration-steps.ts';

/** Indexes rows of a batch; resolves with `false` if it has to be repeated, because a row is locked. */
export type Fill = (db: CommonQueryMethods, ids: readonly string[]) => Promise<boolean>;

/** The fills by their names. */
export function createFills(composeTexts: MakeComposeTexts): Readonly<Record<string, Fill>> {
  return {
    blueprints: async (db, blueprintIds) =>
      (await indexBlueprints(db, { blueprintIds }, blueprintIds.length)) === blueprintIds.length,
    composes: async (db, jobIds) => {
      await indexComposes(db, { jobIds }, composeTexts, jobIds.length);
      return true;
    },
  };
}

/** Rows of a batch, and milliseconds that it should take with its round trips; its statements are shorter. */
const ROWS = { first: 100, least: 25, most: 5_000 } as const;
const DURATION = 80;

/** Milliseconds before a batch with a locked row is repeated, and between reports of the progress. */
const PAUSE = 1_000;
const REPORT_PAUSE = 10_000;

/** Ids are random, so the last one shows the progress of a walk. */
const percentOf = (id: string): number => Math.floor((100 * parseInt(id.slice(0, 4), 16)) / 0x1_00_00);

function failed({ file }: Step, cause: Error): never {
  throw new Error(`${file}: ${cause.message}`, { cause });
}

/**
 * Walks along a primary key and fills what belongs to the rows. It pauses after each batch, in favour of other processes.
 * @param from the last id of an earlier run, `null` for none
 * @param record records the last id of each batch, once it is filled
 */
export async function runFill(
  client: Client,
  step: Step,
  fill: (ids: readonly string[]) => Promise<boolean>,
  from: string | null,
  record: (last: string) => Promise<void>,
  report: Report,
): Promise<void> {
  const [walk = ''] = statementsOf(step);
  let last = from;
  let size: number = ROWS.first;
  for (let reported = performance.now(); ;) {
    const started = performance.now();
    const { rows } = await client.query<{ id: string; wanted: boolean }>(walk, [last, size]);
    const end = rows.at(-1)?.id;
    if (end === undefined) return;
    const ids = rows.filter(({ wanted }) => wanted).map(({ id }) => id);
    const isFilled = ids.length === 0 || (await fill(ids).catch((cause: Error) => failed(step, cause)));
    if (!isFilled) {
      report(`${step.file} waits for a row that is in use`);
      await wait(PAUSE);
      continue;
    }
    await record(end);
    last = end;
    const took = performance.now() - started;
    size = Math.round(Math.min(Math.max((size * DURATION) / took, size / 4, ROWS.least), size * 2, ROWS.most));
    if (started - reported > REPORT_PAUSE) {
      reported = started;
      report(`${step.file}: ${percentOf(end)} %`);
    }
    await wait(took / 2);
  }
}

/** Indexes what another implementation has stored meanwhile: lists would read past it until the background has done so. */
export async function indexNewRows({ use }: DatabaseAccess, composeTexts: MakeComposeTexts): Promise<void> {
  const indexes = [
    (db: CommonQueryMethods) => indexBlueprints(db, 'any', ROWS.first),
    (db: CommonQueryMethods) => indexComposes(db, 'any', composeTexts, ROWS.first),
  ];
  for (const index of indexes) while ((await use(index)) > 0) await wait(DURATION / 2);
}
