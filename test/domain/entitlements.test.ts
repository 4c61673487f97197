import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createEntitlements } from '../../src/domain/entitlements.ts';
import { readConfig } from '../../src/config/index.ts';
import type { Database } from '../../src/db/index.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { captureLog } from '../support/logs.ts';

interface Recorded {
  readonly orgId: string;
  readonly entitled: boolean;
}

/** An observer with a database that records statements, or fails. */
const setUp = (fails = false) => {
  const statements: Recorded[][] = [];
  const recordEntitlements = async (seen: readonly (Recorded & { age: number })[]) => {
    if (fails) throw new Error('no database');
    for (const { age } of seen) expect(age).to.be.within(0, 60);
    statements.push(seen.map(({ orgId, entitled }) => ({ orgId, entitled })));
    return [];
  };
  const log = captureLog();
  const db = { schedules: { recordEntitlements } } as unknown as Pick<Database, 'schedules'>;
  return {
    entitlements: createEntitlements(db, createLogger(readConfig({ LOG_LEVEL: 'debug' }), log)),
    statements,
    log,
  };
};

describe('the observer of entitlements', () => {
  it('records several organizations by one statement, each with its last entitlement', async () => {
    const { entitlements, statements } = setUp();
    entitlements.observe({ orgId: 'a', entitled: true });
    entitlements.observe({ orgId: 'b', entitled: true });
    entitlements.observe({ orgId: 'a', entitled: false });
    await entitlements.record();
    expect(statements).to.deep.equal([
      [
        { orgId: 'a', entitled: false },
        { orgId: 'b', entitled: true },
      ],
    ]);
  });

  it('knows what it has observed, so that requests that show it again do nothing', async () => {
    const { entitlements, statements } = setUp();
    expect(entitlements.known.get('a')).to.equal(undefined);
    entitlements.observe({ orgId: 'a', entitled: true });
    expect(entitlements.known.get('a')).to.equal(true);
    await entitlements.record();
    await entitlements.record();
    expect(statements).to.have.length(1);
  });

  it('observes again what could not be recorded', async () => {
    const { entitlements, log } = setUp(true);
    entitlements.observe({ orgId: 'a', entitled: true });
    await entitlements.record();
    expect(entitlements.known.get('a')).to.equal(undefined);
    expect(log.lines.map(({ event }) => event)).to.deep.equal(['schedule.entitlements_store_failed']);
  });

  it('records nothing after its end', async () => {
    const { entitlements, statements } = setUp();
    entitlements.observe({ orgId: 'a', entitled: true });
    entitlements[Symbol.dispose]();
    await entitlements.record();
    expect(statements).to.deep.equal([]);
  });
});
