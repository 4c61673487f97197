// A thread with a proxy in front of composer, whose logs of every compose have 256 MiB.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const CHUNK = Buffer.alloc(1024 ** 2, 'x');
const CHUNKS = 256;

export interface EndlessLogs extends AsyncDisposable {
  readonly url: string;
}

/** Starts the proxy. @param composer address of composer */
export async function startEndlessLogs(composer: string): Promise<EndlessLogs> {
  const thread = new Worker(new URL(import.meta.url), { workerData: composer });
  const [port] = (await once(thread, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => void (await thread.terminate()),
  };
}

function* longLog(): Generator<Buffer> {
  yield Buffer.from('{"image_builds":["');
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) yield CHUNK;
  yield Buffer.from('"]}');
}

const pass = (composer: string, req: IncomingMessage, res: ServerResponse): void => {
  const { method, headers, url = '' } = req;
  if (url.endsWith('/logs')) {
    res.writeHead(200, { 'content-type': 'application/json' });
    pipeline(Readable.from(longLog()), res, () => {});
    return;
  }
  const sent = request(composer + url, { method, headers }, (response) => {
    res.writeHead(response.statusCode ?? 502, response.headers);
    pipeline(response, res, () => {});
  });
  sent.once('error', () => res.destroy());
  pipeline(req, sent, () => {});
};

if (!isMainThread) {
  const server = createServer((req, res) => pass(workerData as string, req, res));
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}
