import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  ComposeFailed,
  ComposeTimeout,
  createImageBuilder,
  ImageBuilderError,
  waitForCompose,
  type ComposeStatus,
  type WaitOptions,
} from '../../packages/client/src/index.ts';
import { composeWaiter } from '../../packages/client/src/wait-for-compose.ts';
import { createFakeClock, type FakeClock } from './clock.ts';
import { build, json, refused, startScriptedServer, type Act, type ScriptedServer } from './scripted-server.ts';

const ID = 'c2f4b6a8-0d1e-4f3a-8b5c-7d9e1f2a3b4c';

const wait = (
  { url }: Pick<ScriptedServer, 'url'>,
  options: WaitOptions = {},
  clock: FakeClock = createFakeClock(),
): Promise<ComposeStatus> => composeWaiter(clock)(createImageBuilder({ baseUrl: url }), ID, options);

/** What a promise is rejected with. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error,
  );

/** Pauses between the polls of a wait for a compose that succeeds after the scripted responses. */
const pausesOf = async (acts: readonly Act[], options: WaitOptions = {}, chance = 0): Promise<readonly number[]> => {
  await using server = await startScriptedServer(...acts, build('success'));
  const clock = createFakeClock(chance);
  await wait(server, options, clock);
  return clock.pauses;
};

const many = (count: number, act: Act): readonly Act[] => Array.from({ length: count }, () => act);

