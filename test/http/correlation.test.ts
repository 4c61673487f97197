import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const env = { LOG_LEVEL: 'info' };

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const IDS = {
  'x-rh-insights-request-id': '0123456789abcdef0123456789abcdef',
  traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  tracestate: 'vendor=value,other=1',
};

type Headers = Readonly<Record<string, string | string[]>>;

const client = (service: TestService, headers: Headers) =>
  service.with({ 'x-rh-identity': identityHeader(), ...headers });

const completed = ({ logs }: TestService) => logs.filter(({ event }) => event === 'request.completed');

/** Starts a compose with these headers; gives those that composer was sent. */
const composeWith = async (service: TestService, headers: Headers): Promise<Record<string, string>> => {
  const { promise, resolve } = Promise.withResolvers<Record<string, string>>();
  service.composer.post('/compose').reply(201, (request: Request) => {
    resolve(Object.fromEntries(request.headers));
    return { id: 'f1f0a2d6-2b3f-4e0c-9c61-0a0b0c0d0e0f', kind: 'ComposeId', href: '/compose' };
  });
  expect((await client(service, headers).post('/compose', composeRequest)).status).to.equal(201);
  return promise;
};

describe('the identifiers that connect a request to others', () => {
  it('are logged, and sent to composer', async () => {
    await using service = await startService({ env });
    expect(await composeWith(service, IDS)).to.include(IDS);
    expect(completed(service)[0]).to.include({
      ...{ insights_request_id: IDS['x-rh-insights-request-id'], w3c_trace_id: TRACE },
    });
  });

  it('are sent to the services of the platform, beside the identity', async () => {
    await using service = await startService({ env });
    service.compliance
      .get((uri) => uri.includes('/policies/'))
      .matchHeader('x-rh-insights-request-id', IDS['x-rh-insights-request-id'])
      .matchHeader('traceparent', IDS.traceparent)
      .reply(404, {});
    const policy = '5ef3c5b8-2f0b-4a53-8a1a-000000000001';
    await client(service, IDS).get(`/oscap/${policy}/rhel-9.6/policy_customizations`);
    expect(completed(service)[0]).to.include({ w3c_trace_id: TRACE });
  });

  it('are absent from log and calls of a request that has none', async () => {
    await using service = await startService({ env });
    expect(await composeWith(service, {})).not.to.have.any.keys(...Object.keys(IDS));
    expect(completed(service)[0]).not.to.have.any.keys('insights_request_id', 'w3c_trace_id');
  });

  for (const [what, headers] of [
    ['an id with characters of a log injection', { 'x-rh-insights-request-id': 'a b"c' }],
    ['an id that is too long', { 'x-rh-insights-request-id': 'a'.repeat(129) }],
    ['two ids', { 'x-rh-insights-request-id': ['a', 'b'] }],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }],
    ['a parent of zeros', { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` }],
    ['the invalid version', { traceparent: `ff-${TRACE}-00f067aa0ba902b7-01` }],
    ['upper case', { traceparent: IDS.traceparent.toUpperCase() }],
    ['more after the flags', { traceparent: `${IDS.traceparent}-more` }],
    ['a state without a parent', { tracestate: 'vendor=value' }],
  ] as const) {
    it(`are ignored where they have another form: ${what}`, async () => {
      await using service = await startService({ env });
      expect(await composeWith(service, headers as Headers)).not.to.have.any.keys(...Object.keys(IDS));
      expect(completed(service)[0]).not.to.have.any.keys('insights_request_id', 'w3c_trace_id');
    });
  }

  it('lose a state that is too long, and stay', async () => {
    await using service = await startService({ env });
    const sent = await composeWith(service, { ...IDS, tracestate: `a=${'b'.repeat(511)}` });
    expect(sent).to.include({ traceparent: IDS.traceparent }).and.not.have.any.keys('tracestate');
  });
});

describe('the request id of an error', () => {
  it('is in a detailed response, its header and its log line', async () => {
    await using service = await startService({ env });
    const reply = await client(service, { prefer: 'errors=detailed' }).get('/composes/unknown');
    const { request_id: id } = reply.body as { request_id: string };
    expect(id)
      .to.match(/^[A-Za-z]{15}$/)
      .and.equal(reply.headers['x-strc-trace-id']);
    expect(completed(service)[0]).to.include({ request_id: id, trace_id: id });
  });

  it('is in the header alone where no details are preferred', async () => {
    await using service = await startService({ env });
    expect((await service.as().get('/composes/unknown')).body).to.have.all.keys('errors');
  });
});
