// A stand-in for composer that serves its contract without building images. It runs outside the service.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { OpenAPIBackend, type Context, type Document, type Handler } from 'openapi-backend';
import type { components } from '../../../generated/upstream/composer.ts';
import { loadDistributions } from '../../../src/domain/distributions/registry.ts';
import { isUuid } from '../../../src/lib/ids.ts';
import { closeServer, listen } from '../../../src/http/server.ts';
import { logsAt, sbomsAt } from './artifacts.ts';
import {
  depsolvedPackages,
  isToFail,
  metadataAt,
  packagesOf,
  SLOW,
  statusAt,
  type Build,
  type ComposeRequest,
} from './builds.ts';
import { refuseCompose, refuseDepsolve } from './refusals.ts';
import { distributionDetails, distributionList, findByComposerName } from './distributions.ts';
import { API_PATH, errorNumbers, errorObject, RefusalError, statusOf, type ErrorNumber } from './errors.ts';
import { openState, type SandboxState } from './state.ts';

type DepsolveRequest = components['schemas']['DepsolveRequest'];

export interface SandboxOptions {
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  /** File that stores composes between runs; `null` stores them in memory. */
  readonly stateFile?: string | null;
  /** Milliseconds that a compose takes; 0 completes composes at once. */
  readonly duration?: number;
  /** Every compose fails. */
  readonly fail?: boolean;
  /** Most stored composes; older ones are deleted. */
  readonly maxComposes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly distributionsDir?: string;
}

