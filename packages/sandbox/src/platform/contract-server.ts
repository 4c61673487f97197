import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { OpenAPIBackend, type Document } from 'openapi-backend';

/** A validated request with converted parameters. */
export interface SandboxRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface SandboxResponse {
  readonly status: number;
  /** JSON value, or text of the media type `type`. */
  readonly body?: unknown;
  readonly type?: string;
}

export type SandboxHandler = (request: SandboxRequest) => SandboxResponse;

/** Serves requests below its base path; resolves to `false` for other paths. */
export type ContractServer = (req: IncomingMessage, res: ServerResponse, body: string) => Promise<boolean>;

export interface ContractServerOptions {
  /** Name of a contract under `generated/upstream`. */
  readonly contract: string;
  /** Path under which the contract's paths are served. */
  readonly basePath: string;
  readonly handlers: Readonly<Record<string, SandboxHandler>>;
  /** Returns the refusal of a request without credentials, `null` for a request with credentials. */
  readonly refuse: (req: IncomingMessage) => SandboxResponse | null;
}

const CONTRACTS = join(import.meta.dirname, '../../../../generated/upstream');

const errors = (status: number, detail: string): SandboxResponse => ({
  status,
  body: { errors: [{ status, detail }] },
});

/** A stand-in for a service, routed by its contract. Every response has the header `X-Sandbox`. */
export async function createContractServer(options: ContractServerOptions): Promise<ContractServer> {
  const { contract, basePath, handlers, refuse } = options;
  const definition = JSON.parse(readFileSync(join(CONTRACTS, `${contract}.json`), 'utf8')) as Document;
  const backend = new OpenAPIBackend({
    definition,
    apiRoot: basePath,
    quick: true,
    strict: true,
    ignoreTrailingSlashes: false,
    coerceTypes: true,
    ajvOpts: { validateFormats: false },
    handlers: {
      notFound: () => errors(404, 'the sandbox has no such path'),
      methodNotAllowed: () => errors(405, 'method not allowed'),
      notImplemented: () => errors(501, 'the sandbox does not do this'),
      validationFail: ({ validation }) => errors(400, JSON.stringify(validation.errors)),
      // Never called: `refuse` checks the credentials before.
      unauthorizedHandler: () => errors(401, 'no credentials'),
      ...Object.fromEntries(
        Object.entries(handlers).map(([id, handler]) => [
          id,
          ({ request }: { request: { params: unknown; query: unknown; requestBody: unknown } }) =>
            handler({
              params: request.params as SandboxRequest['params'],
              query: request.query as SandboxRequest['query'],
              body: request.requestBody,
            }),
        ]),
      ),
    },
  });
  for (const scheme of Object.keys((definition.components?.securitySchemes as object | undefined) ?? {})) {
    backend.registerSecurityHandler(scheme, () => true);
  }
  await backend.init();

  return async (req, res, body) => {
    const url = new URL(req.url ?? '/', 'http://sandbox');
    if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`)) return false;
    const response =
      refuse(req) ??
      ((await backend.handleRequest({
        method: req.method ?? 'GET',
        path: url.pathname,
        query: url.search.slice(1),
        headers: req.headers as Record<string, string>,
        body: body === '' ? undefined : body,
      })) as SandboxResponse);
    const text =
      response.body === undefined ? '' : response.type ? String(response.body) : JSON.stringify(response.body);
    res.writeHead(response.status, {
      'X-Sandbox': 'true',
      ...(response.body === undefined ? {} : { 'Content-Type': response.type ?? 'application/json' }),
    });
    res.end(text);
    return true;
  };
}

/** Refuses requests without an identity header, as the platform's services do. */
export function needsIdentity(req: IncomingMessage): SandboxResponse | null {
  return req.headers['x-rh-identity'] ? null : errors(401, 'no identity');
}
