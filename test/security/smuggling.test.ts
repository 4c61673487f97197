// Requests over one connection, byte by byte: who is asking, and where a request ends, is said in one way only.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ORG, identityHeader } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';
import { giveObjects } from './organization.ts';
import { readTables } from './tables.ts';

const OTHER = '000001';

/** Sends bytes over a connection of their own; gives what comes back until the service ends it. */
const sendRaw = async ({ port }: TestService, text: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.write(text, 'latin1');
  await closed;
  return Buffer.concat(chunks).toString('latin1');
};

const statuses = (answer: string): string[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status ?? '');

const request = (method: string, target: string, headers: readonly string[], body = ''): string =>
  [`${method} ${API_PATH}${target} HTTP/1.1`, 'Host: localhost', ...headers, '', body].join('\r\n');

const own = `x-rh-identity: ${identityHeader({ orgId: OTHER })}`;
const foreign = `x-rh-identity: ${identityHeader({ orgId: ORG })}`;
const CLOSE = 'Connection: close';

describe('two identities in one request', () => {
  const TWO_WAYS: Readonly<Record<string, readonly string[]>> = {
    'in two headers': [own, foreign],
    'in two headers, in another order': [foreign, own],
    'in two headers in other letters': [own, foreign.replace('x-rh-identity', 'X-RH-IDENTITY')],
    'in one header with a comma': [`${own}, ${identityHeader({ orgId: ORG })}`],
    'in one header, continued on another line': [`${own},\r\n ${identityHeader({ orgId: ORG })}`],
    'the same one twice': [own, own],
  };
  for (const [how, headers] of Object.entries(TWO_WAYS)) {
    it(`are refused: ${how}`, async () => {
      await using service = await startService();
      const objects = await giveObjects(service, ORG);
      const answer = await sendRaw(service, request('GET', `/blueprints/${objects.blueprint}`, [...headers, CLOSE]));
      expect(statuses(answer)).to.deep.equal(['400']);
      expect(answer).not.to.contain(objects.name);
    });
  }

  const IGNORED: Readonly<Record<string, string>> = {
    'with underscores': foreign.replace('x-rh-identity', 'x_rh_identity'),
    'of the other kind': 'x-fedora-identity: eyJ1c2VyIjoiMDAwMDAwIn0=',
    'as a cookie': `Cookie: x-rh-identity=${identityHeader()}`,
  };
  for (const [how, header] of Object.entries(IGNORED)) {
    it(`do not count where the second is none: ${how}`, async () => {
      await using service = await startService();
      const objects = await giveObjects(service, ORG);
      const target = `/blueprints/${objects.blueprint}`;
      expect(statuses(await sendRaw(service, request('GET', target, [own, header, CLOSE])))).to.deep.equal(['404']);
      expect(statuses(await sendRaw(service, request('GET', target, [header, CLOSE])))).to.deep.equal(['401']);
    });
  }

  it('do not count when the second comes behind the body', async () => {
    await using service = await startService();
    const objects = await giveObjects(service, ORG);
    const chunked = ['Transfer-Encoding: chunked', 'Trailer: x-rh-identity', 'Content-Type: application/json', CLOSE];
    const target = `/blueprints/${objects.blueprint}/compose`;
    const body = `2\r\n{}\r\n0\r\n${foreign}\r\n\r\n`;
    expect(statuses(await sendRaw(service, request('POST', target, [own, ...chunked], body)))).to.deep.equal(['404']);
    expect(statuses(await sendRaw(service, request('POST', target, chunked, body)))).to.deep.equal(['401']);
  });
});

describe('the end of a request', () => {
  const hidden = (id: string): string => request('DELETE', `/blueprints/${id}`, [foreign, CLOSE]);

  /** Requests of which two readers could see different ends, with another request in what only one of them sees. */
  const AMBIGUOUS: Readonly<Record<string, (id: string) => string>> = {
    'by length and in chunks': (id) =>
      request('POST', '/compose', [own, 'Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${hidden(id)}`),
    'by two lengths': (id) =>
      request('POST', '/compose', [own, 'Content-Length: 0', `Content-Length: ${hidden(id).length}`], hidden(id)),
    'by a length that is none': (id) => request('POST', '/compose', [own, 'Content-Length: +0'], hidden(id)),
    'by a length in a list': (id) => request('POST', '/compose', [own, 'Content-Length: 0, 0'], hidden(id)),
    'in chunks that are not the last coding': (id) =>
      request('POST', '/compose', [own, 'Transfer-Encoding: chunked, identity'], `0\r\n\r\n${hidden(id)}`),
    'in chunks of a name that only looks right': (id) =>
      request('POST', '/compose', [own, 'Transfer-Encoding: xchunked'], `0\r\n\r\n${hidden(id)}`),
    'by a header with a blank before the colon': (id) =>
      request('POST', '/compose', [own, 'Content-Length : 5', 'Content-Length: 0'], hidden(id)),
    'in a chunk of a length that is none': (id) =>
      request('POST', '/compose', [own, 'Transfer-Encoding: chunked'], `0x0\r\n\r\n${hidden(id)}`),
    'in a chunk that goes on behind its length': (id) =>
      request('POST', '/compose', [own, 'Transfer-Encoding: chunked'], `2\r\n{}0\r\n\r\n${hidden(id)}`),
    'in a header that has a line break of one byte': (id) =>
      request('POST', '/compose', [own, `X-A: b\n\n${hidden(id)}`]),
  };
  for (const [how, make] of Object.entries(AMBIGUOUS)) {
    it(`is unambiguous: no request is read after one that ends ${how}`, async () => {
      await using service = await startService();
      const { blueprint } = await giveObjects(service, ORG);
      const before = await readTables(service.sql);
      const answer = await sendRaw(service, make(blueprint));
      expect(statuses(answer), answer.slice(0, 500)).to.deep.equal(['400']);
      expect(await readTables(service.sql)).to.deep.equal(before);
    });
  }

  it('ends its identity as well: the next request on the connection needs its own', async () => {
    await using service = await startService();
    const { blueprint } = await giveObjects(service, ORG);
    const first = request('GET', `/blueprints/${blueprint}`, [foreign]);
    const second = request('GET', `/blueprints/${blueprint}`, [CLOSE]);
    expect(statuses(await sendRaw(service, first + second))).to.deep.equal(['200', '401']);
    const other = request('GET', `/blueprints/${blueprint}`, [own, CLOSE]);
    expect(statuses(await sendRaw(service, first + other))).to.deep.equal(['200', '404']);
  });
});
