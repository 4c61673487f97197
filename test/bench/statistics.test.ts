import { expect } from 'chai';
import { describe, it } from 'mocha';
import { change, median, medianKnown } from '../../scripts/bench/statistics.ts';

describe('statistics of rounds', () => {
  it('have the middle value as median, independent of the order', () => {
    expect(median([3, 100, 1])).to.equal(3);
    expect(median([7])).to.equal(7);
  });

  it('have the mean of the two middle values as median of an even number', () => {
    expect(median([4, 1, 100, 2])).to.equal(3);
  });

  it('do not change the values', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).to.deep.equal([3, 1, 2]);
  });

  it('have no median without values', () => {
    expect(() => median([])).to.throw('no median');
  });

  it('skip unknown values', () => {
    expect(medianKnown([null, 3, 1, null, 2])).to.equal(2);
    expect(medianKnown([null])).to.equal(null);
  });

  it('express a change as a share of the first value', () => {
    expect(change(100, 150)).to.equal(0.5);
    expect(change(100, 25)).to.equal(-0.75);
  });

  it('have no change from zero, or of an unknown value', () => {
    expect([change(0, 1), change(null, 1), change(1, null)]).to.deep.equal([null, null, null]);
  });
});
