import type { ContentSourcesOperations } from '../../upstream/operations.ts';
import { platformCall, type PlatformCallContext } from '../../upstream/call-context.ts';
import { InvalidPathParameterError } from '../../upstream/errors.ts';
import type { ContentTemplate } from '../compose-requests/template-repositories.ts';
import type { FoundRepositories } from '../compose-requests/repository-items.ts';
import type { ContentKeys, LookupKeys } from '../compose-requests/content-keys.ts';
import {
  indexRepositories,
  toRepositoryInfo,
  toSnapshotInfo,
  type RepositoryInfo,
  type SnapshotInfo,
} from '../compose-requests/repository-info.ts';
import { forbidden, internal, invalid, ServiceError } from '../../lib/errors.ts';
import { startTurn } from '../../lib/turn.ts';

/** Compatibility: clients match on this text. */
export const CONTENT_PERMISSION =
  "user is not authorized - please check your 'Repositories viewer' or 'Content Template viewer' permissions";

const RED_HAT_ORIGIN = 'red_hat';
const EXTERNAL_ORIGINS = 'external,upload,community';

/** Bounds the length of the URL. */
const KEYS_PER_CALL = 100;
/** Limit of content sources. */
const SNAPSHOTS_PER_CALL = 1000;

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

type Json = Readonly<Record<string, unknown>>;

/** @throws ServiceError `forbidden` when the caller lacks the permission, `internal` for every other failure */
const successBody = (what: string, response: { readonly status: number }, body: unknown): Json => {
  if (response.status === 401 || response.status === 403) throw forbidden(`${what}: ${CONTENT_PERMISSION}`);
  if (response.status !== 200) throw internal(`${what}: content sources answered ${response.status}`);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw internal(`${what}: content sources answered with what is no JSON object`);
  }
  return body as Json;
};

const listOf = (what: string, data: unknown): Json[] => {
  if (data === undefined || data === null) return [];
  if (!Array.isArray(data)) throw internal(`${what}: content sources answered with what is no list`);
  return data.filter((entry): entry is Json => typeof entry === 'object' && entry !== null);
};

/** Hides the address of content sources in errors. */
const callContentSources = async <T>(what: string, call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw internal(`${what}: content sources did not answer`, error);
  }
};

const lookUpChunk = async (
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  origin: string,
  key: 'url' | 'uuid',
  values: readonly string[],
): Promise<RepositoryInfo[]> => {
  const what = 'unable to retrieve repositories';
  const limit = Math.max(KEYS_PER_CALL, values.length);
  const found: RepositoryInfo[] = [];
  let received = 0;
  for (;;) {
    const query = { origin, [key]: values.join(','), limit, offset: received };
    const response = await callContentSources(what, client.listRepositories({ query }, platformCall(caller)));
    const body = successBody(what, response, response.json(200));
    const page = listOf(what, body['data']);
    found.push(...page.flatMap((entry) => toRepositoryInfo(entry) ?? []));
    received += page.length;
    const { count } = (body['meta'] ?? {}) as { count?: unknown };
    if (page.length === 0 || typeof count !== 'number' || received >= count) return found;
  }
};

const lookUp = async (
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  origin: string,
  { urls, uuids }: LookupKeys,
): Promise<RepositoryInfo[]> => {
  const turn = startTurn();
  const lookUpKeys = async (key: 'url' | 'uuid', values: readonly string[]): Promise<RepositoryInfo[]> => {
    if (turn.isLong()) await turn.next();
    return lookUpChunk(client, caller, origin, key, values);
  };
  const calls = [
    ...chunks(urls, KEYS_PER_CALL).map((values) => lookUpKeys('url', values)),
    ...chunks(uuids, KEYS_PER_CALL).map((values) => lookUpKeys('uuid', values)),
  ];
  return (await Promise.all(calls)).flat();
};

/** Looks repositories up by URL and UUID, with concurrent calls of at most 100 keys. Makes no call without keys. */
export async function lookUpRepositories(
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  keys: ContentKeys,
): Promise<FoundRepositories> {
  const [redHat, external] = await Promise.all([
    lookUp(client, caller, RED_HAT_ORIGIN, keys.redHat),
    lookUp(client, caller, EXTERNAL_ORIGINS, keys.external),
  ]);
  return { redHat: indexRepositories(redHat), external: indexRepositories(external) };
}

/** Looks up Red Hat repositories by UUID. */
export function lookUpRedHat(
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  uuids: readonly string[],
): Promise<RepositoryInfo[]> {
  return lookUp(client, caller, RED_HAT_ORIGIN, { urls: [], uuids });
}

/** The snapshot nearest to a date, by UUID of the repository. @param date as `parseSnapshotDate` returns it */
export async function findSnapshots(
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  date: string,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, SnapshotInfo>> {
  const what = 'unable to retrieve snapshots';
  const responses = await Promise.all(
    chunks(uuids, SNAPSHOTS_PER_CALL).map(async (repository_uuids) => {
      const body = { date, repository_uuids };
      const response = await callContentSources(what, client.listSnapshotsByDate({ body }, platformCall(caller)));
      return listOf(what, successBody(what, response, response.json(200))['data']);
    }),
  );
  const found = new Map<string, SnapshotInfo>();
  for (const { repository_uuid: uuid, match } of responses.flat()) {
    const snapshot = toSnapshotInfo(match);
    if (typeof uuid === 'string' && snapshot && !found.has(uuid)) found.set(uuid, snapshot);
  }
  return found;
}

/**
 * A content template of the caller's organization.
 * @throws ServiceError `invalid` when it does not exist, `forbidden`, or `internal`
 */
export async function readTemplate(
  client: ContentSourcesOperations,
  caller: PlatformCallContext,
  id: string,
): Promise<ContentTemplate> {
  const what = 'unable to retrieve template';
  const unknownTemplate = () =>
    invalid({
      detail: `content template ${id} not found`,
      code: 'content.not_available',
      pointer: '/image_requests/0/content_template',
    });
  let response;
  try {
    response = await client.getTemplate({ path: { uuid: id } }, platformCall(caller));
  } catch (error) {
    if (error instanceof InvalidPathParameterError) throw unknownTemplate();
    if (error instanceof ServiceError) throw error;
    throw internal(`${what}: content sources did not answer`, error);
  }
  if (response.status === 404) throw unknownTemplate();
  const body = successBody(what, response, response.json(200));
  const { repository_uuids: uuids, snapshots } = body;
  if (!Array.isArray(uuids)) throw internal(`${what}: template ${id} has no repositories`);
  if (!Array.isArray(snapshots)) throw internal(`${what}: template ${id} has no snapshots`);
  return {
    repositoryUuids: uuids.filter((uuid): uuid is string => typeof uuid === 'string'),
    snapshots: listOf(what, snapshots).map((entry) => {
      const { repository_uuid: uuid } = entry;
      if (typeof uuid !== 'string' || uuid === '') {
        throw internal(`${what}: no repository UUID is associated with this snapshot`);
      }
      const snapshot = toSnapshotInfo(entry);
      if (!snapshot) throw internal(`${what}: a snapshot of template ${id} has no path`);
      return { repositoryUuid: uuid, snapshot };
    }),
  };
}
