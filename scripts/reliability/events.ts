// Event streams of many clients on several processes: every event arrives once, and those of a compose in their order.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import { startSandbox } from '../../packages/sandbox/src/server.ts';
import { freePort } from '../support/embedded-postgres.ts';
import { connectInspector } from '../support/inspector.ts';
import { buildOf } from './builds.ts';
import { openEventStream, type EventStreamClient } from './event-stream.ts';
import { createdId } from './http.ts';
import { createChecks, type Checks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage, type StageOptions } from './stage.ts';

export interface EventsOptions {
  /** Permanent streams, over all processes and organizations. */
  readonly streams: number;
  readonly replicas: number;
  readonly organizations: number;
  /** Composes of each organization. */
  readonly builds: number;
  /** Times that one client reconnects, to any process. */
  readonly returns: number;
  /** Times that the LISTEN connections are cut. */
  readonly cuts: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 ** 2;

/** Milliseconds of a compose, and the time limit after the last one was requested. */
const DURATION = 5_000;
const SETTLING = 60_000;

/** Milliseconds between two polls. */
const POLL = 100;

/** Streams that are opened concurrently. */
const AT_ONCE = 50;

/** Most bytes of memory per stream. */
const MOST_MEMORY = 100 * KIBIBYTE;

const ORDER = ['compose.queued', 'compose.status', 'compose.finished'];

interface Observed {
  readonly replica: Replica;
  /** A process does not end while an inspector is connected. */
  readonly leave: () => void;
  /** Bytes of the heap in use, and of resident memory, after garbage collection. */
  readonly measure: () => Promise<{ readonly heap: number; readonly resident: number }>;
}

interface StoredEvent {
  readonly id: number;
  readonly org_id: string;
  readonly subject: string;
  readonly type: string;
  readonly status: string | null;
}

const storedEvents = async (sql: Client): Promise<readonly StoredEvent[]> => {
  const { rows } = await sql.query<StoredEvent>(
    `SELECT id::float8 AS id, org_id, subject::text, type, data ->> 'status' AS status FROM events ORDER BY id`,
  );
  return rows;
};

/** Runs work for each item, with limited concurrency. */
const forEach = async <T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items];
  const take = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
};

/** A client that reconnects to alternating processes, and records the received events. */
const startWanderer = (replicas: readonly Replica[], organization: string, returns: number) => {
  const seen: number[] = [];
  const counts = { returns: 0, failed: 0 };
  let [isOver, last]: [boolean, number | null] = [false, 0];

  const visit = async (replica: Replica, patience: number): Promise<void> => {
    const stream = await openEventStream({ origin: replica.origin, organization, lastId: last }, false);
    if (stream.status !== 200) counts.failed += 1;
    await wait(patience);
    stream.close();
    await stream.ended;
    seen.push(...stream.events.map(({ id }) => id));
    last = stream.lastId() ?? last;
  };
  const work = async (): Promise<void> => {
    // Some connections end before the first event, others last for a while.
    while (counts.returns < returns || !isOver) {
      await visit(
        replicas[counts.returns % replicas.length] as Replica,
        counts.returns % 7 === 0 ? 60 : counts.returns % 3,
      );
      counts.returns += 1;
    }
    await visit(replicas[0] as Replica, 1_000);
  };
  const ended = work();
  return {
    counts,
    end: async (): Promise<readonly number[]> => {
      isOver = true;
      await ended;
      return seen;
    },
  };
};

/** Checks that the events arrived in order, none twice and none missing. */
const compare = ({ holds }: Checks, client: string, received: readonly number[], expected: readonly number[]): void => {
  const isSame = received.length === expected.length && received.every((id, index) => id === expected[index]);
  if (isSame) return;
  const missing = expected.filter((id) => !received.includes(id));
  const twice = received.filter((id, index) => received.indexOf(id) !== index);
  holds(
    false,
    `${client} received ${received.length} of ${expected.length} events: ${missing.length} missing (${missing.slice(0, 5).join(', ')}), ` +
      `${twice.length} twice (${twice.slice(0, 5).join(', ')})`,
  );
};

/** Whether the events of a compose are a path from its first to its last state. */
const isInOrder = (events: readonly StoredEvent[]): boolean => {
  const steps = events.map(({ type }) => ORDER.indexOf(type));
  return (
    steps[0] === 0 &&
    steps.filter((step) => step === 0).length === 1 &&
    steps.at(-1) === ORDER.length - 1 &&
    steps.every((step, index) => index === 0 || step >= (steps[index - 1] ?? 0)) &&
    steps.filter((step) => step === ORDER.length - 1).length === 1
  );
};

