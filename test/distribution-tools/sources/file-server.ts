import type { ServerResponse } from 'node:http';
import { startLoopback, type Certificate, type Loopback, type ReceivedRequest } from '../../upstream/loopback.ts';

/** Handles a request instead of the file server; `false` falls back to the file server. */
export type Special = (response: ServerResponse, request: ReceivedRequest, data: Uint8Array) => boolean | undefined;

export interface FileServer extends Loopback {
  /** Replaces the files that are there. */
  readonly put: (files: ReadonlyMap<string, Uint8Array>) => void;
  /** `Range` of every request for a file, `undefined` for the whole file. */
  readonly requested: (path: string) => (string | undefined)[];
}

/** Where a request wants a file to begin. */
export const rangeOf = ({ headers }: ReceivedRequest): number =>
  Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);

/** Sends the requested range of a file. */
const send: Special = (response, request, data) => {
  const from = rangeOf(request);
  if (request.headers.range === undefined) {
    response.writeHead(200, { 'content-length': data.byteLength }).end(data);
  } else if (from >= data.byteLength) {
    response.writeHead(416, { 'content-range': `bytes */${data.byteLength}` }).end();
  } else {
    response
      .writeHead(206, {
        'content-range': `bytes ${from}-${data.byteLength - 1}/${data.byteLength}`,
        'content-length': data.byteLength - from,
      })
      .end(data.subarray(from));
  }
  return true;
};

/**
 * Serves files by http, parts of them too, as mirrors do.
 * @param files by their paths, without a slash in front
 * @param special handlers by path
 */
export const serveFiles = async (
  files: ReadonlyMap<string, Uint8Array> = new Map(),
  special: Readonly<Record<string, Special>> = {},
  certificate?: Certificate & { readonly ca?: string; readonly requestCert?: boolean },
): Promise<FileServer> => {
  let served = files;
  const server = await startLoopback((request, response) => {
    const path = new URL(request.url, 'http://any').pathname.slice(1);
    const data = served.get(path) ?? new Uint8Array();
    if (special[path]?.(response, request, data)) return;
    if (served.has(path)) send(response, request, data);
    else response.writeHead(404).end();
  }, certificate);
  return {
    ...server,
    put: (next) => {
      served = next;
    },
    requested: (path) =>
      server.requests
        .filter(({ url }) => new URL(url, 'http://any').pathname === `/${path}`)
        .map(({ headers }) => headers.range),
  };
};
