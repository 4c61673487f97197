// What one organization can do to a process that others use as well.
import { setTimeout as wait } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { buildOf } from './builds.ts';
import { openEventStream } from './event-stream.ts';
import { createdId, type ApiRequest } from './http.ts';
import type { Replica } from './replica.ts';

/** The service that is attacked. */
export type Target = Pick<Replica, 'origin' | 'client'>;

export const ATTACKER = 'attacker';

/** A flood of requests. */
export interface Attack {
  readonly name: string;
  /** Requests in flight. */
  readonly clients: number;
  /** Runs once, before the flood. Resolves with what ends it. */
  readonly prepare?: (target: Target) => Promise<() => void>;
  /** The request of a number, from 1; `null` where `prepare` does all of it. */
  readonly request: ((number: number) => Omit<ApiRequest, 'organization'>) | null;
}

const MEBIBYTE = 1024 ** 2;

/** A compose whose request has about so many bytes. */
const largeBuild = (marker: string, bytes: number) => ({
  ...buildOf(marker),
  customizations: { files: [{ path: '/etc/large', data: 'x'.repeat(bytes) }] },
});

/** A JSON body of so many bytes, most of them blanks: it is small when it is compressed. */
const bomb = (bytes: number): string => JSON.stringify(buildOf('bomb')) + ' '.repeat(bytes);

const GZIP_BOMB = gzipSync(bomb(32 * MEBIBYTE));
const BROTLI_BOMB = brotliCompressSync(bomb(32 * MEBIBYTE));

const blueprintOf = (name: string, customizations: object) => ({
  ...{ name, description: '', distribution: 'centos-9' },
  image_requests: buildOf(name).image_requests,
  customizations,
});

const passwordsOf = (count: number) => ({
  users: Array.from({ length: count }, (_, index) => ({ name: `user${index}`, password: `password ${index}` })),
});

/** Stores composes with large requests. */
const storeLarge = async ({ client }: Target): Promise<() => void> => {
  for (let index = 0; index < 40; index += 1) {
    await client.send({
      ...{
        method: 'POST',
        path: '/compose',
        organization: ATTACKER,
        body: largeBuild(`list-${index}`, 1.5 * MEBIBYTE),
      },
    });
  }
  return () => {};
};

/** Opens as many event streams as it gets. */
const openStreams = async ({ origin }: Target): Promise<() => void> => {
  const streams = await Promise.allSettled(
    Array.from({ length: 400 }, () => openEventStream({ origin, organization: ATTACKER }, false)),
  );
  const opened = streams.flatMap((stream) => (stream.status === 'fulfilled' ? [stream.value] : []));
  return () => opened.forEach(({ close }) => close());
};

/** Creates schedules that are due every fifteen minutes. */
const createSchedules = async ({ client }: Target): Promise<() => void> => {
  for (let index = 0; index < 30; index += 1) {
    const created = await client.send({
      ...{ method: 'POST', path: '/blueprints', organization: ATTACKER, body: blueprintOf(`scheduled-${index}`, {}) },
    });
    await client.send({
      ...{ method: 'PUT', path: `/blueprints/${createdId(created)}/schedule`, organization: ATTACKER },
      body: { cron: '*/15 * * * *', timezone: 'UTC' },
    });
  }
  return () => {};
};

/** Creates webhooks whose receivers do not respond. @param receiver address of a server that accepts connections */
const createWebhooks =
  (receiver: string) =>
  async ({ client }: Target): Promise<() => void> => {
    for (let index = 0; index < 10; index += 1) {
      await client.send({
        ...{ method: 'POST', path: '/webhooks', organization: ATTACKER },
        body: { url: `${receiver}/${index}` },
      });
      await wait(0);
    }
    return () => {};
  };

const post = (path: string, body: unknown) => ({ method: 'POST', path, body }) as const;
/** A request whose body is made once: writing it must not delay the requests of the other organization. */
const postBytes = (path: string, body: unknown) => {
  const bytes = Buffer.from(JSON.stringify(body));
  return () => ({ method: 'POST', path, encoded: { bytes, encoding: null } }) as const;
};
const compressed = (bytes: Buffer, encoding: string) =>
  ({ method: 'POST', path: '/compose', encoded: { bytes, encoding } }) as const;

const manyPackages = () =>
  blueprintOf('packages', { packages: Array.from({ length: 10_000 }, (_, index) => `package-${index}`) });

/** What attacks need beside the service. */
export interface Surroundings {
  /** Address of a server that accepts connections and does not respond. */
  readonly receiver: string;
  /** A compose of the attacker. */
  readonly compose: string;
}

export const attacksOn = ({ receiver, compose }: Surroundings): readonly Attack[] => [
  { name: 'gzip bombs', clients: 20, request: () => compressed(GZIP_BOMB, 'gzip') },
  { name: 'brotli bombs', clients: 60, request: () => compressed(BROTLI_BOMB, 'br') },
  { name: 'bodies of 24 MiB', clients: 6, request: postBytes('/compose', largeBuild('huge', 24 * MEBIBYTE)) },
  { name: 'bodies of 1.9 MiB', clients: 20, request: postBytes('/compose', largeBuild('large', 1.9 * MEBIBYTE)) },
  {
    ...{ name: 'many passwords', clients: 20 },
    request: (number) => post('/blueprints', blueprintOf(`hash-${number}`, passwordsOf(number % 2 === 0 ? 8 : 100))),
  },
  { name: 'validations of 10,000 packages', clients: 10, request: postBytes('/blueprints/validate', manyPackages()) },
  {
    ...{ name: 'lists of large composes', clients: 10, prepare: storeLarge },
    request: () => ({ method: 'GET', path: '/composes?limit=100' }),
  },
  {
    ...{ name: 'deep pages', clients: 20 },
    request: (number) => ({ method: 'GET', path: `/composes?limit=100&offset=${number * 1_000}` }),
  },
  {
    ...{ name: 'logs of 256 MiB from composer', clients: 4 },
    request: () => ({ method: 'GET', path: `/composes/${compose}/logs` }),
  },
  { name: 'event streams', clients: 0, prepare: openStreams, request: null },
  { name: 'composes', clients: 40, request: (number) => post('/compose', buildOf(`flood-${number}`)) },
  {
    ...{ name: 'schedules', clients: 5, prepare: createSchedules },
    request: () => ({ method: 'GET', path: '/blueprints?limit=100' }),
  },
  {
    ...{ name: 'webhooks without an answer', clients: 5, prepare: createWebhooks(receiver) },
    request: (number) => post('/blueprints', blueprintOf(`event-${number}`, {})),
  },
];
