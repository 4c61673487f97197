import { mock } from 'node:test';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createGuard, type GuardSettings } from '../../src/upstream/guard.ts';
import type { CallLimits } from '../../src/config/index.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { capturedLogger, createClock, NO_LIMITS, refusalOf } from './support.ts';

const AWAY = { breakerFailures: 3, breakerDelay: 5000 };

/** A guard, and calls through it that end when and how a test says. */
const startGuard = (limits: Partial<CallLimits> = {}, settings: Partial<GuardSettings> = {}) => {
  const clock = createClock();
  const metrics = createMetrics({ processMetrics: false });
  const { log, captured } = capturedLogger();
  const guard = createGuard({
    ...{ service: 'composer', limits: { ...NO_LIMITS, ...limits }, metrics, log, now: clock.now },
    ...settings,
  });
  let made = 0;
  /** Makes a call that ends at once: with that status, or failing with that code. */
  const ends = (how: number | string, urgent = false) =>
    guard.run(async () => {
      made += 1;
      if (typeof how === 'number') return { status: how };
      throw Object.assign(new Error(how), { code: how });
    }, urgent);
  const fails = (how: number | string) => ends(how).catch(() => null);
  /** Makes a call that runs until it is ended. */
  const starts = (urgent = false) => {
    const started = { made: false, probe: false, ...Promise.withResolvers<{ status: number }>() };
    const answer = guard.run((probe) => {
      made += 1;
      Object.assign(started, { made: true, probe });
      return started.promise;
    }, urgent);
    answer.catch(() => null);
    return Object.assign(started, {
      answer,
      breaks: () => started.reject(Object.assign(new Error('broken'), { code: 'ETIMEDOUT' })),
    });
  };
  return {
    ...{ clock, captured, ends, fails, starts },
    /** Lets the service be taken for away. */
    goesAway: async (): Promise<void> => {
      for (let i = 0; i < AWAY.breakerFailures; i += 1) await fails('ECONNREFUSED');
    },
    /** How many calls were made in all. */
    made: () => made,
    /** Lines of the metrics page about what stands in front of the service. */
    page: async (): Promise<string> => (await metrics.page()).text,
  };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a call through a guard', () => {
  for (const status of [200, 404, 503]) {
    it(`has the answer of the service: ${status}`, async () => {
      expect(await startGuard().ends(status)).to.deep.equal({ status });
    });
  }

  it('fails as the call fails', async () => {
    const error = await startGuard()
      .ends('ECONNREFUSED')
      .catch((failure: unknown) => failure);
    expect(error).to.include({ message: 'ECONNREFUSED', code: 'ECONNREFUSED' });
  });
});

describe('a service that does not answer', () => {
  for (const how of [
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
    ...['ERR_HTTP_CONTENT_LENGTH_MISMATCH', 502, 503, 504],
  ]) {
    it(`three times in a row (${how}) is taken for away: it is not asked`, async () => {
      const guard = startGuard(AWAY);
      for (let i = 0; i < 3; i += 1) await guard.fails(how);
      expect(await refusalOf(guard.ends(200))).to.include({ service: 'composer', reason: 'breaker_open' });
      expect(guard.made()).to.equal(3);
    });
  }

  for (const how of [
    ...[200, 201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 501, 505],
    ...['not configured', 'answer too large', 'ERR_TOO_MANY_REDIRECTS', 'ERR_INVALID_CHAR', 'CERT_HAS_EXPIRED'],
  ]) {
    it(`well (${how}) is asked on: that may be about what one caller asks`, async () => {
      const guard = startGuard(AWAY);
      for (let i = 0; i < 20; i += 1) await guard.fails(how);
      expect(await guard.ends(200)).to.deep.equal({ status: 200 });
      expect(guard.made()).to.equal(21);
    });
  }

  for (const answer of [200, 404, 500]) {
    it(`is asked on when an answer comes in between (${answer})`, async () => {
      const guard = startGuard(AWAY);
      for (let i = 0; i < 5; i += 1) {
        await guard.fails('ECONNREFUSED');
        await guard.fails(503);
        await guard.fails(answer);
      }
      expect(guard.made()).to.equal(15);
    });
  }

  it('is asked for ever where the breaker is off', async () => {
    const guard = startGuard({ breakerFailures: 0 });
    for (let i = 0; i < 50; i += 1) await guard.fails('ECONNREFUSED');
    expect(await guard.ends(200)).to.deep.equal({ status: 200 });
  });

  it('is answered for in words, with the time after which it is tried again', async () => {
    const guard = startGuard(AWAY);
    await guard.goesAway();
    const refusal = await refusalOf(guard.ends(200));
    expect(refusal).to.include({
      ...{ kind: 'unavailable', message: 'composer is not available at the moment', retryAfter: 5 },
      effectUnknown: false,
    });
    guard.clock.pass(3.5);
    expect((await refusalOf(guard.ends(200))).retryAfter).to.equal(1.5);
  });

  it('is told to the operator, with what failed, and so is that it is back', async () => {
    const guard = startGuard(AWAY);
    await guard.goesAway();
    guard.clock.pass(5);
    await guard.ends(200);
    expect(guard.captured.lines.map(({ level, msg, service }) => ({ level, msg, service }))).to.deep.equal([
      { level: 'warn', msg: 'a service is away: it is not asked for a while', service: 'composer' },
      { level: 'info', msg: 'a service is back', service: 'composer' },
    ]);
    expect(guard.captured.lines[0])
      .to.deep.include({ seconds: 5 })
      .and.to.have.nested.property('err.code', 'ECONNREFUSED');
  });

  it('tells whoever wants to know when it is taken for away, and again when a probe fails', async () => {
    let told = 0;
    const guard = startGuard(AWAY, { onOpen: () => (told += 1) });
    await guard.goesAway();
    expect(told).to.equal(1);
    guard.clock.pass(5);
    await guard.fails(503);
    expect(told).to.equal(2);
  });
});

