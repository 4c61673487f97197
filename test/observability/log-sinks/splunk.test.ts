import { hostname } from 'node:os';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { json, unusedPort, type Answer, type ReceivedRequest } from '../../upstream/loopback.ts';
import { hang, openSinks, QUICK, startStandIn } from './support.ts';

const TOKEN = 'b5057e4b-splunk-token';
const PATH = '/services/collector/event';

const accept: Answer = (_request, response) => json(response, 200, { text: 'Success', code: 0 });
const refuse =
  (status: number, text: string): Answer =>
  (_request, response) =>
    json(response, status, { text, code: 4 });

interface HecEvent {
  readonly time: number;
  readonly host: string;
  readonly source: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Events of a request; the collector takes JSON objects behind one another. */
const eventsOf = ({ body }: ReceivedRequest): HecEvent[] =>
  body.split('\n').map((line) => JSON.parse(line) as HecEvent);

const openSplunk = (url: string, limits = QUICK) =>
  openSinks({ splunk: { url: `${url}${PATH}`, token: TOKEN } }, limits);

describe('the Splunk sink', () => {
  it('posts lines as events of the HTTP event collector', async () => {
    await using splunk = await startStandIn(accept);
    await using service = openSplunk(splunk.url);
    const before = Date.now() / 1000;
    service.log.info({ org_id: '000000', request: { method: 'GET' } }, 'häuser');
    await service.sinks.close();
    const [request] = splunk.requests;
    expect(request).to.include({ method: 'POST', url: PATH });
    expect(request!.headers).to.include({ authorization: `Splunk ${TOKEN}`, 'content-type': 'application/json' });
    const [event, ...more] = eventsOf(request!);
    expect(more).to.deep.equal([]);
    expect(event).to.have.all.keys('time', 'host', 'source', 'event');
    expect(event).to.include({ host: hostname(), source: 'image-builder' });
    expect(event!.time).to.be.within(before - 0.001, Date.now() / 1000);
    expect(event!.event).to.deep.equal(service.stdout[0]);
    expect(event!.event).to.deep.include({ msg: 'häuser', level: 'info', org_id: '000000', channel: 'test' });
  });

  it('sends many lines together, in order, and no more than a megabyte at once', async () => {
    await using splunk = await startStandIn(accept);
    await using service = openSplunk(splunk.url, {});
    for (let index = 0; index < 3000; index += 1) service.log.info({ index, filler: 'ü'.repeat(300) });
    await service.sinks.close();
    expect(splunk.requests.flatMap(eventsOf).map(({ event }) => event['index'])).to.deep.equal([...Array(3000).keys()]);
    for (const { body } of splunk.requests) expect(Buffer.byteLength(body)).to.be.at.most(1_000_000);
    expect(splunk.requests).to.have.length.within(3, 4);
    expect(service.reports()).to.deep.equal([]);
  });

  it('retries while the collector is busy', async () => {
    let answers = 0;
    await using splunk = await startStandIn((request, response) => {
      answers += 1;
      (answers < 4 ? refuse([500, 503, 429][answers - 1] ?? 0, 'Server is busy') : accept)(request, response);
    });
    await using service = openSplunk(splunk.url);
    service.log.warn('a line');
    await splunk.asked(4);
    await service.sinks.close();
    expect(splunk.requests).to.have.length(4);
    expect(new Set(splunk.requests.map(({ body }) => body)).size).to.equal(1);
    expect(service.reports()).to.deep.equal([]);
  });

  it('drops lines if the collector keeps failing, and logs that on standard output only', async () => {
    await using splunk = await startStandIn(refuse(500, 'Internal server error'));
    await using service = openSplunk(splunk.url);
    service.log.warn('a line');
    await splunk.asked(6);
    await service.sinks.close();
    expect(splunk.requests).to.have.length(6);
    expect(service.reports()).to.have.length(1);
    expect(service.reports()[0]).to.include({ sink: 'splunk', dropped: 1, dropped_total: 1, reason: 'HTTP 500' });
    expect(service.sinks.dropped.get('splunk')).to.equal(1);
  });

  for (const [status, text] of [
    [403, 'Invalid token'],
    [400, 'Invalid data format'],
    [302, 'elsewhere'],
  ] as const) {
    it(`drops lines on a ${status} response, without a retry`, async () => {
      await using splunk = await startStandIn((request, response) => {
        response.setHeader('location', '/elsewhere');
        refuse(status, text)(request, response);
      });
      await using service = openSplunk(splunk.url);
      service.log.warn('a line');
      await service.sinks.close();
      expect(splunk.requests).to.have.length(1);
      expect(service.reports()[0]).to.include({ dropped: 1, reason: `HTTP ${status}` });
    });
  }

  it('drops lines if the port is closed', async () => {
    await using service = openSplunk(`http://127.0.0.1:${await unusedPort()}`);
    for (let count = 0; count < 5000; count += 1) service.log.info('a line');
    await service.sinks.close();
    expect(service.sinks.dropped.get('splunk')).to.equal(5000);
    expect(service.reports().at(-1)).to.include({ reason: 'ECONNREFUSED', dropped_total: 5000 });
  });

  it('drops lines without a response, and does not block', async () => {
    await using splunk = await startStandIn(hang);
    await using service = openSplunk(splunk.url);
    for (let count = 0; count < 100_000; count += 1) service.log.info('a line');
    expect(service.stdout.filter(({ msg }) => msg === 'a line')).to.have.length(100_000);
    await service.sinks.close(20);
    expect(service.sinks.dropped.get('splunk')).to.equal(100_000);
  });

  it('drops lines when the connection is cut off', async () => {
    await using splunk = await startStandIn((_request, response) => response.destroy());
    await using service = openSplunk(splunk.url, { ...QUICK, pauses: [] });
    service.log.info('a line');
    await splunk.asked(1);
    await service.sinks.close();
    expect(service.sinks.dropped.get('splunk')).to.equal(1);
  });

  it('does not read an endless response', async () => {
    await using splunk = await startStandIn((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    await using service = openSplunk(splunk.url, { ...QUICK, pauses: [] });
    service.log.info('a line');
    await splunk.asked(1);
    await service.sinks.close(10_000);
    expect(service.sinks.dropped.get('splunk')).to.equal(1);
  });
});
