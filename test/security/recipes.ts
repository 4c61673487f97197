// For every operation of the contract a request that succeeds, made of objects that an organization has. What walks the
// operations (isolation, deleted objects, secrets, odd inputs) takes its requests from here and knows none by name.
import type { OperationId } from '../../src/http/operation.ts';
import { POLICY, tailored } from '../domain/compliance/support.ts';
import { blueprintBody, composeRequest, sbomItem } from '../support/given.ts';
import { TomlBody } from '../support/client.ts';
import type { TestService } from '../support/service.ts';
import type { ContractOperation } from './contract.ts';

/** Objects of one organization. */
export interface Objects {
  readonly blueprint: string;
  /** Name of the blueprint. */
  readonly name: string;
  /** A build of the blueprint. */
  readonly compose: string;
  /** A copy of its image. */
  readonly clone?: string;
  readonly webhook?: string;
  /** A message to the webhook. */
  readonly delivery?: string;
}

interface Parts {
  /** Path parameters by name. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Recipe {
  readonly request: (objects: Objects) => Parts;
  /** What other services have to answer for the request to succeed. */
  readonly upstreams?: (service: TestService, objects: Objects) => void;
  /** Asks a service of the platform in the caller's name, which is not possible with a Fedora identity. */
  readonly platformOnly?: true;
}

const PROFILE = 'xccdf_org.ssgproject.content_profile_cis';

const blueprint = ({ blueprint: id }: Objects): Parts => ({ path: { id } });
const compose = ({ compose: composeId }: Objects): Parts => ({ path: { composeId } });
const webhook = ({ webhook: id = '' }: Objects): Parts => ({ path: { id } });
const nothing = (): Parts => ({});

/** A finished build with bills of materials. Both are asked for once, and known from then on. */
const hasSboms: Recipe['upstreams'] = ({ composer }, { compose: id }) => {
  composer.hasAwsImage(id);
  composer
    .get(`/composes/${id}/sboms`)
    .optionally()
    .reply(200, { items: [[sbomItem(), sbomItem('build', 'buildroot')]] });
};

/** A page that holds everything, found by what the organization's objects are called. */
const search = ({ name }: Objects): Parts => ({ query: { search: name } });

/** What composer says of a distribution. */
export const DISTRIBUTION_DETAILS = {
  ...{ href: '/distributions/centos-9', id: 'centos-9', kind: 'DistributionDetails', name: 'centos-9', codename: '' },
  ...{ releasever: '9', os_version: '9-stream', module_platform_id: 'platform:el9', product: 'CentOS Stream' },
  ...{ ostree_ref: 'centos/9/%s/edge', architectures: {} },
};

