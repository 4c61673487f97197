import { expect } from 'chai';
import { describe, it } from 'mocha';
import { nextRecheck, RECHECK } from '../../../src/domain/events/reader.ts';

describe('the pauses between reads of the safe id', () => {
  it('double up to the longest', () => {
    const pauses = [RECHECK.shortest as number];
    while (pauses.length < 8) pauses.push(nextRecheck(pauses.at(-1) ?? 0));
    expect(pauses).to.deep.equal([20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  });
});
