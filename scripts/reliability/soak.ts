// Runs a mixed load, and measures memory, handles and connections of the process.
import { request as httpRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { identityHeaders } from '../bench/fleet.ts';
import { API } from '../bench/requests.ts';
import { FAIL } from '../../packages/sandbox/src/builds.ts';
import { startSandbox } from '../../packages/sandbox/src/server.ts';
import { freePort } from '../support/embedded-postgres.ts';
import { connectInspector } from '../support/inspector.ts';
import { buildOf } from './builds.ts';
import type { OwnDatabase } from './database.ts';
import { growthOf, type Growth, type Measurement } from './growth.ts';
import { createdId } from './http.ts';
import { describeStatuses, startLoad, type Kind } from './load.ts';
import { createChecks, type Outcome } from './outcome.ts';
import type { Replica } from './replica.ts';
import { setStage } from './stage.ts';

export interface SoakOptions {
  readonly seconds: number;
}

const ORGANIZATION = 'soak';
const MEBIBYTE = 1024 ** 2;

/** Share of the run for the warm-up. Afterwards memory has to be flat: caches are full, code is compiled, pools are open. */
const WARM_UP = 1 / 3;

/** Milliseconds between two measurements. */
const PAUSE = 5_000;

/** Allowed growth between the first and the last quarter after the warm-up. */
const BOUNDS = { heap: 6 * MEBIBYTE, resident: 40 * MEBIBYTE, handles: 10, files: 10, connections: 2 } as const;

/** Milliseconds after the load in which the last requests end, also on a busy machine. */
const REST_LIMIT = 60_000;

/** Stored composes of the sandbox, and milliseconds of a compose: some run at any time. */
const MAX_COMPOSES = 2_000;
const DURATION = 3_000;

const SERIES = {
  resident: 'process_resident_memory_bytes',
  handles: 'nodejs_active_resources_total',
  files: 'process_open_fds',
} as const;

const GAUGES = [
  'imagebuilder_requests_in_flight',
  'imagebuilder_database_waiting',
  'imagebuilder_database_connections{state="used"}',
] as const;

const get = (path: string) => ({ method: 'GET', path, organization: ORGANIZATION }) as const;
const post = (path: string, body: unknown) => ({ method: 'POST', path, organization: ORGANIZATION, body }) as const;

/** Requests of all kinds, successful and refused, including those that allocate state for a while. */
const kindsOf = (builds: readonly string[], blueprint: string): readonly Kind[] => {
  const one = (number: number): string => builds[number % builds.length] as string;
  const search = (number: number): string => String.fromCharCode(97 + (number % 26), 97 + ((number * 7) % 26));
  return [
    { name: 'status', pause: 10, request: (number) => get(`/composes/${one(number)}`) },
    { name: 'metadata', pause: 50, request: (number) => get(`/composes/${one(number)}/metadata`) },
    { name: 'lists', pause: 20, request: (number) => get(`/composes?limit=${1 + (number % 100)}`) },
    { name: 'lists', pause: 20, request: (number) => get(`/blueprints?limit=${1 + (number % 20)}`) },
    { name: 'blueprint', pause: 50, request: () => get(`/blueprints/${blueprint}`) },
    { name: 'distributions', pause: 20, request: () => get('/distributions') },
    {
      ...{ name: 'packages', pause: 50 },
      request: (number) => get(`/packages?distribution=centos-9&architecture=x86_64&search=${search(number)}`),
    },
    { name: 'not found', pause: 100, request: () => get('/composes/3f2b1f5e-6d3a-4b58-9c3e-2f6a1d0b7c4e') },
    { name: 'refused', pause: 100, request: () => post('/compose', { distribution: 'unknown' }) },
    { name: 'builds', pause: 300, request: (number) => post('/compose', buildOf(`soak-${number}`)) },
    { name: 'builds', pause: 2_000, request: (number) => post('/compose', buildOf(`soak-${number}`, [FAIL])) },
    {
      ...{ name: 'builds', pause: 1_000 },
      request: (number) => ({ ...post('/compose', buildOf(`soak-${number}`)), key: `soak-${number}` }),
    },
  ];
};

/** A client that disconnects before the response. */
const leave = (origin: string): void => {
  const sent = httpRequest(`${origin}${API}/composes?limit=100`, {
    headers: identityHeaders(ORGANIZATION),
    agent: false,
  });
  sent.on('error', () => {});
  sent.once('finish', () => setTimeout(() => sent.destroy(), 2));
  sent.end();
};

const BLUEPRINT = {
  name: 'soak',
  description: '',
  distribution: 'centos-9',
  image_requests: [
    { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
  ],
  customizations: { packages: ['vim-enhanced'] },
};

const mebibytes = ({ early, late }: Growth): string =>
  `${(early / MEBIBYTE).toFixed(0)} → ${(late / MEBIBYTE).toFixed(0)} MiB`;
const counts = ({ early, late }: Growth): string => `${early} → ${late}`;

const measureAll = async (replica: Replica, names: Readonly<Record<string, string>>): Promise<Map<string, number>> => {
  const values = await Promise.all(
    Object.entries(names).map(async ([name, series]) => [name, await replica.metric(series)] as const),
  );
  return new Map(values);
};

/** Tests that a process leaks no memory, handles or connections. */
export async function runSoak(
  { database }: OwnDatabase,
  { seconds }: SoakOptions,
  report: (line: string) => void = () => {},
): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const sandbox = await startSandbox({ port: 0, duration: DURATION, maxComposes: MAX_COMPOSES });
  stack.defer(() => sandbox.close());
  const env = { COMPOSER_TENANT_EXCLUSIVE: 'true', UPSTREAM_TIMEOUT_SECONDS: '30' };
  const stage = await setStage(stack, { database, composer: sandbox.url, env });
  const port = await freePort();
  const replica = await stage.start([`--inspect=127.0.0.1:${port}`]);
  const inspector = await connectInspector(port);
  stack.defer(() => inspector.close());
  /** Collects garbage first, so that the heap has reachable objects only. */
  const heapInUse = async (): Promise<number> => {
    await inspector.call('HeapProfiler.collectGarbage');
    return ((await inspector.call('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
  };
  const { holds, violations } = createChecks();

  const builds: string[] = [];
  for (let index = 0; index < 50; index += 1) {
    builds.push(createdId(await replica.client.send(post('/compose', buildOf(`first-${index}`)))) ?? '');
  }
  const blueprint = createdId(await replica.client.send(post('/blueprints', BLUEPRINT))) ?? '';

  const series = new Map<string, Measurement[]>();
  const note = (name: string, at: number, value: number): void => {
    series.set(name, [...(series.get(name) ?? []), { at, value }]);
  };
  const connections = async (): Promise<number> => {
    const { rows } = await stage.sql.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'image-builder%'`,
    );
    return rows[0]?.total ?? -1;
  };
  const load = startLoad([replica], kindsOf(builds, blueprint));
  const leaving = setInterval(() => leave(replica.origin), 50);
  for (let measured = 0; load.now() < seconds * 1000; measured += 1) {
    const at = load.now() / 1000;
    note('heap', at, await heapInUse());
    for (const [name, value] of await measureAll(replica, SERIES)) note(name, at, value);
    note('connections', at, await connections());
    const last = (name: string): number => series.get(name)?.at(-1)?.value ?? 0;
    if (measured % 6 === 0) {
      const memory = `heap ${(last('heap') / MEBIBYTE).toFixed(0)}, resident ${(last('resident') / MEBIBYTE).toFixed(0)} MiB`;
      report(`${at.toFixed(0)} s: ${memory}, ${last('files')} files, ${last('connections')} connections`);
    }
    await wait(PAUSE);
  }
  clearInterval(leaving);
  const samples = await load.end();

  const failed = samples.filter(({ kind, status }) => {
    if (kind === 'refused') return status !== 400;
    if (kind === 'not found') return status !== 404;
    return typeof status !== 'number' || status >= 300;
  });
  holds(failed.length === 0, `unexpected responses: ${describeStatuses(failed)}`);

  const warmUp = seconds * WARM_UP;
  const grown = (name: keyof typeof BOUNDS): Growth => {
    const growth = growthOf(series.get(name) ?? [], warmUp);
    holds(growth.grown <= BOUNDS[name], `${name} grew from ${growth.early} to ${growth.late}`);
    return growth;
  };
  // The median, not the most: on a busy machine requests wait at times, and each has a connection.
  const [heap, resident] = [grown('heap'), grown('resident')];
  const [handles, files, open] = [grown('handles'), grown('files'), grown('connections')];

  // Nothing remains in use after the last request. Requests of clients that have left continue to their end.
  const inUse = async (): Promise<readonly string[]> => {
    const values = await Promise.all(GAUGES.map(async (name) => [name, await replica.metric(name)] as const));
    return values.filter(([, value]) => value > 0).map(([name, value]) => `${name} is ${value}`);
  };
  const end = Date.now() + REST_LIMIT;
  while ((await inUse()).length > 0 && Date.now() < end) await wait(250);
  const used = await inUse();
  holds(used.length === 0, `a minute after the load ${used.join(', ')}`);
  holds(replica.isRunning(), 'the process ended');
  const errors = replica.complaints.filter(({ level }) => level !== 'warn');
  holds(errors.length === 0, `the log has ${errors.length} errors: ${errors[0]?.msg}`);
  // A process does not end while an inspector is connected.
  inspector.close();
  await replica.stop();
  return {
    figures: {
      ...{ length: `${seconds} s`, 'of which warm-up': `${warmUp.toFixed(0)} s`, requests: samples.length },
      ...{ 'expected responses': samples.length - failed.length },
      ...{ 'heap in use, median': mebibytes(heap), 'resident memory, median': mebibytes(resident) },
      ...{ 'handles, median': counts(handles), 'open files, median': counts(files) },
      'connections to the database, median': counts(open),
    },
    violations,
  };
}