/** Tests that every client receives every event, and measures the cost of a stream. */
export async function runEvents(
  database: StageOptions['database'],
  options: EventsOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const sandbox = await startSandbox({ port: 0, duration: DURATION, maxComposes: Infinity });
  stack.defer(() => sandbox.close());
  const stage = await setStage(stack, {
    ...{ database, composer: sandbox.url },
    env: { EVENT_STREAMS_MAX: '10000', EVENT_STREAMS_PER_ORGANIZATION: '10000', EVENT_HEARTBEAT_SECONDS: '2' },
  });
  const checks = createChecks();
  const { holds } = checks;

  const observed: Observed[] = [];
  for (let index = 0; index < options.replicas; index += 1) {
    const port = await freePort();
    const replica = await stage.start([`--inspect=127.0.0.1:${port}`]);
    const inspector = await connectInspector(port);
    stack.defer(inspector.close);
    observed.push({
      ...{ replica, leave: inspector.close },
      measure: async () => {
        await inspector.call('HeapProfiler.collectGarbage');
        const { usedSize } = (await inspector.call('Runtime.getHeapUsage')) as { usedSize: number };
        return { heap: usedSize, resident: await replica.metric('process_resident_memory_bytes') };
      },
    });
  }
  const replicas = observed.map(({ replica }) => replica);
  const organizations = Array.from({ length: options.organizations }, (_, index) => `events-${index}`);
  const nth = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;

  /** Opens streams on all processes, for all organizations. */
  const openAll = async (count: number): Promise<(EventStreamClient & { readonly organization: string })[]> => {
    const opened: (EventStreamClient & { organization: string })[] = [];
    await forEach(
      Array.from({ length: count }, (_, index) => index),
      AT_ONCE,
      async (index) => {
        const organization = nth(organizations, Math.floor(index / replicas.length));
        const stream = await openEventStream({ origin: nth(replicas, index).origin, organization }, false);
        holds(stream.status === 200, `the response to a stream was ${stream.status}`);
        await stream.until(() => stream.lastId() !== null);
        opened.push({ ...stream, organization });
      },
    );
    return opened;
  };

  // Warm-up: the code is compiled and the pools are open before memory is measured.
  for (const stream of await openAll(Math.ceil(options.streams / 4))) stream.close();
  const untilOpen = async (streams: number): Promise<boolean> => {
    const end = performance.now() + SETTLING;
    for (;;) {
      const open = await Promise.all(replicas.map((replica) => replica.metric('imagebuilder_event_streams')));
      if (open.reduce((sum, one) => sum + one, 0) === streams) return true;
      if (performance.now() > end) return false;
      await wait(POLL);
    }
  };
  holds(await untilOpen(0), 'streams stay open although their clients have left');
  const before = await Promise.all(observed.map(({ measure }) => measure()));
  const begun = performance.now();
  const streams = await openAll(options.streams);
  const opening = performance.now() - begun;
  const after = await Promise.all(observed.map(({ measure }) => measure()));
  const total = (of: 'heap' | 'resident'): number =>
    after.reduce((sum, one, index) => sum + one[of] - (before[index]?.[of] ?? 0), 0);
  const each = { heap: total('heap') / options.streams, resident: total('resident') / options.streams };
  const describe = (bytes: number): string => `${(bytes / KIBIBYTE).toFixed(1)} KiB`;
  report(`${streams.length} streams open after ${(opening / 1000).toFixed(1)} s: ${describe(each.heap)} of heap each`);
  holds(each.heap < MOST_MEMORY, `a stream takes ${describe(each.heap)}`);

  const wanderer = startWanderer(replicas, nth(organizations, 0), options.returns);
  const ids: { readonly organization: string; readonly id: string }[] = [];
  // Clients poll the composes, which is how the service learns most statuses.
  const pending = new Set<(typeof ids)[number]>();
  let isReading = true;
  const read = async (build: (typeof ids)[number]): Promise<void> => {
    const { organization, id } = build;
    const reply = await nth(replicas, pending.size).client.send({
      ...{ method: 'GET', path: `/composes/${id}`, organization },
    });
    if ('failure' in reply || reply.status !== 200) return;
    const { image_status } = JSON.parse(reply.text) as { image_status: { status: string } };
    if (image_status.status === 'success') pending.delete(build);
  };
  const readAll = async (): Promise<void> => {
    while (isReading) {
      await forEach([...pending], 8, read);
      await wait(POLL);
    }
  };
  const reading = readAll();
  const orders = organizations.flatMap((organization) =>
    Array.from({ length: options.builds }, (_, index) => ({ organization, index })),
  );
  let cuts = 0;
  const cut = async (): Promise<void> => {
    const { rowCount } = await stage.sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'image-builder-events' AND datname = current_database()`,
    );
    cuts += rowCount ?? 0;
  };
  const cutEvery = Math.ceil(orders.length / (options.cuts + 1));
  await forEach(orders, 4, async ({ organization, index }) => {
    const reply = await nth(replicas, index).client.send({
      ...{ method: 'POST', path: '/compose', organization, body: buildOf(`${organization}-${index}`) },
    });
    const id = createdId(reply);
    holds(id !== null, `a compose was refused: ${JSON.stringify(reply).slice(0, 200)}`);
    if (id !== null) {
      const build = { organization, id };
      ids.push(build);
      pending.add(build);
    }
    if (options.cuts > 0 && ids.length % cutEvery === 0) await cut();
  });
  report(`${ids.length} composes requested`);
  const end = performance.now() + SETTLING;
  while (pending.size > 0 && performance.now() < end) await wait(POLL);
  isReading = false;
  await reading;
  holds(pending.size === 0, `${pending.size} composes did not complete`);

  const stored = await storedEvents(stage.sql);
  const expected = new Map(
    organizations.map((organization) => [
      organization,
      stored.filter(({ org_id }) => org_id === organization).map(({ id }) => id),
    ]),
  );
  const hasReceivedAll = (): boolean =>
    streams.every(({ events, organization }) => events.length >= (expected.get(organization)?.length ?? 0));
  while (!hasReceivedAll() && performance.now() < end) await wait(POLL);
  for (const [index, { events, organization }] of streams.entries())
    compare(
      checks,
      `stream ${index}`,
      events.map(({ id }) => id),
      expected.get(organization) ?? [],
    );
  const wandered = await wanderer.end();
  compare(checks, 'the client that came and went', wandered, expected.get(nth(organizations, 0)) ?? []);
  holds(wanderer.counts.failed === 0, `${wanderer.counts.failed} of its streams were refused`);

  const byBuild = Map.groupBy(stored, ({ subject }) => subject);
  for (const { id } of ids) {
    const events = byBuild.get(id) ?? [];
    holds(isInOrder(events), `${id}: ${events.map(({ type, status }) => `${type} ${status}`).join(', ')}`);
  }
  const finalMemory = await Promise.all(observed.map(({ replica }) => replica.metric('process_resident_memory_bytes')));
  const { rows: listening } = await stage.sql.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM pg_stat_activity
    WHERE application_name = 'image-builder-events' AND datname = current_database()`,
  );
  holds(
    listening[0]?.total === replicas.length,
    `${listening[0]?.total} connections listen for ${replicas.length} processes`,
  );

  // Streams do not delay the stop of a process.
  for (const { leave } of observed) leave();
  const stopping = performance.now();
  await Promise.all(replicas.map((replica) => replica.stop()));
  const stopped = (performance.now() - stopping) / 1000;
  const inOrder = await Promise.all(streams.map((stream) => stream.ended));
  const broken = inOrder.filter((one) => !one).length;
  holds(broken === 0, `${broken} streams broke when their process received SIGTERM`);
  return {
    figures: {
      ...{ processes: replicas.length, 'streams open at the same time': streams.length },
      'opened in': `${(opening / 1000).toFixed(1)} s`,
      ...{ 'memory of each, heap': describe(each.heap), 'memory of each, resident': describe(each.resident) },
      'memory of a process at the end': `${(Math.max(...finalMemory) / MEBIBYTE).toFixed(0)} MiB`,
      ...{ builds: ids.length, 'events of them': stored.length },
      'events received': streams.reduce((sum, { events }) => sum + events.length, 0),
      'times a client came back': wanderer.counts.returns,
      'connections cut that announce events': cuts,
      'both processes stopped in': `${stopped.toFixed(1)} s`,
    },
    violations: checks.violations,
  };
}
