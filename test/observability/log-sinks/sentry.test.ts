import { hostname } from 'node:os';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { json, unusedPort, type Answer, type ReceivedRequest } from '../../upstream/loopback.ts';
import { hang, openSinks, QUICK, startStandIn } from './support.ts';

const KEY = '0123456789abcdef0123456789abcdef';

const accept: Answer = (_request, response) => json(response, 200, { id: 'fc6d8c0c43fc4630ad850ee518f1b9d0' });
const refuse =
  (status: number): Answer =>
  (_request, response) =>
    json(response, status, { detail: 'no' });

interface SentryEvent extends Record<string, unknown> {
  readonly event_id: string;
  readonly message: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly exception?: {
    readonly values: readonly {
      type: string;
      value: string;
      stacktrace?: { frames: readonly { filename?: string }[] };
    }[];
  };
}

/** An envelope: a header, then the header of each item and the item. */
const envelopeOf = ({ body }: ReceivedRequest) => {
  const [header, itemHeader, event, ...more] = body
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { header, itemHeader, event: event as SentryEvent, more };
};

const openSentry = (port: number, limits = QUICK) =>
  openSinks({ sentry: { dsn: `http://${KEY}@127.0.0.1:${port}/7` } }, limits);

describe('the Sentry sink', () => {
  it('sends an error line as an envelope with one event', async () => {
    await using sentry = await startStandIn(accept);
    await using service = openSentry(sentry.port);
    const error = new Error('outer', { cause: new TypeError('inner') });
    const request = { method: 'GET', path: '/composes' };
    const fields = { trace_id: 'abcdefghijklmno', operation_id: 'getComposes', org_id: '000000', user: 'somebody' };
    service.log.error({ ...fields, request, err: error }, '500: Internal Server Error');
    await service.sinks.close();

    const [received] = sentry.requests;
    expect(received).to.include({ method: 'POST' });
    expect(received!.url)
      .to.match(/^\/api\/7\/envelope\/\?/)
      .and.to.contain(`sentry_key=${KEY}`);
    expect(received!.headers['content-type']).to.equal('application/x-sentry-envelope');
    const { header, itemHeader, event, more } = envelopeOf(received!);
    expect(more).to.deep.equal([]);
    expect(header).to.include({ event_id: event.event_id });
    expect(itemHeader).to.include({ type: 'event' });
    expect(event.event_id).to.match(/^[0-9a-f]{32}$/);
    expect(event).to.deep.include({
      ...{ level: 'error', message: '500: Internal Server Error', platform: 'node', server_name: hostname() },
      ...{ release: 'abcdef0', environment: 'test', extra: { request } },
      tags: { trace_id: 'abcdefghijklmno', operation_id: 'getComposes', org_id: '000000' },
    });
    expect(event.exception!.values.map(({ type, value }) => `${type}: ${value}`)).to.deep.equal([
      ...['TypeError: inner', 'Error: outer'],
    ]);
    const frames = event.exception!.values[1]!.stacktrace!.frames;
    expect(frames.at(-1)!.filename).to.contain('sentry.test.ts');
    expect(received!.body).not.to.contain('somebody');
  });

  it('receives error lines only', async () => {
    await using sentry = await startStandIn(accept);
    await using service = openSentry(sentry.port);
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) service.log[level](level);
    await service.sinks.close();
    const events = sentry.requests.map((request) => envelopeOf(request).event);
    expect(events.map(({ level, message }) => [level, message])).to.deep.equal([
      ['error', 'error'],
      ['fatal', 'fatal'],
    ]);
    expect(service.stdout).to.have.length(6);
  });

  it('retries an event with the same id', async () => {
    const failures = [refuse(500), refuse(503)];
    await using sentry = await startStandIn((request, response) => (failures.shift() ?? accept)(request, response));
    await using service = openSentry(sentry.port);
    service.log.error('a line');
    await sentry.asked(3);
    await service.sinks.close();
    const events = sentry.requests.map((request) => envelopeOf(request).event.event_id);
    expect(events).to.have.length(3);
    expect(new Set(events).size).to.equal(1);
    expect(service.reports()).to.deep.equal([]);
  });

  it('respects rate limits of the server', async () => {
    await using sentry = await startStandIn((_request, response) => {
      response.setHeader('retry-after', '3600');
      json(response, 429, {});
    });
    await using service = openSentry(sentry.port);
    for (let count = 0; count < 20; count += 1) service.log.error('a line');
    await service.sinks.close();
    expect(sentry.requests).to.have.length(1);
    expect(service.sinks.dropped.get('sentry')).to.equal(20);
  });

  for (const status of [400, 401, 403, 413]) {
    it(`drops lines on a ${status} response, without a retry`, async () => {
      await using sentry = await startStandIn(refuse(status));
      await using service = openSentry(sentry.port);
      service.log.error('a line');
      await sentry.asked(1);
      await service.sinks.close();
      expect(sentry.requests).to.have.length(1);
      expect(service.reports()[0]).to.include({ sink: 'sentry', dropped: 1, reason: `HTTP ${status}` });
      expect(JSON.stringify(service.stdout)).not.to.contain(KEY);
    });
  }

  it('drops lines that the server keeps failing on', async () => {
    await using sentry = await startStandIn(refuse(500));
    await using service = openSentry(sentry.port);
    service.log.error('a line');
    await sentry.asked(6);
    await service.sinks.close();
    expect(sentry.requests).to.have.length(6);
    expect(service.reports()[0]).to.include({ dropped: 1, reason: 'HTTP 500' });
  });

  it('drops lines if the port is closed', async () => {
    await using service = openSentry(await unusedPort());
    for (let count = 0; count < 500; count += 1) service.log.error('a line');
    await service.sinks.close();
    expect(service.sinks.dropped.get('sentry')).to.equal(500);
  });

  it('queues the first lines of a burst for a server that does not respond, without blocking', async () => {
    await using sentry = await startStandIn(hang);
    await using service = openSentry(sentry.port);
    for (let count = 0; count < 10_000; count += 1) service.log.error('a line');
    expect(service.sinks.dropped.get('sentry')).to.equal(10_000 - 256 - 1);
    await service.sinks.close(20);
    expect(service.sinks.dropped.get('sentry')).to.equal(10_000);
  });
});
