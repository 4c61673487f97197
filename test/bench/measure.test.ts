import { expect } from 'chai';
import { describe, it } from 'mocha';
import { summarise, type Measurement, type Round } from '../../scripts/bench/measure.ts';

const measurement = (requestsPerSecond: number, rest: Partial<Measurement> = {}): Measurement => ({
  ...{ requests: requestsPerSecond, requestsPerSecond, p50: 1, p99: 2, processorTime: 10, databaseTime: null },
  ...rest,
});
const round = (reference: number, subject: number): Round => ({
  reference: measurement(reference),
  subject: measurement(subject),
});

describe('a row of rounds', () => {
  it('has the median of the ratios within rounds, not the ratio of medians', () => {
    // The machine was busy in the second round, for both sides.
    const row = summarise('version', [round(100, 50), round(10, 4), round(90, 27)]);
    expect(row.ratios).to.deep.equal([0.5, 0.4, 0.3]);
    expect(row.ratio).to.equal(0.4);
    expect(row.subject.requestsPerSecond / row.reference.requestsPerSecond).not.to.equal(row.ratio);
  });

  it('has the median of every figure', () => {
    const subjects = [
      measurement(1, { p50: 5, p99: 30, processorTime: 100, databaseTime: 7 }),
      measurement(3, { p50: 9, p99: 10, processorTime: 300, databaseTime: 9 }),
      measurement(2, { p50: 7, p99: 20, processorTime: 200, databaseTime: 8 }),
    ];
    const row = summarise(
      'blueprint',
      subjects.map((subject) => ({ reference: measurement(10), subject })),
    );
    expect(row.subject).to.deep.equal({
      ...{ requestsPerSecond: 2, p50: 7, p99: 20, processorTime: 200, databaseTime: 8 },
    });
  });

  it('has the ratio of processor times, too', () => {
    const rounds = [5, 20, 10].map((processorTime) => ({
      reference: measurement(10, { processorTime: 5 }),
      subject: measurement(1, { processorTime }),
    }));
    expect(summarise('version', rounds).processorRatio).to.equal(0.5);
  });

  it('has no processor time where the system tells none', () => {
    const subject = measurement(1, { processorTime: null });
    const { subject: figures, processorRatio } = summarise('version', [{ reference: measurement(1), subject }]);
    expect([figures.processorTime, processorRatio]).to.deep.equal([null, null]);
  });
});
