// Mocks of the services that provide inputs; they record calls in order.
import nock from 'nock';
import {
  createComplianceOperations,
  createContentSourcesOperations,
  createProvisioningOperations,
} from '../../../src/upstream/operations.ts';
import type { PlatformCallContext } from '../../../src/upstream/call-context.ts';
import { createUpstreamCall } from '../../../src/upstream/upstream-call.ts';
import type { AppContext } from '../../../src/context.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { capturedLogger, NO_LIMITS } from '../../upstream/support.ts';
import { contentHost, distributions } from '../compose-requests/support.ts';
import { PATIENCE } from '../../support/patience.ts';
import { UPSTREAM_ENV } from '../../support/upstreams.ts';

export const CONTENT_SOURCES = UPSTREAM_ENV.CONTENT_SOURCES_URL;
export const PROVISIONING = UPSTREAM_ENV.PROVISIONING_URL;
export const COMPLIANCE = UPSTREAM_ENV.COMPLIANCE_URL;

export const TRACE = 'abcdefghijklmno';

const { log, captured } = capturedLogger();

/** Log lines of all tests of this process. */
export const logged = captured.lines;

export const caller: PlatformCallContext = { traceId: TRACE, log, platformHeader: 'the-header' };

const clientOf = (service: string, url: string) =>
  createUpstreamCall({
    ...{ service, url, timeout: PATIENCE, limits: NO_LIMITS, proxyEnv: {}, log, validator: null },
    metrics: createMetrics({ processMetrics: false }),
  });

export const contentSources = createContentSourcesOperations(clientOf('content-sources', CONTENT_SOURCES));
const provisioning = createProvisioningOperations(clientOf('provisioning', PROVISIONING));
const compliance = createComplianceOperations(clientOf('compliance', COMPLIANCE));

/** The part of the context that these calls use. */
export const ctx = {
  ...{ contentSources, provisioning, compliance, distributions },
  config: { contentSources: contentHost },
} as unknown as AppContext;

/** Blocks callers until the expected number of calls has arrived; sequential calls never complete. */
export function barrierOf(expected: number) {
  let arrived = 0;
  const { promise, resolve } = Promise.withResolvers<null>();
  return {
    arrive: (): Promise<unknown> => {
      arrived += 1;
      if (arrived === expected) resolve(null);
      return promise;
    },
    arrived: () => arrived,
  };
}

/** A response with a status and a body; a string is sent verbatim. */
export type Reply = readonly [status: number, body?: unknown];
export type Handler = (request: Request) => Reply | Promise<Reply>;

/** Mocks all calls with the method to a service. */
export function mockService(service: string, method: 'GET' | 'POST', handler: Handler): void {
  const { origin } = new URL(service);
  nock(origin)
    .persist()
    .intercept(/.*/, method)
    .optionally()
    .reply(async (request: Request) => {
      const [status, body = ''] = await handler(request);
      return [status, typeof body === 'string' ? body : JSON.stringify(body)];
    });
}

type Entry = Readonly<Record<string, unknown>>;

export interface ContentMock {
  /** Repositories by origin. */
  readonly redHat?: readonly Entry[];
  readonly external?: readonly Entry[];
  /** Responses by template id. */
  readonly templates?: Readonly<Record<string, unknown>>;
  /** Snapshots by UUID of the repository; without an entry there is none. */
  readonly snapshots?: Readonly<Record<string, unknown>>;
  /** Awaited before the response. */
  readonly before?: (asked: string) => Promise<unknown>;
}

const pathOf = (request: Request): string =>
  new URL(request.url).pathname.replace(new URL(CONTENT_SOURCES).pathname, '');

/** A summary of the request: `red_hat url=a,b`, `for_date 2026-01-02T00:00:00Z a,b`, `template id`. */
const describe = async (request: Request): Promise<string> => {
  const path = pathOf(request);
  if (path.startsWith('/templates/')) return `template ${path.slice('/templates/'.length)}`;
  if (path === '/snapshots/for_date/') {
    const { date, repository_uuids } = (await request.clone().json()) as { date: string; repository_uuids: string[] };
    return `for_date ${date} ${repository_uuids.join()}`;
  }
  const { searchParams } = new URL(request.url);
  const key = searchParams.has('url') ? 'url' : 'uuid';
  return `${searchParams.get('origin')} ${key}=${searchParams.get(key)}`;
};

const page = (found: readonly Entry[], query: URLSearchParams): Reply => {
  const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100)];
  return [200, { data: found.slice(offset, offset + limit), meta: { count: found.length, offset, limit } }];
};

/** Mocks content sources. Returns summaries of the calls, in order. */
export function mockContentSources(given: ContentMock = {}): readonly string[] {
  const { redHat = [], external = [], templates = {}, snapshots = {}, before = async () => {} } = given;
  const asked: string[] = [];

  const answer = (request: Request, body: string): Reply => {
    const path = pathOf(request);
    const query = new URL(request.url).searchParams;
    if (path.startsWith('/templates/')) {
      const template = templates[path.slice('/templates/'.length)];
      return template === undefined ? [404, { errors: [] }] : [200, template];
    }
    if (path === '/snapshots/for_date/') {
      const { repository_uuids } = JSON.parse(body) as { repository_uuids: string[] };
      return [
        200,
        { data: repository_uuids.map((uuid) => ({ repository_uuid: uuid, match: snapshots[uuid] ?? null })) },
      ];
    }
    const key = query.has('url') ? 'url' : 'uuid';
    const wanted = new Set(query.get(key)?.split(','));
    const known = query.get('origin') === 'red_hat' ? redHat : external;
    return page(
      known.filter((entry) => wanted.has(String(entry[key]).replace(/\/$/, '')) || wanted.has(String(entry[key]))),
      query,
    );
  };

  const handler: Handler = async (request) => {
    const body = await request.clone().text();
    const words = await describe(request);
    asked.push(words);
    await before(words);
    return answer(request, body);
  };
  mockService(CONTENT_SOURCES, 'GET', handler);
  mockService(CONTENT_SOURCES, 'POST', handler);
  return asked;
}
