import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createOverload, createDelayDetector } from '../../src/http/overload.ts';
import { shortageError } from '../../src/http/shortage-error.ts';
import { OrganizationUse } from '../../src/lib/organization-use.ts';

const UNLIMITED = { total: Infinity, perOrganization: Infinity };

const NO_CALLERS = {
  ...{ callers: () => 0, isHeavyCaller: () => true, connections: 10, requests: new OrganizationUse(UNLIMITED) },
};

describe('the event loop', () => {
  it('is late when it was over the limit twice in a row, until it no longer is', () => {
    const judge = createDelayDetector(100);
    const delays = [0, 101, 100, 101, 500, 101, 100, 101, 0];
    expect(delays.map(judge)).to.deep.equal([false, false, false, false, true, true, false, false, false]);
  });

  it('is as late as it was when nothing was measured', () => {
    const judge = createDelayDetector(100);
    expect([null, 200, null, 200, null, 0, null].map(judge)).to.deep.equal([
      ...[false, false, false],
      ...[true, true, false, false],
    ]);
  });

  it('is measured', async () => {
    using overload = createOverload({ eventLoopDelay: 10, databaseWaiting: 1 }, NO_CALLERS);
    expect(overload.eventLoop('1')).to.equal(false);
    while (!overload.eventLoop('1')) {
      const until = performance.now() + 100;
      while (performance.now() < until);
      await nextTurn();
    }
    while (overload.eventLoop('1')) await nextTurn();
  });

  it('is never late without a limit', async () => {
    using overload = createOverload({ eventLoopDelay: 0, databaseWaiting: 1 }, NO_CALLERS);
    expect(overload.eventLoop('1')).to.equal(false);
  });
});

describe('the database', () => {
  it('has too many callers when as many wait as may', () => {
    let callers = 0;
    using overload = createOverload(
      { eventLoopDelay: 0, databaseWaiting: 5 },
      { ...NO_CALLERS, callers: () => callers, isHeavyCaller: () => false },
    );
    const judged = [0, 10, 14, 15, 1000].map((number) => {
      callers = number;
      return overload.database('1');
    });
    expect(judged).to.deep.equal([false, false, false, true, true]);
  });
});

describe('the refusal of a request', () => {
  it('asks to come back in a few seconds, not all at the same time, and is counted', async () => {
    const { protection } = createMetrics({ processMetrics: false });
    const refusals = Array.from({ length: 200 }, () => shortageError(protection, 'database'));
    for (const { kind, retryAfter } of refusals) {
      expect(kind).to.equal('unavailable');
      expect(retryAfter).to.be.oneOf([1, 2, 3, 4, 5]);
    }
    expect(new Set(refusals.map(({ retryAfter }) => retryAfter))).to.have.property('size', 5);
    const { values } = await protection.shedRequests.get();
    expect(values).to.deep.equal([{ labels: { reason: 'database' }, value: 200 }]);
  });
});
