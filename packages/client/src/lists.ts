import { dataOf } from './response.ts';
import type { ImageBuilder } from './client.ts';
import type { components, operations } from './contract.ts';

/** Entries of a page. */
const PAGE = 100;

type Schemas = components['schemas'];
type Query<Id extends keyof operations> = NonNullable<operations[Id]['parameters']['query']>;
type Filters<Id extends keyof operations> = Omit<Query<Id>, 'limit' | 'offset' | 'cursor'>;

/** Order and filters of a list of composes. */
export type ComposeFilters = Filters<'getComposes'>;
/** Order and filters of a list of blueprints. */
export type BlueprintFilters = Filters<'getBlueprints'>;
/** Order and filters of the composes of a blueprint. */
export type BlueprintComposeFilters = Filters<'getBlueprintComposes'>;
/** Filters of the audit log. */
export type AuditFilters = Filters<'getAudit'>;
/** Filters of packages. */
export type PackageFilters = Filters<'getPackages'>;
/** Filters of bills of materials. */
export type SbomFilters = Filters<'getComposeSboms'>;

export interface ListOptions {
  /** Stops the iteration and aborts the current request. */
  readonly signal?: AbortSignal;
}

/** The entries of a list. Each page is requested when the iteration reaches it. */
export type List<Item> = AsyncGenerator<Item, void, void>;

interface Page<Item> {
  readonly meta: { readonly next_cursor?: string };
  readonly data: readonly Item[];
}

const abortable = ({ signal }: ListOptions): { readonly signal?: AbortSignal } => (signal ? { signal } : {});

const byCursor = async function* <Item>(
  read: (page: { readonly limit: number; readonly cursor: string }) => Promise<Page<Item>>,
): List<Item> {
  for (let cursor: string | undefined = 'start'; cursor !== undefined;) {
    const page: Page<Item> = await read({ limit: PAGE, cursor });
    yield* page.data;
    cursor = page.meta.next_cursor;
  }
};

/** An entry that arrives meanwhile moves others to the next page, where they are listed again. */
const byOffset = async function* <Item>(
  read: (page: { readonly limit: number; readonly offset: number }) => Promise<{ readonly data: readonly Item[] }>,
): List<Item> {
  for (let offset = 0; ; offset += PAGE) {
    const { data } = await read({ limit: PAGE, offset });
    yield* data;
    if (data.length < PAGE) return;
  }
};

/**
 * All composes that match: `for await (const compose of listComposes(api)) …`.
 * @throws ImageBuilderError when the service refuses a page
 */
export function listComposes(
  api: ImageBuilder,
  filters: ComposeFilters = {},
  options: ListOptions = {},
): List<Schemas['ComposesResponseItem']> {
  return byCursor(async (page) => {
    const query = { ...filters, ...page };
    return dataOf(await api.GET('/composes', { params: { query }, ...abortable(options) }));
  });
}

/** All blueprints that match. @throws ImageBuilderError when the service refuses a page */
export function listBlueprints(
  api: ImageBuilder,
  filters: BlueprintFilters = {},
  options: ListOptions = {},
): List<Schemas['BlueprintItem']> {
  return byCursor(async (page) => {
    const query = { ...filters, ...page };
    return dataOf(await api.GET('/blueprints', { params: { query }, ...abortable(options) }));
  });
}

/** All composes of a blueprint that match. @throws ImageBuilderError when the service refuses a page */
export function listBlueprintComposes(
  api: ImageBuilder,
  id: string,
  filters: BlueprintComposeFilters = {},
  options: ListOptions = {},
): List<Schemas['ComposesResponseItem']> {
  return byCursor(async (page) => {
    const params = { path: { id }, query: { ...filters, ...page } };
    return dataOf(await api.GET('/blueprints/{id}/composes', { params, ...abortable(options) }));
  });
}

/** All versions of a blueprint, newest first. @throws ImageBuilderError when the service refuses a page */
export function listBlueprintVersions(
  api: ImageBuilder,
  id: string,
  options: ListOptions = {},
): List<Schemas['BlueprintVersionsResponse']['data'][number]> {
  return byOffset(async (query) => {
    const params = { path: { id }, query };
    return dataOf(await api.GET('/blueprints/{id}/versions', { params, ...abortable(options) }));
  });
}

/** All clones of a compose. @throws ImageBuilderError when the service refuses a page */
export function listComposeClones(
  api: ImageBuilder,
  composeId: string,
  options: ListOptions = {},
): List<Schemas['ClonesResponse']['data'][number]> {
  return byOffset(async (query) => {
    const params = { path: { composeId }, query };
    return dataOf(await api.GET('/composes/{composeId}/clones', { params, ...abortable(options) }));
  });
}

/** All bills of materials of a compose. @throws ImageBuilderError when the service refuses a page */
export function listComposeSboms(
  api: ImageBuilder,
  composeId: string,
  filters: SbomFilters = {},
  options: ListOptions = {},
): List<Schemas['ComposeSbomsResponse']['data'][number]> {
  return byOffset(async (page) => {
    const params = { path: { composeId }, query: { ...filters, ...page } };
    return dataOf(await api.GET('/composes/{composeId}/sboms', { params, ...abortable(options) }));
  });
}

/** All packages that match. @throws ImageBuilderError when the service refuses a page */
export function listPackages(
  api: ImageBuilder,
  filters: PackageFilters,
  options: ListOptions = {},
): List<Schemas['PackagesResponse']['data'][number]> {
  return byOffset(async (page) => {
    const query = { ...filters, ...page };
    return dataOf(await api.GET('/packages', { params: { query }, ...abortable(options) }));
  });
}

/** All webhooks of the organization. @throws ImageBuilderError when the service refuses a page */
export function listWebhooks(
  api: ImageBuilder,
  options: ListOptions = {},
): List<Schemas['WebhooksResponse']['data'][number]> {
  return byOffset(async (query) => dataOf(await api.GET('/webhooks', { params: { query }, ...abortable(options) })));
}

/** All deliveries of a webhook, newest first. @throws ImageBuilderError when the service refuses a page */
export function listWebhookDeliveries(
  api: ImageBuilder,
  id: string,
  options: ListOptions = {},
): List<Schemas['WebhookDeliveriesResponse']['data'][number]> {
  return byOffset(async (query) => {
    const params = { path: { id }, query };
    return dataOf(await api.GET('/webhooks/{id}/deliveries', { params, ...abortable(options) }));
  });
}

/** All entries of the audit log that match, newest first. @throws ImageBuilderError when the service refuses a page */
export function listAuditEntries(
  api: ImageBuilder,
  filters: AuditFilters = {},
  options: ListOptions = {},
): List<Schemas['AuditResponse']['data'][number]> {
  return byOffset(async (page) => {
    const query = { ...filters, ...page };
    return dataOf(await api.GET('/audit', { params: { query }, ...abortable(options) }));
  });
}
