import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createTokenSource, withToken } from '../../src/upstream/oauth2.ts';
import type { OAuthConfig } from '../../src/config/index.ts';
import { json, startLoopback, unusedPort, type Answer, type Loopback } from './loopback.ts';
import { failureOf, plainHttp } from './support.ts';

const HOUR = 3600;

/** A token service that numbers its tokens, a source of tokens, and a clock that stands still. */
const startTokens = async (
  answer: (number: number) => Answer | object = () => ({}),
  config: Partial<OAuthConfig> = {},
) => {
  const server: Loopback = await startLoopback((request, response) => {
    const number = server.requests.length;
    const given = answer(number);
    if (typeof given === 'function') (given as Answer)(request, response);
    else json(response, 200, { access_token: `token-${number}`, expires_in: HOUR, ...given });
  });
  const clock = { now: 1_000_000 };
  const failures = { count: 0 };
  const credentials = { tokenUrl: `${server.url}/token`, clientId: 'id', clientSecret: 'top secret' };
  const tokens = createTokenSource('a-service', { ...credentials, ...config }, plainHttp(), {
    now: () => clock.now,
    onFailure: () => void (failures.count += 1),
  });
  return {
    ...{ server, tokens, failures },
    /** Lets seconds pass. */
    pass: (seconds: number): void => void (clock.now += seconds * 1000),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

const respond =
  (status: number, body: string): Answer =>
  (_request, response) =>
    response.writeHead(status).end(body);

describe('tokens', () => {
  it('are requested as the grant demands', async () => {
    await using service = await startTokens(undefined, { clientId: 'i&d', clientSecret: 's=e c+r' });
    expect(await service.tokens.token()).to.equal('token-1');
    const [request] = service.server.requests;
    expect(request).to.include({ method: 'POST', url: '/token' });
    expect(request?.headers['content-type']).to.equal('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(request?.body))).to.deep.equal({
      ...{ client_id: 'i&d', client_secret: 's=e c+r', grant_type: 'client_credentials' },
    });
  });

  it('are requested when the first one is needed', async () => {
    await using service = await startTokens();
    expect(service.server.requests).to.have.lengthOf(0);
    await service.tokens.token();
    expect(service.server.requests).to.have.lengthOf(1);
  });

  for (const [lifetime, age, number] of [
    [HOUR, 0, 1],
    [HOUR, HOUR - 61, 1],
    [HOUR, HOUR - 60, 1],
    [HOUR, HOUR - 59, 2],
    [HOUR, HOUR, 2],
    [HOUR, 2 * HOUR, 2],
    [60, 0, 1],
    [59, 0, 2],
    [0, 0, 2],
    [-5, 0, 2],
    [90.5, 30, 1],
  ] as const) {
    it(`that live ${lifetime} s are ${number === 1 ? 'used again' : 'renewed'} after ${age} s`, async () => {
      await using service = await startTokens(() => ({ expires_in: lifetime }));
      await service.tokens.token();
      service.pass(age);
      expect(await service.tokens.token()).to.equal(`token-${number}`);
      expect(service.server.requests).to.have.lengthOf(number);
    });
  }

  for (const expires_in of [undefined, null, '3600']) {
    it(`of unknown lifetime are used once (expires_in ${JSON.stringify(expires_in)})`, async () => {
      await using service = await startTokens(() => ({ expires_in }));
      expect([await service.tokens.token(), await service.tokens.token()]).to.deep.equal(['token-1', 'token-2']);
    });
  }

  it('are renewed once for all concurrent callers', async () => {
    await using service = await startTokens();
    const waiting = Array.from({ length: 50 }, () => service.tokens.token());
    expect(new Set(await Promise.all(waiting))).to.deep.equal(new Set(['token-1']));
    service.pass(HOUR);
    const again = Array.from({ length: 50 }, () => service.tokens.token());
    expect(new Set(await Promise.all(again))).to.deep.equal(new Set(['token-2']));
    expect(service.server.requests).to.have.lengthOf(2);
  });

  it('that were rejected are renewed once for all concurrent callers', async () => {
    await using service = await startTokens();
    const refused = await service.tokens.token();
    const renewed = Array.from({ length: 50 }, () => service.tokens.renew(refused));
    expect(new Set(await Promise.all(renewed))).to.deep.equal(new Set(['token-2']));
    expect(service.server.requests).to.have.lengthOf(2);
  });

  it('that were rejected are not renewed if they have been renewed since', async () => {
    await using service = await startTokens();
    const refused = await service.tokens.token();
    expect(await service.tokens.renew(refused)).to.equal('token-2');
    expect(await service.tokens.renew(refused)).to.equal('token-2');
    expect(service.server.requests).to.have.lengthOf(2);
  });

  it('that were rejected are renewed if the newer one has expired, too', async () => {
    await using service = await startTokens();
    const refused = await service.tokens.token();
    await service.tokens.renew(refused);
    service.pass(HOUR - 60);
    expect(await service.tokens.renew(refused)).to.equal('token-2');
    service.pass(1);
    expect(await service.tokens.renew(refused)).to.equal('token-3');
  });

  const failures: readonly (readonly [title: string, answer: Answer, code: string])[] = [
    ['a refusal', respond(401, '{"error": "no"}'), 'request failed with status code 401'],
    ['a failure', respond(500, 'x'), 'request failed with status code 500'],
    ['a redirect that leads nowhere', respond(302, ''), 'request failed with status code 302'],
    ['no body', respond(200, ''), 'the response is not JSON'],
    ['no JSON', respond(200, '<html>'), 'the response is not JSON'],
    ['null', respond(200, 'null'), 'the response holds no token'],
    ['a list', respond(200, '[]'), 'the response holds no token'],
    ['no token', respond(200, '{"expires_in": 3600}'), 'the response holds no token'],
    ['an empty token', respond(200, '{"access_token": ""}'), 'the response holds no token'],
    ['a token that is no text', respond(200, '{"access_token": 5}'), 'the response holds no token'],
    ['a connection that breaks', (_request, response) => response.destroy(), 'ECONNRESET'],
  ];
  for (const [title, answer, code] of failures) {
    it(`are not issued for ${title}, and the next call requests one again`, async () => {
      await using service = await startTokens((number) => (number === 1 ? answer : {}));
      const failure = await failureOf(service.tokens.token());
      expect(failure.message).to.equal(`a-service did not answer token (${code})`);
      expect(await service.tokens.token()).to.equal('token-2');
    });
  }

  it('are requested once for all concurrent callers if the request fails', async () => {
    await using service = await startTokens(() => respond(500, ''));
    const failed = await Promise.all(Array.from({ length: 20 }, () => failureOf(service.tokens.token())));
    expect(new Set(failed.map(({ code }) => code)).size).to.equal(1);
    expect(service.server.requests).to.have.lengthOf(1);
    expect(service.failures.count).to.equal(1);
  });

  it('stay cached if their renewal fails', async () => {
    await using service = await startTokens((number) => (number === 2 ? respond(500, '') : {}));
    const kept = await service.tokens.token();
    await failureOf(service.tokens.renew(kept));
    expect(await service.tokens.token()).to.equal(kept);
    expect(service.server.requests).to.have.lengthOf(2);
    expect(service.failures.count).to.equal(1);
  });

  it('are not issued if the endpoint is unreachable', async () => {
    await using service = await startTokens(undefined, { tokenUrl: `http://localhost:${await unusedPort()}/` });
    expect((await failureOf(service.tokens.token())).code).to.equal('ECONNREFUSED');
  });

  for (const [config, code] of [
    [{ clientSecret: '' }, 'client id and client secret must be set'],
    [{ clientId: '' }, 'client id and client secret must be set'],
    [{ tokenUrl: '' }, 'not configured'],
  ] as const) {
    it(`are not requested with ${JSON.stringify(config)}`, async () => {
      await using service = await startTokens(undefined, config);
      expect((await failureOf(service.tokens.token())).code).to.equal(code);
      expect(service.server.requests).to.have.lengthOf(0);
    });
  }

  it('that are not issued are reported without secret and URL', async () => {
    await using service = await startTokens(() => respond(500, 'top secret'));
    const { message } = await failureOf(service.tokens.token());
    expect(message).to.not.include('top secret').and.to.not.include('localhost');
  });
});

describe('a call with a token', () => {
  /** Runs a call that is answered with these statuses, one after the other. */
  const called = async (statuses: readonly number[]) => {
    const service = await startTokens();
    const used: string[] = [];
    const answer = await withToken(service.tokens, async ({ authorization }) => {
      used.push(authorization);
      return { status: statuses[used.length - 1] ?? 0 };
    });
    return { ...service, used, answer };
  };

  for (const status of [200, 201, 400, 404, 429, 500, 503]) {
    it(`with a ${status} response is made once`, async () => {
      await using call = await called([status]);
      expect(call.used).to.deep.equal(['Bearer token-1']);
      expect(call.answer).to.deep.equal({ status });
    });
  }

  for (const first of [401, 403]) {
    for (const second of [201, 401, 403, 500]) {
      it(`with a ${first} response is repeated once with a new token, and returns ${second}`, async () => {
        await using call = await called([first, second]);
        expect(call.used).to.deep.equal(['Bearer token-1', 'Bearer token-2']);
        expect(call.answer).to.deep.equal({ status: second });
        expect(call.server.requests).to.have.lengthOf(2);
      });
    }
  }

  it('is not made without a token', async () => {
    await using service = await startTokens(() => respond(500, ''));
    let made = 0;
    await failureOf(withToken(service.tokens, async () => ({ status: (made += 1) })));
    expect(made).to.equal(0);
  });

  it('fails with its own error, and is not repeated', async () => {
    await using service = await startTokens();
    let made = 0;
    const broken = withToken(service.tokens, async () => {
      made += 1;
      throw new Error('broken');
    });
    expect(await broken.catch((error: Error) => error.message)).to.equal('broken');
    expect(made).to.equal(1);
  });
});
