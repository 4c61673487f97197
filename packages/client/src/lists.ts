import { dataOf } from './response.ts';
import type { ImageBuilder } from './client.ts';
import type { components, operations } from './contract.ts';

/** Entries of a page. */
const PAGE = 100;

type ComposesQuery = NonNullable<operations['getComposes']['parameters']['query']>;
type BlueprintsQuery = NonNullable<operations['getBlueprints']['parameters']['query']>;

/** Order and filters of a list of composes. */
export type ComposeFilters = Omit<ComposesQuery, 'limit' | 'offset' | 'cursor'>;
/** Order and filters of a list of blueprints. */
export type BlueprintFilters = Omit<BlueprintsQuery, 'limit' | 'offset' | 'cursor'>;

export interface ListOptions {
  /** Stops the iteration and aborts the current request. */
  readonly signal?: AbortSignal;
}

interface Page<Item> {
  readonly meta: { readonly next_cursor?: string };
  readonly data: readonly Item[];
}

const walk = async function* <Item>(read: (cursor: string) => Promise<Page<Item>>): AsyncGenerator<Item, void, void> {
  for (let cursor: string | undefined = 'start'; cursor !== undefined;) {
    const page: Page<Item> = await read(cursor);
    yield* page.data;
    cursor = page.meta.next_cursor;
  }
};

/**
 * All composes that match. Each page is requested when the iteration reaches it: `for await (const compose of listComposes(api)) …`.
 * @throws ImageBuilderError when the service refuses a page
 */
export function listComposes(
  api: ImageBuilder,
  filters: ComposeFilters = {},
  { signal }: ListOptions = {},
): AsyncGenerator<components['schemas']['ComposesResponseItem'], void, void> {
  return walk(async (cursor) => {
    const query = { ...filters, limit: PAGE, cursor };
    return dataOf(await api.GET('/composes', { params: { query }, ...(signal ? { signal } : {}) }));
  });
}

/**
 * All blueprints that match. Each page is requested when the iteration reaches it.
 * @throws ImageBuilderError when the service refuses a page
 */
export function listBlueprints(
  api: ImageBuilder,
  filters: BlueprintFilters = {},
  { signal }: ListOptions = {},
): AsyncGenerator<components['schemas']['BlueprintItem'], void, void> {
  return walk(async (cursor) => {
    const query = { ...filters, limit: PAGE, cursor };
    return dataOf(await api.GET('/blueprints', { params: { query }, ...(signal ? { signal } : {}) }));
  });
}
