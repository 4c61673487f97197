// Files of prepared requests: HTTP/1.1 as it is sent, each below a line with its length in bytes. Load generators read them
// once, so that making up requests costs them nothing while they measure.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { BenchRequest } from './load.ts';

/** A request id as a gateway makes one: 32 hexadecimal digits. */
const requestId = (path: string, index: number): string => createHash('md5').update(`${index} ${path}`).digest('hex');

/** A request as HTTP/1.1. @param index of the request in its row */
export function httpText({ method, path, headers, body }: BenchRequest, index: number): string {
  const all = {
    ...{ Host: 'bench.example.com', Accept: 'application/json', 'X-Rh-Insights-Request-Id': requestId(path, index) },
    ...headers,
    ...(body === null ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, ...lines, '', body ?? ''].join('\r\n');
}

/** Writes a file of prepared requests. */
export async function writePrepared(file: string, requests: readonly BenchRequest[]): Promise<void> {
  const texts = requests.map(httpText);
  await writeFile(file, texts.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(''));
}

const HEAD = /^(\S+) (\S+) HTTP\/1\.1\r\n/;

const parseText = (text: string): BenchRequest => {
  const end = text.indexOf('\r\n\r\n');
  const [, method = '', path = ''] = HEAD.exec(text) ?? [];
  const lines = text.slice(0, end).split('\r\n').slice(1);
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  const body = text.slice(end + 4);
  return { method: method as BenchRequest['method'], path, headers, body: body === '' ? null : body };
};

/** Reads a file of prepared requests. */
export function parsePrepared(bytes: Buffer): readonly BenchRequest[] {
  const requests: BenchRequest[] = [];
  for (let position = 0; position < bytes.length;) {
    const start = bytes.indexOf('\n', position) + 1;
    const end = start + Number(bytes.toString('latin1', position, start));
    requests.push(parseText(bytes.toString('utf8', start, end)));
    position = end;
  }
  return requests;
}
