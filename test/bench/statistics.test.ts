import { expect } from 'chai';
import { describe, it } from 'mocha';
import { change, median, medianKnown } from '../../scripts/bench/statistics.ts';

describe('statistics of rounds', () => {
  it('take the value in the middle, in whatever order they come', () => {
    expect(median([3, 100, 1])).to.equal(3);
    expect(median([7])).to.equal(7);
  });

  it('take the mean of the two in the middle of an even number', () => {
    expect(median([4, 1, 100, 2])).to.equal(3);
  });

  it('leave the values as they are', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).to.deep.equal([3, 1, 2]);
  });

  it('have no median of nothing', () => {
    expect(() => median([])).to.throw('no median');
  });

  it('pass over what is not known', () => {
    expect(medianKnown([null, 3, 1, null, 2])).to.equal(2);
    expect(medianKnown([null])).to.equal(null);
  });

  it('tell a change as a part of what was', () => {
    expect(change(100, 150)).to.equal(0.5);
    expect(change(100, 25)).to.equal(-0.75);
  });

  it('tell no change from nothing, or of what is not known', () => {
    expect([change(0, 1), change(null, 1), change(1, null)]).to.deep.equal([null, null, null]);
  });
});