const RECIPES: { readonly [Id in OperationId]: Recipe } = {
  getVersion: { request: nothing },
  getReadiness: {
    request: nothing,
    upstreams: ({ composer }) => void composer.get('/openapi').optionally().reply(200, {}),
  },
  getOpenapiJson: { request: nothing },
  getDistributions: { request: nothing },
  getDistribution: {
    request: () => ({ path: { distro: 'centos-9' } }),
    upstreams: ({ composer }) => void composer.get('/distributions/centos-9').reply(200, DISTRIBUTION_DETAILS),
  },
  getArchitectures: { request: () => ({ path: { distribution: 'centos-9' } }) },
  getPackages: { request: () => ({ query: { distribution: 'centos-9', architecture: 'x86_64', search: '' } }) },
  composeImage: {
    request: ({ name }) => ({ body: { ...composeRequest, image_name: name } }),
    upstreams: ({ composer }) => void composer.accepts(),
  },
  getComposes: { request: nothing },
  getComposeStatus: {
    request: compose,
    // A build that is known to be over is not asked for any more.
    upstreams: ({ composer }, objects) =>
      void composer
        .get(`/composes/${objects.compose}`)
        .optionally()
        .reply(200, { image_status: { status: 'building' }, status: 'pending' }),
  },
  deleteCompose: { request: compose },
  getComposeMetadata: {
    request: compose,
    upstreams: ({ composer }, objects) =>
      void composer.get(`/composes/${objects.compose}/metadata`).reply(200, { packages: [] }),
  },
  getQuota: { request: nothing },
  getComposeSboms: { request: compose, upstreams: hasSboms },
  getComposeSbom: {
    request: (objects) => ({ path: { ...compose(objects).path, sbomName: 'os' } }),
    upstreams: hasSboms,
  },
  getComposeLogs: {
    request: compose,
    upstreams: ({ composer }, objects) =>
      void composer.get(`/composes/${objects.compose}/logs`).reply(200, { image_builds: [{ success: true }] }),
  },
  cancelCompose: {
    request: compose,
    upstreams: ({ composer }, { compose: id }) => {
      composer.hasStatus(id, { image_status: { status: 'building' }, status: 'pending' });
      composer.deletes(id);
    },
  },
  rebuildCompose: { request: compose, upstreams: ({ composer }) => void composer.accepts() },
  cloneCompose: {
    request: (objects) => ({
      ...compose(objects),
      body: { region: 'eu-central-1', share_with_accounts: ['123456789012'] },
    }),
    upstreams: ({ composer }, { compose: id }) => {
      composer.hasAwsImage(id);
      composer.clones(id);
    },
  },
  getComposeClones: { request: compose },
  getCloneStatus: {
    request: ({ clone: id = '' }) => ({ path: { id } }),
    upstreams: ({ composer }, { clone: id = '' }) =>
      void composer
        .get(`/clones/${id}`)
        .reply(200, { status: 'running', type: 'aws', options: { ami: '', region: 'eu-central-1' } }),
  },
  getBlueprints: { request: search },
  createBlueprint: { request: ({ name }) => ({ body: { ...blueprintBody, name } }) },
  getBlueprint: { request: blueprint },
  updateBlueprint: {
    request: (objects) => ({ ...blueprint(objects), body: { ...blueprintBody, name: objects.name } }),
  },
  deleteBlueprint: { request: blueprint },
  exportBlueprint: { request: blueprint },
  composeBlueprint: { request: blueprint, upstreams: ({ composer }) => void composer.accepts() },
  getBlueprintComposes: { request: blueprint },
  fixupBlueprint: { request: blueprint },
  getBlueprintVersions: { request: blueprint },
  getBlueprintDiff: { request: blueprint },
  restoreBlueprint: { request: (objects) => ({ ...blueprint(objects), body: { version: 1 } }) },
  getAudit: { request: nothing },
  setBlueprintLabels: { request: (objects) => ({ ...blueprint(objects), body: { labels: { team: 'web' } } }) },
  setComposeLabels: { request: (objects) => ({ ...compose(objects), body: { labels: { team: 'web' } } }) },
  getWebhooks: { request: nothing },
  createWebhook: { request: ({ name }) => ({ body: { url: 'https://hooks.example.com/x', description: name } }) },
  updateWebhook: { request: (objects) => ({ ...webhook(objects), body: { description: objects.name } }) },
  rotateWebhookSecret: { request: webhook },
  deleteWebhook: { request: webhook },
  getWebhookDeliveries: { request: webhook },
  redeliverWebhookMessage: {
    request: (objects) => ({ path: { ...webhook(objects).path, deliveryId: objects.delivery ?? '' } }),
  },
  pingWebhook: { request: webhook },
  getOscapProfiles: { request: () => ({ path: { distribution: 'rhel-9.6' } }) },
  getOscapCustomizations: { request: () => ({ path: { distribution: 'rhel-9.6', profile: PROFILE } }) },
  getOscapCustomizationsForPolicy: {
    // A policy belongs to the compliance service, which is asked with the caller's own identity.
    request: () => ({ path: { policy: POLICY, distribution: 'rhel-9.6' } }),
    upstreams: ({ compliance }) => tailored(compliance),
    platformOnly: true,
  },
  validateBlueprint: { request: ({ name }) => ({ body: { ...blueprintBody, name } }) },
  importBlueprint: { request: ({ name }) => ({ body: new TomlBody(`name = ${JSON.stringify(name)}\n`) }) },
  getBlueprintSchedule: { request: blueprint },
  setBlueprintSchedule: { request: (objects) => ({ ...blueprint(objects), body: { cron: '0 3 * * *' } }) },
  deleteBlueprintSchedule: { request: blueprint },
  recommendPackage: {
    request: () => ({ body: { packages: ['nginx'], recommendedPackages: 1, distribution: 'rhel9' } }),
    upstreams: ({ recommendations }) =>
      void recommendations.post('/packages/recommendations').reply(200, { packages: ['certbot'], modelVersion: '7' }),
  },
  // Everything that there is, and no more.
  getEvents: { request: () => ({ query: { last_event_id: '0', follow_seconds: '0' } }) },
};

/** @throws Error for an operation without a recipe */
export const recipeOf = ({ id }: ContractOperation): Recipe => {
  const recipe = (RECIPES as Readonly<Record<string, Recipe | undefined>>)[id];
  if (!recipe) throw new Error(`${id} is new: say in test/security/recipes.ts how a valid request for it is made`);
  return recipe;
};

/** A request for an operation, as the client of the tests sends it. */
export interface WalkedRequest {
  readonly method: string;
  /** Below the API's prefix, with the query. */
  readonly target: string;
  readonly body: unknown;
}

/** @throws Error where a path parameter of the contract has no value */
export const requestFor = (operation: ContractOperation, objects: Objects): WalkedRequest => {
  const { path = {}, query = {}, body } = recipeOf(operation).request(objects);
  const target = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined) throw new Error(`${operation.id}: the recipe has no value for the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const given = new URLSearchParams(query).toString();
  return { method: operation.method, target: given === '' ? target : `${target}?${given}`, body };
};

/** Kinds of objects that requests name by their ids. */
export const KINDS = ['blueprint', 'compose', 'clone', 'webhook', 'delivery'] as const;
export type ObjectKind = (typeof KINDS)[number];

const SOME = { blueprint: 'B', name: 'N', compose: 'C', clone: 'K', webhook: 'W', delivery: 'D' } as const;

/** Kinds of the objects that requests for the operation name in their path. */
export const kindsNamed = (operation: ContractOperation): readonly ObjectKind[] => {
  const named = Object.values(recipeOf(operation).request(SOME).path ?? {});
  return KINDS.filter((kind) => named.includes(SOME[kind]));
};

/** Whether requests for the operation name an object of the caller's organization in their path. */
export const namesObject = (operation: ContractOperation): boolean => kindsNamed(operation).length > 0;

/** Operations whose UUID in the path is that of something which belongs to another service. */
const OTHERS_IDS: ReadonlySet<string> = new Set(['getOscapCustomizationsForPolicy']);

/** Whether the contract has a UUID in the operation's path that may be that of an object of ours. */
export const hasObjectId = ({ id, parameters }: ContractOperation): boolean =>
  !OTHERS_IDS.has(id) && parameters.some((parameter) => parameter.in === 'path' && parameter.schema.format === 'uuid');
