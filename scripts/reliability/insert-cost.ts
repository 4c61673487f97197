// Compares the cost of the original's INSERT into `composes` on the adopted schema with that on the original schema.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import { processorTimeOf } from '../bench/usage.ts';

/** Inserts of a round, existing rows, and rounds. */
const INSERTS = 20_000;
const ROWS_BEFORE = 100_000;
const ROUNDS = 15;

const REQUEST = JSON.stringify({
  distribution: 'rhel-9',
  image_requests: [
    {
      architecture: 'x86_64',
      image_type: 'aws',
      upload_request: { type: 'aws', options: { share_with_accounts: ['1'] } },
    },
  ],
  customizations: { packages: ['nginx', 'vim', 'git'], users: [{ name: 'u', ssh_key: 'ssh-rsa AAAA' }] },
});

/** Inserts without round trips and commits, which cost the same on both. */
const insert = (count: number): string => `
  DO $$
  DECLARE
    stored jsonb := '${REQUEST}';
  BEGIN
    FOR number IN 1..${count} LOOP
      INSERT INTO composes
        (job_id, request, created_at, account_number, email, org_id, image_name, client_id, blueprint_version_id)
      VALUES (md5(random()::text)::uuid, stored, clock_timestamp(), '500', 'user@example.test',
        (100000 + number % 500)::text, 'an image', 'ui', NULL);
    END LOOP;
  END
  $$`;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Microseconds of an INSERT: processor time of its session where the system reports it, because other processes do not disturb it;
 * otherwise elapsed time.
 */
async function timed(sql: Client): Promise<number> {
  const { rows } = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid ?? 0;
  const used = processorTimeOf(pid);
  const started = performance.now() / 1_000;
  await sql.query(insert(INSERTS));
  const seconds = used === null ? performance.now() / 1_000 - started : (processorTimeOf(pid) ?? 0) - used;
  return (seconds * 1_000_000) / INSERTS;
}

/** Microseconds of an INSERT. */
export interface InsertCost {
  readonly original: number;
  readonly adopted: number;
  /** The median of the rounds' ratios: other load disturbs both sides of a round. */
  readonly ratio: number;
}

/**
 * Measures in rounds that alternate between the databases.
 * @param original database with the original schema only
 * @param adopted database with the additions as well
 */
export async function measureInserts(original: Client, adopted: Client): Promise<InsertCost> {
  for (const sql of [original, adopted]) {
    await sql.query(insert(ROWS_BEFORE));
    await sql.query('VACUUM ANALYZE composes');
  }
  await original.query('CHECKPOINT');
  const rounds: { readonly original: number; readonly adopted: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % 2 === 0 ? await timed(original) : null;
    const ours = await timed(adopted);
    rounds.push({ original: first ?? (await timed(original)), adopted: ours });
    await wait(100);
  }
  return {
    original: median(rounds.map((round) => round.original)),
    adopted: median(rounds.map((round) => round.adopted)),
    ratio: median(rounds.map((round) => round.adopted / round.original)),
  };
}
