// Fixtures of the translation tests: distributions, and requests with only the members under test.
import { expect } from 'chai';
import type { ComposePlan } from '../../../src/domain/compose-requests/compose-plan.ts';
import { planCompose } from '../../../src/domain/compose-requests/compose-plan.ts';
import type { ComposeInputs } from '../../../src/domain/compose-requests/composer-request.ts';
import type { ContentHost } from '../../../src/domain/compose-requests/content-url.ts';
import {
  indexRepositories,
  toRepositoryInfo,
  type RepositoryInfo,
} from '../../../src/domain/compose-requests/repository-info.ts';
import type { ComposeRequest, Customizations, ImageRequest } from '../../../src/domain/compose-requests/types.ts';
import type { AllowList } from '../../../src/domain/distributions/allow-list.ts';
import { loadDistributions, type DistributionRegistry } from '../../../src/domain/distributions/registry.ts';
import { ServiceError, type ErrorKind } from '../../../src/lib/errors.ts';
import type { Identity } from '../../../src/domain/identity.ts';
import { createDirectory } from '../distributions/support.ts';

export const KEY = 'a public key';
const cdn = (release: string, architecture: string, name: string) => ({
  ...{ id: name, baseurl: `https://cdn.test/${release}/${architecture}/${name}/os`, rhsm: true },
  ...{ check_gpg: true, gpgkey: KEY },
});

/** The tools that Google publishes for its cloud. */
export const GCE_TOOLS = { baseurl: 'https://gce.test/el9', check_gpg: true, gpgkey: 'the key of Google', rhsm: false };

const rhelArchitecture = (release: string, architecture: string) => ({
  image_types: ['guest-image'],
  repositories: [
    cdn(release, architecture, 'baseos'),
    { id: 'gce', ...GCE_TOOLS, image_type_tags: ['gcp'] },
    cdn(release, architecture, 'appstream'),
  ],
});

const rhel = (name: string, more: { composer_name?: string; bootc?: readonly object[] } = {}) => ({
  distribution: { name, no_package_list: true, ...(more.composer_name ? { composer_name: more.composer_name } : {}) },
  x86_64: { ...rhelArchitecture(name, 'x86_64'), bootc: more.bootc ?? [] },
  aarch64: rhelArchitecture(name, 'aarch64'),
});

const open = (name: string, repositories: readonly object[], restricted_access = false) => ({
  distribution: { name, no_package_list: true, restricted_access },
  x86_64: { image_types: ['guest-image'], repositories },
});

const DEFINITIONS = {
  'rhel-9.6': rhel('rhel-9.6', {
    bootc: [
      { type: 'guest-image', reference: 'registry.test/rhel-9' },
      { type: 'iso', reference: 'registry.test/iso', iso_payload_references: ['registry.test/a', 'registry.test/b'] },
    ],
  }),
  'rhel-94': rhel('rhel-94'),
  'rhel-95': rhel('rhel-95', { composer_name: 'rhel-9.5' }),
  'rhel-8.10': rhel('rhel-8.10'),
  'rhel-10.1': rhel('rhel-10.1'),
  'rhel-9-beta': rhel('rhel-9-beta', { composer_name: 'rhel-9' }),
  'centos-9': open('centos-9', [
    { id: 'baseos', baseurl: 'http://mirror.test/baseos', check_gpg: true, gpgkey: KEY },
    { id: 'gce', ...GCE_TOOLS, image_type_tags: ['gcp'] },
  ]),
  'fedora-42': open('fedora-42', [{ id: 'fedora', metalink: 'https://mirrors.test/fedora-42', check_gpg: true }], true),
  hummingbird: {
    distribution: { name: 'hummingbird', no_package_list: true },
    x86_64: { bootc: [{ type: 'guest-image', reference: 'registry.test/hummingbird' }] },
  },
} as const;

const load = (): DistributionRegistry => {
  using directory = createDirectory();
  for (const [name, definition] of Object.entries(DEFINITIONS)) directory.write(`${name}/${name}.json`, definition);
  directory.link('rhel-9', 'rhel-9.6');
  return loadDistributions(directory.path);
};

