import { connect } from 'node:net';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { contractOperations, type ContractOperation } from '../security/contract.ts';
import { giveObjects } from '../security/organization.ts';
import { requestFor, type Objects } from '../security/recipes.ts';
import { identityHeader, ORG, type TestIdentity } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';
import { answerAlways } from './support.ts';

const API = '/api/image-builder/v1';

/** What would be a header, a second answer or a line of the log of its own, if it got there as it is. */
const PAYLOAD =
  'a\r\nX-Injected: yes\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{"level":"fatal"}\n{"msg":"forged"}\u0000\u0001\u001b[31m\u007f\u0085\u2028';
const ENCODED = encodeURIComponent(PAYLOAD);

const env = { LOG_LEVEL: 'trace' };

/** Sends bytes; gives everything that came back. Every request asks for the connection to be closed. */
const exchange = (port: number, request: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => void (answer += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(Buffer.from(request, 'latin1'));
  });

interface RawRequest {
  readonly method?: string;
  readonly target: string;
  readonly body?: unknown;
  readonly headers?: readonly string[];
}

const encode = ({ method = 'GET', target, body, headers = [] }: RawRequest): string => {
  const text = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${method} ${API}${target} HTTP/1.1`,
    ...['Host: a', 'Connection: close', ...headers],
    ...(headers.some((line) => line.startsWith('x-rh-identity')) ? [] : [`x-rh-identity: ${identityHeader()}`]),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${Buffer.from(text).toString('latin1')}`;
};

/** Header lines that an answer may have. */
const HEADER_NAMES = new Set([
  ...['allow', 'cache-control', 'connection', 'content-disposition', 'content-length', 'content-type', 'date', 'etag'],
  ...[
    'blueprint-omitted',
    'idempotency-replayed',
    'image-builder-warnings',
    'keep-alive',
    'ratelimit',
    'ratelimit-policy',
    'retry-after',
    'transfer-encoding',
    'vary',
    'x-accel-buffering',
    'x-content-type-options',
    'x-strc-trace-id',
  ],
]);

/** What follows a body in chunks. */
const afterChunks = (text: string): string => {
  const at = text.indexOf('\r\n');
  const size = Number.parseInt(text.slice(0, at), 16);
  return size === 0 ? text.slice(at + 4) : afterChunks(text.slice(at + 2 + size + 2));
};

/** One answer, whose head has nothing but our headers, with the status. */
const expectOneAnswer = (text: string, about: string): number => {
  const [head = ''] = text.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  expect(status, about).to.match(/^HTTP\/1\.1 \d{3} [A-Za-z ]+$/);
  for (const line of lines) {
    const [, name = '', value = ''] = /^([\w-]+): (.*)$/s.exec(line) ?? [];
    expect(HEADER_NAMES.has(name.toLowerCase()), `${about}: ${line}`).to.equal(true);
    expect(value, about).to.match(/^[ -~]+$/);
  }
  const [, length = '0'] = /^content-length: (\d+)$/im.exec(head) ?? [];
  const rest = text.slice(head.length + 4);
  if (/^transfer-encoding: chunked$/im.test(head)) expect(afterChunks(rest), about).to.equal('');
  else expect(rest.length, about).to.equal(Number(length));
  return Number(status.split(' ')[1]);
};

/** Lines of one object each, in which nothing that was sent ends a line or moves the cursor. */
const expectWholeLines = ({ logTexts, logs }: TestService): void => {
  expect(logTexts).not.to.have.length(0);
  for (const text of logTexts) expect(text).to.match(/^\{[^\u0000-\u001f]*\}\n$/);
  for (const { level, msg } of logs) {
    expect(level).not.to.equal('fatal');
    expect(msg).not.to.equal('forged');
  }
};

/** Targets of an operation with the payload in each of its parameters that takes text. */
const poisoned = (operation: ContractOperation, objects: Objects): string[] => {
  const { target } = requestFor(operation, objects);
  const [path = '', query = ''] = target.split('?');
  const inPath = operation.parameters
    .filter((parameter) => parameter.in === 'path')
    .map(({ name }) => operation.path.replace(`{${name}}`, ENCODED).replaceAll(/\{[^}]+\}/g, 'any'));
  const inQuery = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name }) => {
      const search = new URLSearchParams(query);
      search.set(name, PAYLOAD);
      return `${path}?${search.toString()}`;
    });
  return [...inPath, ...inQuery, `${path}?${query}&${ENCODED}=${ENCODED}`, `${path}/${ENCODED}`];
};

