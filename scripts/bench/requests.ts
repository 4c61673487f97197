import { developmentIdentity } from '../support/development-identity.ts';
import type { BenchRequest } from './load.ts';
import type { LargeRowName, RowName } from './targets.ts';

export const API = '/api/image-builder/v1';

/** Headers of an entitled user of an organization. */
export const identityHeaders = (organization: string): Readonly<Record<string, string>> => {
  const { header, value } = developmentIdentity('platform', organization);
  return { [header]: value };
};

const imageRequest = {
  architecture: 'x86_64',
  image_type: 'aws',
  upload_request: { type: 'aws', options: { share_with_accounts: ['123456789012'] } },
};

const customizations = {
  packages: ['vim-enhanced', 'tmux'],
  users: [
    { name: 'admin', groups: ['wheel'], ssh_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample admin@example.com' },
  ],
};

/** An image for AWS with two packages and a user. */
export const COMPOSE = {
  distribution: 'centos-9',
  image_name: 'bench',
  image_requests: [imageRequest],
  customizations,
};

/** The same as a blueprint. */
export const blueprintNamed = (name: string) => ({
  name,
  description: 'An image for AWS with two packages and a user',
  distribution: 'centos-9',
  image_requests: [imageRequest],
  customizations,
});

export const getRequest = (
  organization: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): BenchRequest => ({
  method: 'GET',
  path: API + path,
  headers: { ...identityHeaders(organization), ...headers },
  body: null,
});

export const postRequest = (organization: string, path: string, body: object): BenchRequest => ({
  method: 'POST',
  path: API + path,
  headers: { ...identityHeaders(organization), 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** An organization with some builds and blueprints, of which one each is known. */
export interface Tenant {
  readonly organization: string;
  readonly composeId: string;
  readonly blueprintId: string;
}

/** Of the ordinary rows. New builds are those of another organization, so that rows do not depend on their order. */
export const rowRequest = (name: RowName, { organization, composeId, blueprintId }: Tenant): BenchRequest => {
  const get = (path: string, headers = {}): BenchRequest => getRequest(organization, path, headers);
  const packages = (search: string): BenchRequest =>
    get(`/packages?distribution=centos-9&architecture=x86_64&search=${search}`);
  const requests: Readonly<Record<RowName, () => BenchRequest>> = {
    version: () => get('/version'),
    distributions: () => get('/distributions'),
    architectures: () => get('/architectures/centos-9'),
    'packages-vim': () => packages('vim'),
    'packages-python': () => packages('python'),
    'oscap-profiles': () => get('/oscap/rhel-9/profiles'),
    'composes-100': () => get('/composes'),
    'composes-10': () => get('/composes?limit=10'),
    blueprints: () => get('/blueprints'),
    blueprint: () => get(`/blueprints/${blueprintId}`),
    'compose-status': () => get(`/composes/${composeId}`),
    openapi: () => get('/openapi.json'),
    'openapi-compressed': () => get('/openapi.json', { 'accept-encoding': 'gzip, br' }),
    compose: () => postRequest(`${organization}-builder`, '/compose', COMPOSE),
  };
  return requests[name]();
};

/** An organization whose lists have a deep page, and a blueprint that a search for a text finds alone. */
export interface LargeTenant extends Tenant {
  readonly composesOffset: number;
  readonly blueprintsOffset: number;
  readonly searched: string;
}

/** Of the rows of large tenants. A small tenant's deep pages are its first ones. */
export const largeRowRequest = (name: LargeRowName, tenant: LargeTenant): BenchRequest => {
  const { organization } = tenant;
  const get = (path: string): BenchRequest => getRequest(organization, path);
  const requests: Readonly<Record<LargeRowName, () => BenchRequest>> = {
    composes: () => get('/composes?limit=10'),
    'composes-deep': () => get(`/composes?limit=10&offset=${tenant.composesOffset}`),
    blueprints: () => get('/blueprints?limit=10'),
    'blueprints-deep': () => get(`/blueprints?limit=10&offset=${tenant.blueprintsOffset}`),
    'blueprints-search': () => get(`/blueprints?limit=10&search=${encodeURIComponent(tenant.searched)}`),
    compose: () => postRequest(organization, '/compose', COMPOSE),
  };
  return requests[name]();
};