/** RHEL of several versions, open CentOS, restricted Fedora, and an image-mode distribution. */
export const distributions = load();

/** Base repositories of `rhel-9.6` for x86_64. */
export const BASEOS = 'https://cdn.test/rhel-9.6/x86_64/baseos/os';
export const APPSTREAM = 'https://cdn.test/rhel-9.6/x86_64/appstream/os';

const allowFedora: AllowList = { allows: (orgId, name) => orgId === '000001' && name === 'fedora-42' };

export function identity(given: Partial<Identity> = {}): Identity {
  return {
    ...{ orgId: '000000', accountNumber: '500000', email: '', username: 'user', type: 'User' },
    ...{ actor: 'user', orgAdmin: false },
    ...{ entitled: true, statesEntitlement: true, platformHeader: 'header' },
    ...given,
  };
}

export const guestImage: ImageRequest = {
  ...{ architecture: 'x86_64', image_type: 'guest-image' },
  upload_request: { type: 'aws.s3', options: {} },
};

/** An image for Google's cloud, which has a repository of its own. */
export const gcpImage: ImageRequest = {
  ...{ architecture: 'x86_64', image_type: 'gcp' },
  upload_request: { type: 'gcp', options: { share_with_accounts: ['user:jane@example.test'] } },
};

interface RequestParts extends Omit<Partial<ComposeRequest>, 'image_requests'> {
  /** Members that replace those of a guest image. */
  readonly image?: Partial<ImageRequest>;
}

/** A request for a guest image of RHEL 9.6, with the given members. */
export function composeRequest({ image, ...given }: RequestParts = {}): ComposeRequest {
  return {
    ...(given.bootc === undefined ? { distribution: 'rhel-9.6' } : {}),
    ...given,
    image_requests: [{ ...guestImage, ...image }],
  };
}

export const uploads = { awsRegion: 'us-east-1', gcpRegion: 'us-east4', gcpBucket: 'bucket' };
export const settings = { insightsClientProxy: '', patchUrl: 'https://patch.test' };
export const contentHost: ContentHost = { repoUrl: 'https://content.test', repoPrefix: '/api/pulp' };

export const planContext = {
  ...{ distributions, allowList: allowFedora, config: { uploads } },
  flags: { compliancePolicies: () => true },
};

/** The plan of a request of an entitled caller. */
export function planOf(parts: RequestParts = {}, caller: Partial<Identity> = {}): ComposePlan {
  return planCompose(planContext, identity(caller), composeRequest(parts));
}

export function withCustomizations(customizations: Customizations): ComposePlan {
  return planOf({ customizations });
}

export const NO_INPUTS: ComposeInputs = {
  repositories: { image: [], payload: [], custom: [], labels: [], detected: null },
  policy: null,
  sourceAccounts: [],
};

/** A parsed repository of content sources. */
export function repositoryInfo(entry: Readonly<Record<string, unknown>>): RepositoryInfo {
  const info = toRepositoryInfo(entry);
  if (!info) throw new Error('a repository has a uuid');
  return info;
}

export function indexOf(entries: readonly Readonly<Record<string, unknown>>[]) {
  return indexRepositories(entries.map(repositoryInfo));
}

const kindAndText = (error: unknown): { kind: ErrorKind; text: string } => {
  if (error instanceof ServiceError) return { kind: error.kind, text: error.message };
  throw error;
};

/** Runs work that must throw. Returns kind and text of the error. */
export function refusalOf(work: () => unknown): { kind: ErrorKind; text: string } {
  try {
    work();
  } catch (error) {
    return kindAndText(error);
  }
  return expect.fail('expected a refusal');
}

/** Awaits work that must reject. Returns kind and text of the error. */
export async function refusalFrom(work: Promise<unknown>): Promise<{ kind: ErrorKind; text: string }> {
  return work.then(() => expect.fail('expected a refusal'), kindAndText);
}