describe('input that looks like a header or a log line', () => {
  for (const operation of contractOperations) {
    it(`is harmless in the URL of ${operation.id}`, async () => {
      await using service = await startService({ env });
      const objects = await giveObjects(service, ORG);
      answerAlways(service, operation, objects);
      const { method, target, body } = requestFor(operation, objects);
      expectOneAnswer(await exchange(service.port, encode({ method, target, body })), target);
      for (const bad of poisoned(operation, objects)) {
        const status = expectOneAnswer(await exchange(service.port, encode({ method, target: bad, body })), bad);
        expect(status, bad).to.be.below(500);
      }
      expectWholeLines(service);
    });
  }

  it('is harmless in a header, with any bytes', async () => {
    await using service = await startService({ env });
    const names = [
      ...['User-Agent', 'X-Strc-Trace-Id', 'X-Strc-Span-Id', 'If-None-Match', 'If-Match', 'Idempotency-Key', 'Accept'],
      ...['X-ImageBuilder-ui', 'Content-Type', 'Referer', 'X-Forwarded-For', 'X-Request-Id', 'x-rh-identity', 'X-Any'],
    ];
    const bytes = [...Array.from({ length: 33 }, (_, i) => i), 0x7f, 0x80, 0x85, 0xa0, 0xff];
    for (const name of names) {
      for (const byte of bytes) {
        const line = `${name}: a${String.fromCharCode(byte)}X-Injected: yes`;
        const request = encode({ target: '/blueprints?limit=1', headers: [line] });
        const status = expectOneAnswer(await exchange(service.port, request), JSON.stringify(line));
        expect(status, JSON.stringify(line)).to.be.oneOf([200, 400]);
      }
      const request = encode({ target: '/blueprints', headers: [`${name}: a\r\n X-Injected: yes`] });
      expectOneAnswer(await exchange(service.port, request), name);
    }
    expectWholeLines(service);
  });

  it('is harmless in an identity', async () => {
    await using service = await startService({ env });
    const storable = PAYLOAD.replace('\u0000', '');
    const ask = (identity: TestIdentity): Promise<string> =>
      exchange(
        service.port,
        encode({ target: '/blueprints', headers: [`x-rh-identity: ${identityHeader(identity)}`] }),
      );
    for (const identity of [
      { user: storable, email: storable },
      { accountNumber: storable },
      { type: storable },
      { orgId: storable },
    ]) {
      expect(expectOneAnswer(await ask(identity), JSON.stringify(identity))).to.equal(200);
    }
    // What no column keeps is refused.
    const refused = { orgId: PAYLOAD };
    expect(expectOneAnswer(await ask(refused), JSON.stringify(refused))).to.equal(400);
    expectWholeLines(service);
  });

  it('is harmless in stored values, which are returned unchanged', async () => {
    await using service = await startService({ env });
    const name = PAYLOAD.replace('\u0000', '');
    const objects = await giveObjects(service, ORG);
    service.composer.accepts();
    const request = { distribution: 'centos-9', image_name: name, image_description: name };
    const { body: compose } = requestFor(
      contractOperations.find(({ id }) => id === 'composeImage') as ContractOperation,
      objects,
    );
    const { body: blueprint } = requestFor(
      contractOperations.find(({ id }) => id === 'createBlueprint') as ContractOperation,
      objects,
    );
    const bodies = {
      '/compose': { ...(compose as object), ...request },
      '/blueprints': { ...(blueprint as object), name, description: name },
      '/experimental/recommendations': { packages: [name], recommendedPackages: 1, distribution: 'rhel9' },
    };
    service.recommendations.post('/packages/recommendations').reply(200, { packages: [name], modelVersion: name });
    for (const [target, body] of Object.entries(bodies)) {
      const text = await exchange(service.port, encode({ method: 'POST', target, body }));
      expect(expectOneAnswer(text, target)).to.be.oneOf([200, 201]);
    }
    for (const target of ['/composes', `/blueprints?search=${encodeURIComponent(name)}`]) {
      const text = await exchange(service.port, encode({ target }));
      expect(expectOneAnswer(text, target)).to.equal(200);
      const { body } = await service.as().get(target);
      expect(JSON.stringify(body)).to.include(JSON.stringify(name));
    }
    expectWholeLines(service);
  });

  it('is harmless in the response of another service', async () => {
    await using service = await startService({ env });
    const id = await service.given.compose();
    service.composer.hasStatus(id, PAYLOAD, 404);
    const text = await exchange(service.port, encode({ target: `/composes/${id}` }));
    expect(expectOneAnswer(text, 'status')).to.equal(404);
    expectWholeLines(service);
  });
});
