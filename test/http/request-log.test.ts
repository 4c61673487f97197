import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest } from '../support/given.ts';
import { startService } from '../support/service.ts';

const env = { LOG_LEVEL: 'info' };

describe('the log', () => {
  it('has one line per request, with caller, operation, status and duration', async () => {
    await using service = await startService({ env });
    const reply = await service.as({ orgId: '000007', user: 'me' }).get('/composes?limit=1&ignoreImageTypes=aws');
    expect(service.logs).to.have.length(1);
    const [line] = service.logs;
    expect(line).to.deep.include({
      ...{ level: 'info', msg: '200: OK', org_id: '000007', user: 'me', operation_id: 'getComposes' },
      ...{ trace_id: reply.headers['x-strc-trace-id'], build_id: 'abcdef0', response: { status: 200 } },
    });
    expect(line?.['request']).to.deep.include({ method: 'GET', path: '/api/image-builder/v1/composes' });
    expect(line?.['latency_ms']).to.be.a('number');
  });

  it('has level warn for 4xx and error for 5xx', async () => {
    await using service = await startService({ env });
    await service.as().get('/nowhere');
    await service.anonymous.get('/version');
    service.composer.get('/openapi').reply(500, 'broken');
    await service.as().get('/ready');
    expect(service.logs.map(({ level, msg }) => [level, msg])).to.deep.equal([
      ['warn', '404: Not Found'],
      ['warn', '401: Unauthorized'],
      ['error', '500: Internal Server Error'],
    ]);
  });

  it('contains the cause that the response omits', async () => {
    await using service = await startService({ env });
    service.composer.post('/compose').replyWithError('connection refused');
    await service.as().post('/compose', composeRequest);
    expect(JSON.stringify(service.logs)).to.include('composer did not answer postCompose');
  });

  it('never contains identities, tokens, passwords or queries', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'trace' } });
    const users = [{ name: 'a', password: 'top-secret-password' }];
    const body = { ...composeRequest, customizations: { users } };
    service.composer.accepts();
    await service.as().post('/compose?secret-query=1', body);
    service.composer.refuses(400, { id: '30', reason: 'no' });
    await service.as().post('/compose', body);
    await service.as().post('/compose', { ...body, extra: true });
    const text = JSON.stringify(service.logs);
    expect(text).not.to.match(/top-secret-password|secret-query|test-token|composer-secret|eyJ/);
  });

  it('has the configured channel', async () => {
    await using service = await startService({ env: { ...env, CHANNEL: 'stage' } });
    await service.as().get('/version');
    expect(service.logs[0]).to.include({ channel: 'stage' });
  });

  it('has no line for requests at the root', async () => {
    await using service = await startService({ env });
    for (const path of ['/status', '/metrics', '/openapi.json', '/nowhere']) await service.root.get(path);
    expect(service.logs).to.deep.equal([]);
  });
});