describe('waitForCompose', () => {
  it('polls at once, and returns the status of a successful compose', async () => {
    await using server = await startScriptedServer(build('success', { upload_status: { status: 'success' } }));
    const clock = createFakeClock();
    const { image_status } = await wait(server, {}, clock);
    expect(image_status).to.deep.equal({ status: 'success', upload_status: { status: 'success' } });
    expect(server.requests).to.deep.equal([`GET /composes/${ID}`]);
    expect(clock.pauses).to.deep.equal([]);
  });

  it('polls until the compose completes, and reports every status', async () => {
    await using server = await startScriptedServer(
      ...['pending', 'building', 'uploading', 'registering', 'success'].map((status) => build(status)),
    );
    const statuses: string[] = [];
    await wait(server, { onStatus: ({ image_status }) => statuses.push(image_status.status) });
    expect(statuses).to.deep.equal(['pending', 'building', 'uploading', 'registering', 'success']);
    expect(server.requests).to.have.length(5);
  });

  it('throws the reason of a failed compose', async () => {
    const error = { id: 22, reason: 'Error depsolving packages', details: 'missing packages: ngnix' };
    await using server = await startScriptedServer(build('building'), build('failure', { error }));
    const failure = (await rejection(wait(server))) as ComposeFailed;
    expect(failure).to.be.instanceOf(ComposeFailed);
    expect(failure.message).to.equal('Error depsolving packages');
    expect(failure.composeId).to.equal(ID);
    expect(failure.status.image_status.error).to.deep.equal(error);
  });

  it('works with the system clock', async () => {
    await using server = await startScriptedServer(build('building'), build('success'));
    const api = createImageBuilder({ baseUrl: server.url });
    const { image_status } = await waitForCompose(api, ID, { firstPause: 1, events: false });
    expect(image_status.status).to.equal('success');
    expect(server.requests).to.have.length(2);
  });

  describe('pauses', () => {
    it('grow by half, up to the longest', async () => {
      const pauses = await pausesOf(many(9, build('building')));
      expect(pauses).to.deep.equal([2000, 3000, 4500, 6750, 10125, 15187.5, 22781.25, 30000, 30000]);
    });

    it('have the configured lengths', async () => {
      const pauses = await pausesOf(many(4, build('building')), { firstPause: 100, longestPause: 200 });
      expect(pauses).to.deep.equal([100, 150, 200, 200]);
    });

    it('have jitter, of half their length at most', async () => {
      expect(await pausesOf(many(2, build('building')), {}, 0.5)).to.deep.equal([1500, 2250]);
      expect(await pausesOf(many(2, build('building')), {}, 1)).to.deep.equal([1000, 1500]);
    });

    for (const status of [429, 503]) {
      it(`are at least as long as Retry-After requires with ${status}`, async () => {
        const busy = refused(status, 'later', { 'retry-after': '60' });
        expect(await pausesOf([busy])).to.deep.equal([60_000]);
        // Every client received the same value.
        expect(await pausesOf([busy], {}, 0.5)).to.deep.equal([61_000]);
        expect(await pausesOf([refused(status, 'later', { 'retry-after': '1' })])).to.deep.equal([2000]);
      });
    }

    it('last until the date that Retry-After names', async () => {
      const later = new Date(createFakeClock().now() + 90_000).toUTCString();
      expect(await pausesOf([refused(503, 'later', { 'retry-after': later })])).to.deep.equal([90_000]);
    });

    for (const value of ['soon', '-5', new Date(0).toUTCString()]) {
      it(`are the usual ones when Retry-After is ${value}`, async () => {
        expect(await pausesOf([refused(503, 'later', { 'retry-after': value })])).to.deep.equal([2000]);
      });
    }

    it('are at least as long as Retry-After requires with a status, too', async () => {
      const status = { image_status: { status: 'building' }, request: {} };
      expect(await pausesOf([json(200, status, { 'retry-after': '20' })])).to.deep.equal([20_000]);
    });
  });

  describe('failures', () => {
    const passing: Record<string, Act> = {
      'an error of the service': refused(500, 'Internal Server Error'),
      'an error of a gateway': { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
      'a request that did not arrive in time': refused(408, 'the request did not arrive in time'),
      'a broken connection': 'break the connection',
      'an answer that is no JSON': { status: 200, headers: { 'content-type': 'application/json' }, body: '{' },
    };
    for (const [what, act] of Object.entries(passing)) {
      it(`are retried after ${what}`, async () => {
        await using server = await startScriptedServer(build('building'), act, build('success'));
        expect((await wait(server)).image_status.status).to.equal('success');
        expect(server.requests).to.have.length(3);
      });
    }

    it('end the wait after the configured number in a row, with the last one', async () => {
      await using server = await startScriptedServer(
        refused(500, 'first'),
        refused(500, 'second'),
        refused(500, 'third'),
      );
      const error = (await rejection(wait(server, { failures: 3 }))) as ImageBuilderError;
      expect(error).to.be.instanceOf(ImageBuilderError);
      expect(error.message).to.equal('500: third');
      expect(server.requests).to.have.length(3);
    });

    it('are counted from zero after a response', async () => {
      const acts = [refused(500, 'x'), build('building'), refused(500, 'x'), build('success')];
      await using server = await startScriptedServer(...acts);
      expect((await wait(server, { failures: 2 })).image_status.status).to.equal('success');
    });

    for (const status of [400, 401, 403, 404]) {
      it(`are not retried with status ${status}`, async () => {
        await using server = await startScriptedServer(
          refused(status, 'compose entry not found', { 'x-strc-trace-id': 'qWkzLbTnYdRxPcE' }),
        );
        const error = (await rejection(wait(server))) as ImageBuilderError;
        expect(error).to.be.instanceOf(ImageBuilderError);
        expect(error.status).to.equal(status);
        expect(error.errors).to.deep.equal([{ title: String(status), detail: 'compose entry not found' }]);
        expect(error.traceId).to.equal('qWkzLbTnYdRxPcE');
        expect(server.requests).to.have.length(1);
      });
    }
  });

  describe('the time limit', () => {
    it('ends a pause, and reports the last status', async () => {
      await using server = await startScriptedServer(build('building'));
      const clock = createFakeClock();
      const error = (await rejection(wait(server, { timeLimit: 10_000 }, clock))) as ComposeTimeout;
      expect(error).to.be.instanceOf(ComposeTimeout);
      expect(error.status?.image_status.status).to.equal('building');
      expect(error.message).to.include('building');
      // 2, 3, 4.5 seconds, and the fourth pause is cut short.
      expect(server.requests).to.have.length(4);
    });

    it('ends a request without response', async () => {
      await using server = await startScriptedServer('say nothing');
      const clock = createFakeClock();
      const waiting = rejection(wait(server, { timeLimit: 10_000 }, clock));
      await server.requested(1);
      clock.advance(10_000);
      const error = (await waiting) as ComposeTimeout;
      expect(error).to.be.instanceOf(ComposeTimeout);
      expect(error.status).to.equal(null);
    });
  });

  describe('an abort', () => {
    const reason = new Error('no longer wanted');

    it('before the call prevents every poll', async () => {
      await using server = await startScriptedServer(build('success'));
      expect(await rejection(wait(server, { signal: AbortSignal.abort(reason) }))).to.equal(reason);
      expect(server.requests).to.deep.equal([]);
    });

    it('ends a pause', async () => {
      await using server = await startScriptedServer(build('building'));
      const abort = new AbortController();
      const onStatus = (): void => abort.abort(reason);
      expect(await rejection(wait(server, { signal: abort.signal, onStatus }))).to.equal(reason);
      expect(server.requests).to.have.length(1);
    });

    it('ends a request without response', async () => {
      await using server = await startScriptedServer('say nothing');
      const abort = new AbortController();
      const waiting = rejection(wait(server, { signal: abort.signal }));
      await server.requested(1);
      abort.abort(reason);
      expect(await waiting).to.equal(reason);
    });

    it('ends a pause of the system clock', async () => {
      await using server = await startScriptedServer(build('building'));
      const abort = new AbortController();
      const api = createImageBuilder({ baseUrl: server.url });
      const onStatus = (): void => void setImmediate(() => abort.abort(reason));
      expect(await rejection(waitForCompose(api, ID, { signal: abort.signal, onStatus }))).to.equal(reason);
    });
  });

  for (const [how, last] of Object.entries({ success: build('success'), refusal: refused(404, 'gone') })) {
    it(`leaves neither timer nor listener behind when it ends with a ${how}`, async () => {
      await using server = await startScriptedServer(build('building'), last);
      const clock = createFakeClock();
      const { signal } = new AbortController();
      await wait(server, { signal }, clock).catch(() => {});
      expect(server.requests).to.have.length(2);
      expect(clock.pending()).to.equal(0);
      expect(getEventListeners(signal, 'abort')).to.have.length(0);
    });
  }
});
