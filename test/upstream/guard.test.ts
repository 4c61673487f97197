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
  const starts = (urgent = false, orgId: string | null = null) => {
    const started = { made: false, probe: false, ...Promise.withResolvers<{ status: number }>() };
    const answer = guard.run(
      (probe) => {
        made += 1;
        Object.assign(started, { made: true, probe });
        return started.promise;
      },
      urgent,
      orgId,
    );
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
    it(`returns the response of the service: ${status}`, async () => {
      expect(await startGuard().ends(status)).to.deep.equal({ status });
    });
  }

  it('fails with the error of the call', async () => {
    const error = await startGuard()
      .ends('ECONNREFUSED')
      .catch((failure: unknown) => failure);
    expect(error).to.include({ message: 'ECONNREFUSED', code: 'ECONNREFUSED' });
  });
});

describe('the circuit breaker of a service', () => {
  for (const how of [
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
    ...['ERR_HTTP_CONTENT_LENGTH_MISMATCH', 502, 503, 504],
  ]) {
    it(`opens after three failures in a row (${how}), and rejects calls`, async () => {
      const guard = startGuard(AWAY);
      for (let i = 0; i < 3; i += 1) await guard.fails(how);
      expect(await refusalOf(guard.ends(200))).to.include({ service: 'composer', reason: 'breaker_open' });
      expect(guard.made()).to.equal(3);
    });
  }

  for (const how of [
    ...[200, 201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 501, 505],
    ...['not configured', 'response too large', 'ERR_TOO_MANY_REDIRECTS', 'ERR_INVALID_CHAR', 'CERT_HAS_EXPIRED'],
  ]) {
    it(`stays closed for errors that may be about one request (${how})`, async () => {
      const guard = startGuard(AWAY);
      for (let i = 0; i < 20; i += 1) await guard.fails(how);
      expect(await guard.ends(200)).to.deep.equal({ status: 200 });
      expect(guard.made()).to.equal(21);
    });
  }

  for (const answer of [200, 404, 500]) {
    it(`stays closed if a response comes in between (${answer})`, async () => {
      const guard = startGuard(AWAY);
      for (let i = 0; i < 5; i += 1) {
        await guard.fails('ECONNREFUSED');
        await guard.fails(503);
        await guard.fails(answer);
      }
      expect(guard.made()).to.equal(15);
    });
  }

  it('never opens if it is disabled', async () => {
    const guard = startGuard({ breakerFailures: 0 });
    for (let i = 0; i < 50; i += 1) await guard.fails('ECONNREFUSED');
    expect(await guard.ends(200)).to.deep.equal({ status: 200 });
  });

  it('rejects calls with a public text and the seconds until the next probe', async () => {
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

  it('logs that it opens, with the error, and that it closes', async () => {
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

  it('calls `onOpen` when it opens, and again when a probe fails', async () => {
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

  it('is the only call: while it runs all others are rejected', async () => {
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
    it(`with a ${status} response closes the circuit breaker`, async () => {
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

  it('that fails late is followed by another after the delay, which starts at its failure', async () => {
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
    it(`whose connection is ${what} is rejected like other calls, since nothing was sent`, async () => {
      const guard = await startAway();
      guard.clock.pass(5);
      const probe = guard.starts();
      probe.reject(Object.assign(new Error('away'), error));
      expect(await refusalOf(probe.answer)).to.include({ reason: 'unreachable', retryAfter: 5 });
      expect(await refusalOf(guard.ends(200))).to.include({ reason: 'breaker_open', retryAfter: 5 });
    });
  }

  it('that may have been sent fails with the error of the call', async () => {
    const guard = await startAway();
    guard.clock.pass(5);
    const probe = guard.starts();
    probe.reject(Object.assign(new Error('broken'), { code: 'ECONNRESET', syscall: 'read' }));
    expect(await probe.answer.catch((failure: unknown) => failure)).to.include({ code: 'ECONNRESET' });
  });

  it('is not affected by calls that started before the circuit breaker opened', async () => {
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
    // Their callers still received the results.
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

  it('run up to a limit, then are queued, and then are rejected', async () => {
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

  it('leave the queue in order, each when another call completes or fails', async () => {
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

  it('have all slots again once the burst is over', async () => {
    const guard = startGuard(BOUNDS);
    for (let round = 0; round < 3; round += 1) {
      const calls = Array.from({ length: 5 }, () => guard.starts());
      await refusalOf(guard.ends(200));
      for (const call of calls) call.resolve({ status: 200 });
      await Promise.all(calls.map(({ answer }) => answer));
    }
    expect(guard.made()).to.equal(15);
  });

  it('are not queued if the queue has no room', async () => {
    const guard = startGuard({ concurrency: 1, queue: 0 });
    const running = guard.starts();
    expect((await refusalOf(guard.ends(200))).reason).to.equal('queue_full');
    running.resolve({ status: 200 });
    await running.answer;
    expect(await guard.ends(200)).to.deep.equal({ status: 200 });
  });

  it('in the queue are rejected if the circuit breaker opens', async () => {
    const guard = startGuard({ ...BOUNDS, ...AWAY, breakerFailures: 2 });
    const calls = Array.from({ length: 5 }, () => guard.starts());
    calls[0]?.breaks();
    calls[1]?.breaks();
    // The first two of those that waited were let go before the second failure was known, or after it: never the last.
    const last = await refusalOf(calls[4]?.answer as Promise<unknown>);
    expect(last.reason).to.equal('breaker_open');
    expect(calls[4]?.made).to.equal(false);
  });

  it('are rejected because of the circuit breaker before the full queue', async () => {
    const guard = startGuard({ ...BOUNDS, ...AWAY });
    const calls = [guard.starts(), guard.starts()];
    const urgent = Array.from({ length: 3 }, () => guard.starts(true));
    for (const call of urgent) call.breaks();
    await settled();
    expect((await refusalOf(guard.ends(200))).reason).to.equal('breaker_open');
    for (const call of calls) call.resolve({ status: 200 });
  });

  describe('that exceed the queue timeout', () => {
    beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
    afterEach(() => mock.timers.reset());

    it('are rejected, and never made', async () => {
      const guard = startGuard(BOUNDS, { queueTimeout: 1000 });
      const running = [guard.starts(), guard.starts()];
      const waiting = guard.starts();
      mock.timers.tick(1000);
      expect(await refusalOf(waiting.answer)).to.include({ reason: 'queue_timeout', retryAfter: 2 });
      for (const call of running) call.resolve({ status: 200 });
      await settled();
      expect(waiting.made).to.equal(false);
      expect(await guard.ends(200)).to.deep.equal({ status: 200 });
    });

    it('do not include running calls', async () => {
      const guard = startGuard(BOUNDS, { queueTimeout: 1000 });
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

  it('use half of the slots for one organization, and leave the rest to the others', async () => {
    const guard = startGuard({ concurrency: 4, queue: 4 });
    const many = Array.from({ length: 4 }, () => guard.starts(false, 'many'));
    const few = guard.starts(false, 'few');
    expect([...many, few].map(({ made }) => made)).to.deep.equal([true, true, false, false, true]);
    expect(await refusalOf(guard.starts(false, 'many').answer)).to.include({
      ...{ kind: 'unavailable', reason: 'organization_limit', retryAfter: 2, effectUnknown: false },
      message: 'too many requests of the organization wait for composer at the moment',
    });
    few.resolve({ status: 200 });
    await settled();
    expect(many.map(({ made }) => made)).to.deep.equal([true, true, false, false]);
    many[0]?.resolve({ status: 200 });
    await settled();
    expect(many.map(({ made }) => made)).to.deep.equal([true, true, true, false]);
  });

  it('that are urgent bypass the queue', async () => {
    const guard = startGuard({ concurrency: 1, queue: 0 });
    const running = guard.starts();
    expect(await guard.ends(200, true)).to.deep.equal({ status: 200 });
    running.resolve({ status: 200 });
  });

  it('are rejected while the circuit breaker is open, urgent or not', async () => {
    const guard = startGuard(AWAY);
    await guard.goesAway();
    expect((await refusalOf(guard.ends(200, true))).reason).to.equal('breaker_open');
  });
});

describe('the metrics of a guard', () => {
  const breaker = (state: string) =>
    ['closed', 'half_open', 'open'].map(
      (name) => `imagebuilder_upstream_breaker_state{service="composer",state="${name}"} ${name === state ? 1 : 0}`,
    );

  it('show the state of the circuit breaker', async () => {
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

  it('show nothing of a disabled circuit breaker', async () => {
    expect(await startGuard({ breakerFailures: 0 }).page()).to.not.include('breaker_state{');
  });

  it('count calls that run, are queued and were rejected', async () => {
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

  it('count calls that were rejected by the circuit breaker or by the queue timeout', async () => {
    const guard = startGuard({ ...AWAY, concurrency: 1, queue: 1 }, { queueTimeout: 1 });
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
