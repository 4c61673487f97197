import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LoadError, type Load, type LoadGenerator } from '../../scripts/bench/load.ts';
import {
  costBetween,
  isFailed,
  measureRounds,
  ratioBetween,
  summarise,
  type Measured,
  type Measurement,
  type Outcome,
  type Side,
} from '../../scripts/bench/measure.ts';
import type { Snapshot } from '../../scripts/bench/snapshot.ts';

const measurement = (requestsPerSecond: number, changed: Partial<Measurement> = {}): Measurement => ({
  ...{ requests: requestsPerSecond, requestsPerSecond, p50: 1, p99: 2, processorTime: 10, databaseTime: null },
  ...{ statements: null, commits: 0, wal: 0, calls: 0 },
  ...changed,
});

const snapshot = (changed: Partial<Snapshot> = {}): Snapshot => ({
  ...{ at: 0, service: 0, database: 0, statements: 0, commits: 0, wal: 0, calls: 0, unread: 0, active: 0 },
  ...changed,
});

const measured = (...ratios: readonly number[]): Measured =>
  summarise(
    ratios.map(() => measurement(1)),
    ratios.map((ratio) => measurement(ratio)),
  );

describe('the figures of a side', () => {
  it('have the median of the ratios within rounds, not the ratio of medians', () => {
    // The machine was busy in the second round, for both sides.
    const references = [100, 10, 90].map((rate) => measurement(rate));
    const { ratio, ratios } = summarise(
      references,
      [50, 4, 27].map((rate) => measurement(rate)),
    );
    expect(ratios).to.deep.equal([0.5, 0.4, 0.3]);
    expect(ratio).to.equal(0.4);
  });

  it('have the median of every figure', () => {
    const rounds = [1, 3, 2].map((value) =>
      measurement(value, {
        ...{ p50: value * 5, p99: value * 10, processorTime: value * 100, databaseTime: value * 7 },
        ...{ statements: value, commits: value * 2, wal: value * 1_000, calls: value * 3 },
      }),
    );
    expect(summarise(rounds, rounds).figures).to.deep.equal({
      ...{ requestsPerSecond: 2, p50: 10, p99: 20, processorTime: 200, databaseTime: 14 },
      ...{ statements: 2, commits: 4, wal: 2_000, calls: 6 },
    });
  });

  it('have no processor time where the system does not count it', () => {
    const rounds = [measurement(1, { processorTime: null })];
    expect(summarise(rounds, rounds).figures.processorTime).to.equal(null);
  });
});

describe('the cost of a request', () => {
  it('is what was counted between two moments, divided by the requests', () => {
    const after = { service: 0.2, database: 0.1, statements: 300, commits: 200, wal: 50_000, calls: 100 };
    expect(costBetween(snapshot(), snapshot(after), 100)).to.deep.equal({
      ...{ processorTime: 2_000, databaseTime: 1_000, statements: 3, commits: 2, wal: 500, calls: 1 },
    });
  });

  it('is not known where the system does not count', () => {
    const unknown = { service: null, database: null, statements: null };
    const cost = costBetween(snapshot(unknown), snapshot(unknown), 100);
    expect(cost).to.include({ processorTime: null, databaseTime: null, statements: null });
  });
});

describe('the ratio between two sides', () => {
  it('is the median of the ratios within rounds', () => {
    expect(ratioBetween(measured(0.5, 0.4, 0.9), measured(0.5, 0.2, 0.3))).to.equal(2);
  });

  it('is not known when one of them has no figures', () => {
    expect(ratioBetween(measured(0.5), { error: 'no response came' })).to.equal(null);
    expect(ratioBetween(measured(0.5), undefined)).to.equal(null);
  });
});

describe('the rounds of a row', () => {
  const settings = { rounds: 2, seconds: 1, connections: 4 };
  const { signal } = new AbortController();

  /** Sides with these names, and a record of the loads that they got. */
  const setUp = (names: readonly string[], respond: (name: string, load: number) => number) => {
    const record: string[] = [];
    const sides = names.map((name): Side => ({
      ...{ name, origin: () => name, file: '', next: () => null, ready: () => Promise.resolve() },
      ...{ count: () => Promise.resolve(snapshot()), rest: () => Promise.resolve(snapshot()) },
      recover: () => {
        record.push(`${name} recovers`);
        return Promise.resolve();
      },
    }));
    const load: LoadGenerator = (origin, { counter }) => {
      record.push(origin);
      counters.push(counter);
      const rate = respond(origin, record.filter((name) => name === origin).length);
      if (rate === 0) return Promise.reject(new LoadError('no response came'));
      return Promise.resolve<Load>({ requests: rate, requestsPerSecond: rate, p50: 1, p99: 1 });
    };
    const counters: number[] = [];
    return { sides, load, record, counters };
  };

  it('load the reference first, then every side, after a warm-up of each', async () => {
    const { sides, load, record, counters } = setUp(['bare', 'ours', 'peer'], (name) => (name === 'bare' ? 10 : 5));
    const outcomes = await measureRounds(load, sides, settings, signal);
    expect(record).to.deep.equal(Array<string[]>(3).fill(['bare', 'ours', 'peer']).flat());
    expect(outcomes.map((outcome: Outcome) => (isFailed(outcome) ? null : outcome.ratio))).to.deep.equal([1, 0.5, 0.5]);
    expect(new Set(counters).size).to.equal(9);
  });

  it('continue without a side that failed, until it recovers', async () => {
    const { sides, load, record } = setUp(['bare', 'ours', 'peer'], (name, count) =>
      name === 'peer' && count === 2 ? 0 : 5,
    );
    const outcomes = await measureRounds(load, sides, settings, signal);
    expect(outcomes[2]).to.deep.equal({ error: 'no response came' });
    expect(outcomes[1]).to.have.property('ratio', 1);
    expect(record.filter((name) => name.startsWith('peer'))).to.deep.equal(['peer', 'peer', 'peer recovers']);
  });

  it('are a failure when the reference fails', async () => {
    const { sides, load } = setUp(['bare', 'ours'], (name) => (name === 'bare' ? 0 : 5));
    const failure = await measureRounds(load, sides, settings, signal).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(LoadError);
  });
});