export interface Sandbox {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export const DEFAULT_DURATION = 6_000;
const SLOW_DURATION = 60_000;
const TOKEN_SECONDS = 900;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const ROOT = join(import.meta.dirname, '../../..');
const CONTRACT = JSON.parse(readFileSync(join(ROOT, 'generated/upstream/composer.json'), 'utf8')) as Document;

/** The response to a request. */
interface SandboxResponse {
  readonly status: number;
  /** Text is sent unchanged, any other value as JSON. */
  readonly body: unknown;
}

const ok = (body: unknown, status = 200): SandboxResponse => ({ status, body });
const refusal = (number: ErrorNumber, details: unknown = ''): SandboxResponse =>
  ok(errorObject(number, details), statusOf(number));

const readBody = async (req: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new RefusalError(30, `larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RefusalError(20, (error as Error).message);
  }
};

/** Issues bearer tokens by the client-credentials grant, with any client id and secret. */
const createTokens = (now: () => number) => {
  const issued = new Map<string, number>();
  return {
    issue: (form: URLSearchParams): SandboxResponse => {
      if (form.get('grant_type') !== 'client_credentials') return ok({ error: 'unsupported_grant_type' }, 400);
      if (!form.get('client_id') || !form.get('client_secret')) return ok({ error: 'invalid_client' }, 401);
      for (const [token, expires] of issued) if (expires <= now()) issued.delete(token);
      const token = `sandbox-${randomBytes(24).toString('base64url')}`;
      issued.set(token, now() + TOKEN_SECONDS * 1000);
      return ok({ access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS });
    },
    isValid: (authorization: string | undefined): boolean => {
      const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
      return token !== undefined && (issued.get(token) ?? 0) > now();
    },
  };
};

const handlersOf = (options: SandboxOptions, state: SandboxState, now: () => number): Record<string, Handler> => {
  const registry = loadDistributions(options.distributionsDir ?? join(ROOT, 'distributions'));
  const { builds, clones } = state;
  const reference = (path: string, id: string, kind: string) => ({
    href: `${API_PATH}/${path}`,
    id,
    kind: `Sandbox${kind}`,
  });
  const idOf = (context: Context): string => String(context.request.params['id']);
  const baseOf = (context: Context): string => `http://${String(context.request.headers['host'])}`;
  const buildOf = (context: Context): Build => {
    const build = builds.get(idOf(context).toLowerCase());
    if (!build) throw new RefusalError(15);
    return build;
  };
  const page = (context: Context, items: readonly unknown[], kind: string): SandboxResponse => {
    const number = (name: 'page' | 'size', fallback: number): number => {
      const value = Number((context.request.query as Record<string, string | undefined>)[name] ?? fallback);
      if (!Number.isInteger(value) || value < 0) throw new RefusalError(name === 'page' ? 18 : 19);
      return value;
    };
    const [index, size] = [number('page', 0), number('size', 100)];
    const selected = items.slice(index * size, (index + 1) * size);
    return ok({ kind: `Sandbox${kind}`, page: index, size: selected.length, total: items.length, items: selected });
  };

  /** Special packages control a compose; the command line controls composes without them. */
  const durationOf = (request: ComposeRequest): number =>
    packagesOf(request).includes(SLOW) ? SLOW_DURATION : (options.duration ?? DEFAULT_DURATION);

  let depsolves = 0;

  const handlers: Record<string, (context: Context) => SandboxResponse> = {
    getOpenapi: () => ok(CONTRACT),
    postCompose: (context) => {
      const request = context.request.requestBody as ComposeRequest;
      refuseCompose(request, registry);
      const id = randomUUID();
      const fails = options.fail === true || isToFail(request);
      builds.set(id, { id, created: now(), duration: durationOf(request), fails, request });
      state.save();
      return ok(reference('compose', id, 'ComposeId'), 201);
    },
    getComposeStatus: (context) => ok(statusAt(buildOf(context), now(), baseOf(context))),
    getComposeMetadata: (context) => ok(metadataAt(buildOf(context), now())),
    deleteCompose: (context) => {
      const { id } = buildOf(context);
      builds.delete(id);
      state.save();
      return ok(reference(`composes/${id}`, id, 'ComposeDeleteStatus'));
    },
    // Composer lists the composes of all tenants by id, and answers null instead of an empty list.
    getComposeList: (context) => {
      const ids = [...builds.keys()].sort();
      const base = baseOf(context);
      return ok(ids.length === 0 ? null : ids.map((id) => statusAt(builds.get(id) as Build, now(), base)));
    },
    getComposeLogs: (context) => {
      const build = buildOf(context);
      const about = reference(`composes/${build.id}/logs`, build.id, 'ComposeLogs');
      return ok({ ...about, image_builds: logsAt(build, now()) });
    },
    getComposeManifests: (context) => {
      const { id } = buildOf(context);
      const manifest = { version: '2', pipelines: [], metadata: { sandbox: true } };
      return ok({ ...reference(`composes/${id}/manifests`, id, 'ComposeManifests'), manifests: [manifest] });
    },
    getComposeSBOMs: (context) => {
      const build = buildOf(context);
      const about = reference(`composes/${build.id}/sboms`, build.id, 'ComposeSBOMs');
      return ok({ ...about, items: sbomsAt(build, now()) });
    },
    getComposeDownload: (context) => {
      buildOf(context);
      return refusal(36, 'the sandbox does not store images for download');
    },
    postCloneCompose: (context) => {
      const build = buildOf(context);
      const { status, upload_status: upload, upload_statuses: several } = statusAt(build, now(), '').image_status;
      if (status !== 'success') throw new RefusalError(31);
      if ((several?.length ?? 1) !== 1) throw new RefusalError(1006);
      if (upload?.type !== 'aws') throw new RefusalError(32);
      const id = randomUUID();
      const { region } = context.request.requestBody as { region: string };
      clones.set(id, { id, created: now(), duration: build.duration / 2, region });
      state.save();
      return ok(reference(`composes/${build.id}/clone`, id, 'CloneComposeId'), 201);
    },
    getCloneStatus: (context) => {
      const clone = clones.get(idOf(context).toLowerCase());
      if (!clone) throw new RefusalError(15);
      const done = now() - clone.created >= clone.duration;
      const options = { ami: done ? `ami-${clone.id.replaceAll('-', '').slice(0, 17)}` : '', region: clone.region };
      return ok({
        ...reference(`clones/${clone.id}`, clone.id, 'CloneComposeStatus'),
        ...{ status: done ? 'success' : 'running', type: 'aws', options },
      });
    },
    getDistributionList: () => ok(distributionList(registry)),
    getDistribution: (context) => {
      const distribution = findByComposerName(registry, String(context.request.params['distro']));
      if (!distribution) return ok(errorObject(4, ''), 404);
      return ok(distributionDetails(distribution, context.request.query as Parameters<typeof distributionDetails>[1]));
    },
    getError: (context) => {
      if (!/^\d+$/.test(idOf(context))) throw new RefusalError(16);
      const number = errorNumbers.find((known) => String(known) === idOf(context));
      if (number === undefined) throw new RefusalError(17);
      return ok(errorObject(number));
    },
    getErrorList: (context) =>
      page(
        context,
        errorNumbers.map((number) => errorObject(number)),
        'ErrorList',
      ),
    postDepsolveBlueprint: (context) => {
      const request = context.request.requestBody as DepsolveRequest;
      refuseDepsolve(request, registry);
      const { blueprint, distribution, architecture } = request;
      const { packages = [], groups = [] } = blueprint;
      const names = [...packages, ...groups].map(({ name }) => name);
      depsolves += 1;
      return ok({ packages: depsolvedPackages(names, distribution, architecture, depsolves) });
    },
    postSearchPackages: (context) => {
      const request = context.request.requestBody as { packages: string[]; distribution: string; architecture: string };
      const index = findByComposerName(registry, request.distribution)?.packages.get(request.architecture as 'x86_64');
      const all = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };
      const found = request.packages.flatMap((name) =>
        (index?.search(name.replaceAll('*', ''), all).items ?? []).map(
          (item) => JSON.parse(item) as { name: string; summary: string },
        ),
      );
      return ok({
        packages: found.map((item) => ({ ...item, version: '1.0', release: '1.sandbox', arch: request.architecture })),
      });
    },
  };
  return handlers as unknown as Record<string, Handler>;
};

const createBackend = async (
  handlers: Record<string, Handler>,
  tokens: ReturnType<typeof createTokens>,
): Promise<OpenAPIBackend> => {
  const backend = new OpenAPIBackend({
    quick: true,
    definition: structuredClone(CONTRACT),
    apiRoot: API_PATH,
    strict: true,
    ignoreTrailingSlashes: false,
    coerceTypes: true,
    ajvOpts: {
      strict: false,
      // Composer does not check addresses: the console registers with a host name in place of one.
      formats: { uuid: isUuid, uri: true, password: true, uint64: true, binary: true },
    },
    handlers: {
      ...handlers,
      notFound: () => refusal(21),
      methodNotAllowed: () => refusal(22),
      unauthorizedHandler: () => refusal(401),
      validationFail: (context: Context) => {
        const errors = context.validation.errors ?? [];
        const wrongId = errors.some(({ instancePath }) => instancePath === '/path/id');
        return refusal(
          wrongId ? 14 : 30,
          errors.map(({ instancePath, message }) => `${instancePath}: ${message}`).join('; '),
        );
      },
    },
  });
  backend.registerSecurityHandler('Bearer', (context) =>
    tokens.isValid(context.request.headers['authorization'] as string | undefined),
  );
  await backend.init();
  return backend;
};

const send = (res: ServerResponse, { status, body }: SandboxResponse): void => {
  const text = typeof body === 'string' ? `${body}\n` : JSON.stringify(body);
  res.writeHead(status, {
    'Content-Type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'X-Sandbox': 'true',
  });
  res.end(text);
};

/**
 * Starts a sandbox on this machine.
 * @throws Error when the port is taken or the state file holds something else
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const state = openState(options.stateFile ?? null, options.maxComposes);
  const tokens = createTokens(now);
  const backend = await createBackend(handlersOf(options, state, now), tokens);

  const respond = async (req: IncomingMessage): Promise<SandboxResponse> => {
    const [path = '', search = ''] = (req.url ?? '').split('?');
    const method = req.method ?? '';
    if (path === '/token' && method === 'POST') return tokens.issue(new URLSearchParams(await readBody(req)));
    if (path.startsWith('/sandbox/images/') && method === 'GET')
      return ok('Sandbox: there is no image here, nothing was built');
    const text = await readBody(req);
    // Composer takes no parameters: `application/json; charset=utf-8` is refused.
    if (text !== '' && req.headers['content-type'] !== 'application/json')
      return refusal(3, req.headers['content-type']);
    const body = text === '' ? undefined : parseJson(text);
    const request = {
      method,
      path,
      query: search,
      headers: { ...req.headers } as Record<string, string | string[]>,
      body,
    };
    return (await backend.handleRequest(request)) as SandboxResponse;
  };

  const server = createServer((req, res) => {
    respond(req).then(
      (result) => send(res, result),
      (error: unknown) => {
        if (error instanceof RefusalError) send(res, refusal(error.number, error.details));
        else send(res, refusal(10000, (error as Error).message));
      },
    );
  });
  const host = options.host ?? '127.0.0.1';
  await listen(server, { host, port: options.port });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, close: () => closeServer(server, 1_000) };
}
