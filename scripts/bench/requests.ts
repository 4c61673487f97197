import {
  blueprintIdOf,
  blueprintNameOf,
  composeIdOf,
  identityHeaders,
  organizationOf,
  type Fleet,
  type Group,
} from './fleet.ts';
import { COUNTER, type BenchRequest } from './load.ts';
import type { LargeRowName, RowName } from './targets.ts';

export const API = '/api/image-builder/v1';

const imageRequest = {
  architecture: 'x86_64',
  image_type: 'aws',
  upload_request: { type: 'aws', options: { share_with_accounts: ['123456789012'] } },
};

const customizations = (user: string) => ({
  packages: ['vim-enhanced', 'tmux'],
  users: [{ name: user, groups: ['wheel'], ssh_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample admin@example.com' }],
});

/** An image for AWS with two packages and a user. */
export const COMPOSE = {
  distribution: 'centos-9',
  image_name: 'bench',
  image_requests: [imageRequest],
  customizations: customizations('admin'),
};

/** The same image as a blueprint's version is stored. */
export const BLUEPRINT_BODY = {
  distribution: 'centos-9',
  image_requests: [imageRequest],
  customizations: customizations('admin'),
};

export const DESCRIPTION = 'An image for AWS with two packages and a user';

export function getRequest(organization: string, path: string): BenchRequest {
  return {
    ...{ method: 'GET', path: API + path, headers: identityHeaders(organization), body: null },
  };
}

const send = (method: 'POST' | 'PUT', organization: string, path: string, body: object | null): BenchRequest => ({
  ...{ method, path: API + path },
  headers: { ...identityHeaders(organization), 'content-type': 'application/json' },
  body: body === null ? '' : JSON.stringify(body),
});

/** Different requests of an organization: each about another of its composes or blueprints. */
const PER_ORGANIZATION = 10;

type Prepare = (organization: string, number: number) => BenchRequest;

/** One request after the other, each of another organization than the one before. */
const rotate = (group: Group, perOrganization: number, prepare: Prepare): readonly BenchRequest[] =>
  Array.from({ length: group.organizations * perOrganization }, (_, index) =>
    prepare(organizationOf(group, index % group.organizations), 1 + Math.floor(index / group.organizations)),
  );

const reading =
  (path: string | ((organization: string, number: number) => string)): Prepare =>
  (organization, number) =>
    getRequest(organization, typeof path === 'string' ? path : path(organization, number));

const packages = (search: string): Prepare =>
  reading(`/packages?distribution=centos-9&architecture=x86_64&search=${search}`);

const readsCompose = reading((organization, number) => `/composes/${composeIdOf(organization, number)}`);

const READS = {
  version: reading('/version'),
  distributions: reading('/distributions'),
  architectures: reading('/architectures/centos-9'),
  'packages-vim': packages('vim'),
  'packages-python': packages('python'),
  'oscap-profiles': reading('/oscap/rhel-9/profiles'),
  openapi: reading('/openapi.json'),
  'composes-100': reading('/composes'),
  'composes-10': reading('/composes?limit=10'),
  blueprints: reading('/blueprints'),
  blueprint: reading((organization, number) => `/blueprints/${blueprintIdOf(organization, number)}`),
  'compose-status': readsCompose,
} as const satisfies Partial<Record<RowName, Prepare>>;

const blueprintNamed = (name: string, description: string) => ({ name, description, ...BLUEPRINT_BODY });

const composeOf: Prepare = (organization, number) =>
  send('POST', organization, '/compose', {
    ...COMPOSE,
    ...{ image_name: `image ${number}`, customizations: customizations(`admin${number}`) },
  });

const WRITES = {
  compose: composeOf,
  'blueprint-compose': (organization, number) =>
    send('POST', organization, `/blueprints/${blueprintIdOf(organization, number)}/compose`, null),
  'create-blueprint': (organization) =>
    send('POST', organization, '/blueprints', blueprintNamed(`created ${COUNTER}`, DESCRIPTION)),
  'update-blueprint': (organization, number) =>
    send(
      ...(['PUT', organization, `/blueprints/${blueprintIdOf(organization, number)}`] as const),
      blueprintNamed(blueprintNameOf(number), `changed ${COUNTER}`),
    ),
} as const satisfies Partial<Record<RowName, Prepare>>;

/** The different requests of a row, which are sent in rotation; those of `first-read` are sent once each. */
export function rowRequests(name: RowName, { readers, writers, unread }: Fleet): readonly BenchRequest[] {
  if (name === 'first-read') return rotate(unread, unread.composes, readsCompose);
  if (name in READS) return rotate(readers, PER_ORGANIZATION, READS[name as keyof typeof READS]);
  return rotate(writers, PER_ORGANIZATION, WRITES[name as keyof typeof WRITES]);
}

/** The requests of a row of one tenant: one request that is repeated. `null` for rows that cannot be repeated. */
export function oneTenantRequests(name: RowName, fleet: Fleet): readonly BenchRequest[] | null {
  return name === 'first-read' ? null : rowRequests(name, fleet).slice(0, 1);
}

/** Different requests of a row of a large tenant. Equal ones could share a response. */
const LARGE_REQUESTS = 10;

/** The different requests of a tenant with very much or with little. A small tenant's deep pages are its first ones. */
export function largeRowRequests(name: LargeRowName, group: Group, deep: boolean): readonly BenchRequest[] {
  const organization = organizationOf(group, 0);
  const offset = (index: number, count = 0): number => (deep ? Math.floor(count * 0.9) : 0) + index;
  const searched = (index: number): string =>
    encodeURIComponent(blueprintNameOf(Math.ceil((group.blueprints * (index + 1)) / (LARGE_REQUESTS + 1))));
  const paths: Readonly<Record<Exclude<LargeRowName, 'compose'>, (index: number) => string>> = {
    composes: (index) => `/composes?limit=10&offset=${offset(index)}`,
    'composes-deep': (index) => `/composes?limit=10&offset=${offset(index, group.composes)}`,
    'composes-filter': (index) => `/composes?limit=10&distribution=centos-9&offset=${offset(index)}`,
    blueprints: (index) => `/blueprints?limit=10&offset=${offset(index)}`,
    'blueprints-deep': (index) => `/blueprints?limit=10&offset=${offset(index, group.blueprints)}`,
    'blueprints-name': (index) => `/blueprints?limit=10&name=${searched(index)}`,
    'blueprints-search': (index) => `/blueprints?limit=10&search=${searched(index)}`,
    'blueprints-filter': (index) => `/blueprints?limit=10&image_type=aws&offset=${offset(index)}`,
  };
  return Array.from({ length: LARGE_REQUESTS }, (_, index) =>
    name === 'compose' ? composeOf(organization, index + 1) : getRequest(organization, paths[name](index)),
  );
}
