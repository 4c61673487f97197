// Tests the quota under races: several processes of the service, one database, many concurrent requests.
import { createComposerDesk } from './composer.ts';
import { buildOf } from './builds.ts';
import { statusOf, type Reply } from './http.ts';
import { createChecks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage, type StageOptions } from './stage.ts';
import { ghostsOf, orphansOf, takeStock } from './stock.ts';
import { tally } from '../load/statistics.ts';
import { REFUSE } from '../../packages/sandbox/src/builds.ts';

export interface RaceOptions {
  readonly rounds: number;
  /** Concurrent requests in each round. */
  readonly requests: number;
  readonly replicas: number;
}

/** Remaining quota of a round; composer refuses one of every `n` requests, 0 for none. */
interface Round {
  readonly organization: string;
  readonly left: number;
  readonly used: number;
  readonly refusedEvery: number;
}

/** All kinds of rounds: remaining quota of zero, one, and more than the requests; with and without refusals of composer. */
const planRounds = ({ rounds, requests }: RaceOptions): Round[] =>
  Array.from({ length: rounds }, (_, index) => {
    const lefts = [1, 7, Math.floor(requests / 2), requests - 1, 0, requests + 10];
    return {
      organization: `race-${index}`,
      left: lefts[index % lefts.length] ?? 1,
      used: index % 3,
      refusedEvery: index % 2 === 0 ? 0 : 3,
    };
  });

const count = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => statusOf(reply) === status).length;

/** Tests that the quota is exact in every round. */
export async function runRaces(
  database: StageOptions['database'],
  options: RaceOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const rounds = planRounds(options);
  const quotas = Object.fromEntries(rounds.map(({ organization, left, used }) => [organization, left + used]));
  const stage = await setStage(stack, {
    ...{ database, quotas },
    env: {
      // Composer is slow with many concurrent requests, but not unavailable; on a busy machine so is the service.
      ...{ UPSTREAM_TIMEOUT_SECONDS: '60', PROCESS_LEASE_SECONDS: '30', COMPOSER_QUEUE: String(options.requests) },
      MAX_EVENT_LOOP_DELAY_MS: '0',
    },
  });
  const replicas = await Promise.all(Array.from({ length: options.replicas }, () => stage.start()));
  const { holds, violations } = createChecks();
  let [accepted, refused, exceeded] = [0, 0, 0];

  const send = (round: Round, index: number, isRefused: boolean): Promise<Reply> =>
    (replicas[index % replicas.length] as Replica).client.send({
      ...{ method: 'POST', path: '/compose', organization: round.organization },
      body: buildOf(`${round.organization}-${index}`, isRefused ? [REFUSE] : []),
    });

  for (const round of rounds) {
    const { organization, left, used, refusedEvery } = round;
    for (let index = 0; index < used; index += 1) {
      const reply = await send(round, index, false);
      holds(
        statusOf(reply) === 201,
        `${organization}: the response to a compose within the quota was ${statusOf(reply)}`,
      );
    }
    const isRefused = (index: number): boolean => refusedEvery > 0 && index % refusedEvery === 0;
    const replies = await Promise.all(
      Array.from({ length: options.requests }, (_, index) => send(round, used + index, isRefused(index))),
    );
    const built = count(replies, 201);
    const tooMany = count(replies, 403);
    // Composer refuses a package that only the caller can correct.
    const turnedDown = count(replies, 400);
    const statuses = [...tally(replies.map(statusOf))].map(([status, times]) => `${times} × ${status}`).join(', ');
    holds(built + tooMany + turnedDown === options.requests, `${organization}: responses were ${statuses}`);
    if (refusedEvery === 0) {
      const wanted = Math.min(left, options.requests);
      holds(
        built === wanted && turnedDown === 0,
        `${organization}: ${built} accepted, ${wanted} were left; ${statuses}`,
      );
    } else holds(built <= left, `${organization}: ${built} accepted, ${left} were left`);
    // Refusals of composer release their quota: exactly the rest remains.
    let further = 0;
    let last: number | string = built > left ? 403 : 201;
    while (last === 201) {
      last = statusOf(await send(round, used + options.requests + further, false));
      if (last === 201) further += 1;
    }
    holds(last === 403, `${organization}: the compose beyond the quota had status ${last}`);
    const { rows } = await stage.sql.query<{ builds: number; reservations: number }>(
      `SELECT (SELECT count(*)::int FROM composes WHERE org_id = $1) AS builds,
        (SELECT count(*)::int FROM build_reservations WHERE org_id = $1) AS reservations`,
      [organization],
    );
    const { builds = -1, reservations = -1 } = rows[0] ?? {};
    holds(builds === left + used, `${organization}: ${builds} builds are stored, ${left + used} are allowed`);
    holds(further === left - built, `${organization}: ${built} + ${further} of ${left} could be built`);
    holds(reservations === 0, `${organization}: ${reservations} reservations are left`);
    [accepted, refused, exceeded] = [accepted + built, refused + turnedDown, exceeded + tooMany];
    report(`${organization}: ${left} left, ${statuses}; then ${further} more`);
  }
  const stock = await takeStock(stage.sql, createComposerDesk(stage.composer));
  holds(orphansOf(stock).length === 0, `${orphansOf(stock).length} builds at composer have no row`);
  holds(ghostsOf(stock).length === 0, `${ghostsOf(stock).length} rows have no build at composer`);
  for (const replica of replicas) await replica.stop();
  return {
    figures: {
      ...{ rounds: rounds.length, 'requests at once': options.requests, processes: options.replicas },
      ...{ accepted, 'refused by the quota': exceeded, 'refused by composer': refused },
      'rounds that were not exact': new Set(violations.map((text) => text.split(':')[0])).size,
    },
    violations,
  };
}