describe('a probe', () => {
  const startAway = async () => {
    const guard = startGuard(AWAY);
    await guard.goesAway();
    return guard;
  };

  it('is the first call after the time has passed, and no call before', async () => {
    const guard = await startAway();
    guard.clock.pass(4.999);
    await refusalOf(guard.ends(200));
    guard.clock.pass(0.001);
    const probe = guard.starts();
    expect([probe.made, probe.probe]).to.deep.equal([true, true]);
  });

  it('is alone: while it runs all others are refused at once', async () => {
    const guard = await startAway();
    guard.clock.pass(5);
    const probe = guard.starts();
    const others = await Promise.all(Array.from({ length: 20 }, () => refusalOf(guard.ends(200))));
    expect(new Set(others.map(({ reason, retryAfter }) => `${reason} ${retryAfter}`))).to.deep.equal(
      new Set(['breaker_open 1']),
    );
    expect(guard.made()).to.equal(4);
    probe.resolve({ status: 200 });
    expect(await probe.answer).to.deep.equal({ status: 200 });
  });

  for (const status of [200, 404, 500]) {
    it(`that is answered (${status}) brings the service back for all`, async () => {
      const guard = await startAway();
      guard.clock.pass(5);
      await guard.ends(status);
      const next = guard.starts();
      expect([next.made, next.probe]).to.deep.equal([true, false]);
      await Promise.all([guard.ends(200), guard.ends(200)]);
      // It takes as many failures as before.
      await guard.fails('ECONNREFUSED');
      await guard.fails('ECONNREFUSED');
      expect(await guard.ends(200)).to.deep.equal({ status: 200 });
    });
  }

  for (const how of ['ETIMEDOUT', 503]) {
    it(`that fails (${how}) is followed by another after the same time`, async () => {
      const guard = await startAway();
      for (let i = 0; i < 5; i += 1) {
        guard.clock.pass(5);
        await guard.fails(how);
        expect((await refusalOf(guard.ends(200))).retryAfter).to.equal(5);
      }
      expect(guard.made()).to.equal(3 + 5);
      guard.clock.pass(5);
      expect(await guard.ends(200)).to.deep.equal({ status: 200 });
    });
  }

  it('that fails late is followed by another after its failure, not after its beginning', async () => {
    const guard = await startAway();
    guard.clock.pass(5);
    const probe = guard.starts();
    guard.clock.pass(60);
    probe.breaks();
    await settled();
    expect((await refusalOf(guard.ends(200))).retryAfter).to.equal(5);
  });

  for (const [what, error] of [
    ['refused', { code: 'ECONNREFUSED', syscall: 'connect' }],
    ['refused, as the client tells it', { code: 'ECONNREFUSED', cause: { code: 'ECONNREFUSED', syscall: 'connect' } }],
    ['not found', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
  ] as const) {
    it(`whose connection is ${what} is told what all others are told: nothing was sent`, async () => {
      const guard = await startAway();
      guard.clock.pass(5);
      const probe = guard.starts();
      probe.reject(Object.assign(new Error('away'), error));
      expect(await refusalOf(probe.answer)).to.include({ reason: 'unreachable', retryAfter: 5 });
      expect(await refusalOf(guard.ends(200))).to.include({ reason: 'breaker_open', retryAfter: 5 });
    });
  }

  it('that may have been sent fails as the call fails', async () => {
    const guard = await startAway();
    guard.clock.pass(5);
    const probe = guard.starts();
    probe.reject(Object.assign(new Error('broken'), { code: 'ECONNRESET', syscall: 'read' }));
    expect(await probe.answer.catch((failure: unknown) => failure)).to.include({ code: 'ECONNRESET' });
  });

  it('is not disturbed by calls that began before the service was away', async () => {
    const guard = startGuard(AWAY);
    const old = Array.from({ length: 6 }, () => guard.starts());
    await guard.goesAway();
    guard.clock.pass(5);
    const probe = guard.starts();
    for (const call of old.slice(0, 3)) call.breaks();
    await settled();
    expect((await refusalOf(guard.ends(200))).retryAfter).to.equal(1);
    probe.resolve({ status: 200 });
    await settled();
    // Nor is its success: what began before says nothing about now.
    old[3]?.breaks();
    old[4]?.resolve({ status: 503 });
    old[5]?.breaks();
    await settled();
    expect(await guard.ends(200)).to.deep.equal({ status: 200 });
    // Whoever made them has got what came all the same.
    expect(await old[4]?.answer).to.deep.equal({ status: 503 });
    expect(await old[5]?.answer.catch((error: Error) => error.message)).to.equal('broken');
  });

  /** A guard whose service was away and is back, and calls that started before. */
  const startBack = async () => {
    const guard = startGuard(AWAY);
    const old = Array.from({ length: 3 }, () => guard.starts());
    await guard.goesAway();
    guard.clock.pass(5);
    await guard.ends(200);
    return { guard, old };
  };

  it('is followed by a count that the failures of earlier calls do not enter', async () => {
    const { guard, old } = await startBack();
    for (const call of old) call.resolve({ status: 503 });
    await settled();
    expect(await guard.ends(200)).to.deep.equal({ status: 200 });
  });

  it('is followed by a count that the success of an earlier call does not reset', async () => {
    const { guard, old } = await startBack();
    await guard.fails(503);
    await guard.fails(503);
    old[0]?.resolve({ status: 200 });
    await settled();
    await guard.fails(503);
    expect((await refusalOf(guard.ends(200))).retryAfter).to.equal(5);
  });
});

describe('calls to a service at the same time', () => {
  const BOUNDS = { concurrency: 2, queue: 3 };

  it('run up to a number, then wait, and beyond that are refused at once', async () => {
    const guard = startGuard(BOUNDS);
    const calls = Array.from({ length: 5 }, () => guard.starts());
    expect(calls.map(({ made }) => made)).to.deep.equal([true, true, false, false, false]);
    const refusal = await refusalOf(guard.ends(200));
    expect(refusal).to.include({
      ...{ kind: 'unavailable', reason: 'queue_full', retryAfter: 2, effectUnknown: false },
      message: 'too many requests wait for composer at the moment',
    });
    expect(guard.made()).to.equal(2);
  });

  it('have their turn in order, each when another has ended, however it ends', async () => {
    const guard = startGuard(BOUNDS);
    const calls = Array.from({ length: 5 }, () => guard.starts());
    const made = () => calls.map((call) => call.made);
    calls[1]?.resolve({ status: 200 });
    await settled();
    expect(made()).to.deep.equal([true, true, true, false, false]);
    calls[0]?.breaks();
    await settled();
    expect(made()).to.deep.equal([true, true, true, true, false]);
    calls[2]?.resolve({ status: 500 });
    await settled();
    expect(made()).to.deep.equal([true, true, true, true, true]);
    for (const call of calls) call.resolve({ status: 201 });
    expect(await calls[4]?.answer).to.deep.equal({ status: 201 });
  });

  it('are as many again once the flood is over', async () => {
    const guard = startGuard(BOUNDS);
    for (let round = 0; round < 3; round += 1) {
      const calls = Array.from({ length: 5 }, () => guard.starts());
      await refusalOf(guard.ends(200));
      for (const call of calls) call.resolve({ status: 200 });
      await Promise.all(calls.map(({ answer }) => answer));
    }
    expect(guard.made()).to.equal(15);
  });

  it('do not wait at all where nobody may wait', async () => {
    const guard = startGuard({ concurrency: 1, queue: 0 });
    const running = guard.starts();
    expect((await refusalOf(guard.ends(200))).reason).to.equal('queue_full');
    running.resolve({ status: 200 });
    await running.answer;
    expect(await guard.ends(200)).to.deep.equal({ status: 200 });
  });

  it('that wait are refused and never made when the service is taken for away meanwhile', async () => {
    const guard = startGuard({ ...BOUNDS, ...AWAY, breakerFailures: 2 });
    const calls = Array.from({ length: 5 }, () => guard.starts());
    calls[0]?.breaks();
    calls[1]?.breaks();
    // The first two of those that waited were let go before the second failure was known, or after it: never the last.
    const last = await refusalOf(calls[4]?.answer as Promise<unknown>);
    expect(last.reason).to.equal('breaker_open');
    expect(calls[4]?.made).to.equal(false);
  });

  it('are refused because the service is away, not because many wait', async () => {
    const guard = startGuard({ ...BOUNDS, ...AWAY });
    const calls = [guard.starts(), guard.starts()];
    const urgent = Array.from({ length: 3 }, () => guard.starts(true));
    for (const call of urgent) call.breaks();
    await settled();
    expect((await refusalOf(guard.ends(200))).reason).to.equal('breaker_open');
    for (const call of calls) call.resolve({ status: 200 });
  });

  describe('that wait too long', () => {
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
    afterEach(() => mock.timers.reset());

    it('are refused, and never made', async () => {
      const guard = startGuard(BOUNDS, { patience: 1000 });
      const running = [guard.starts(), guard.starts()];
      const waiting = guard.starts();
      mock.timers.tick(1000);
      expect(await refusalOf(waiting.answer)).to.include({ reason: 'queue_timeout', retryAfter: 2 });
      for (const call of running) call.resolve({ status: 200 });
      await settled();
      expect(waiting.made).to.equal(false);
      expect(await guard.ends(200)).to.deep.equal({ status: 200 });
    });

    it('are others than those that had their turn in time and run long', async () => {
      const guard = startGuard(BOUNDS, { patience: 1000 });
      const running = [guard.starts(), guard.starts()];
      const waiting = guard.starts();
      mock.timers.tick(999);
      running[0]?.resolve({ status: 200 });
      await settled();
      mock.timers.tick(60_000);
      waiting.resolve({ status: 201 });
      expect(await waiting.answer).to.deep.equal({ status: 201 });
    });
  });

  it('that are urgent do not wait', async () => {
    const guard = startGuard({ concurrency: 1, queue: 0 });
    const running = guard.starts();
    expect(await guard.ends(200, true)).to.deep.equal({ status: 200 });
    running.resolve({ status: 200 });
  });

  it('are not made when the service is away, urgent or not', async () => {
    const guard = startGuard(AWAY);
    await guard.goesAway();
    expect((await refusalOf(guard.ends(200, true))).reason).to.equal('breaker_open');
  });
});

describe('what metrics tell of a service', () => {
  const breaker = (state: string) =>
    ['closed', 'half_open', 'open'].map(
      (name) => `imagebuilder_upstream_breaker_state{service="composer",state="${name}"} ${name === state ? 1 : 0}`,
    );

  it('is whether it is taken for away', async () => {
    const guard = startGuard(AWAY);
    for (const line of breaker('closed')) expect(await guard.page()).to.include(line);
    await guard.goesAway();
    for (const line of breaker('open')) expect(await guard.page()).to.include(line);
    guard.clock.pass(5);
    const probe = guard.starts();
    for (const line of breaker('half_open')) expect(await guard.page()).to.include(line);
    probe.resolve({ status: 200 });
    await probe.answer;
    for (const line of breaker('closed')) expect(await guard.page()).to.include(line);
    expect(await guard.page()).to.include('imagebuilder_upstream_breaker_opened_total{service="composer"} 1');
  });

  it('is nothing about a breaker that is off', async () => {
    expect(await startGuard({ breakerFailures: 0 }).page()).to.not.include('breaker_state{');
  });

  it('is how many calls run, wait and were refused', async () => {
    const guard = startGuard({ concurrency: 2, queue: 3 });
    const calls = Array.from({ length: 5 }, () => guard.starts());
    for (let i = 0; i < 4; i += 1) await refusalOf(guard.ends(200));
    for (const line of [
      'imagebuilder_upstream_calls{service="composer",state="running"} 2',
      'imagebuilder_upstream_calls{service="composer",state="waiting"} 3',
      'imagebuilder_upstream_calls_max{service="composer"} 2',
      'imagebuilder_upstream_refused_total{service="composer",reason="queue_full"} 4',
    ]) {
      expect(await guard.page()).to.include(line);
    }
    for (const call of calls) call.resolve({ status: 200 });
    await Promise.all(calls.map(({ answer }) => answer));
    for (const state of ['running', 'waiting']) {
      expect(await guard.page()).to.include(`imagebuilder_upstream_calls{service="composer",state="${state}"} 0`);
    }
  });

  it('is how many calls were not made because it was away, or because the wait was too long', async () => {
    const guard = startGuard({ ...AWAY, concurrency: 1, queue: 1 }, { patience: 1 });
    const running = guard.starts();
    await refusalOf(guard.starts().answer);
    running.resolve({ status: 200 });
    await running.answer;
    await guard.goesAway();
    await refusalOf(guard.ends(200));
    for (const reason of ['queue_timeout', 'breaker_open']) {
      const line = `imagebuilder_upstream_refused_total{service="composer",reason="${reason}"} 1`;
      expect(await guard.page()).to.include(line);
    }
  });
});
