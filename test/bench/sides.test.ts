import { expect } from 'chai';
import { describe, it } from 'mocha';
import { inParts } from '../../scripts/bench/sides.ts';

describe('requests that are sent once each', () => {
  it('are other ones in every load, and the last of all is in none', () => {
    const next = inParts(101, 4);
    expect([next(), next(), next(), next()]).to.deep.equal([
      ...[
        { from: 0, to: 25 },
        { from: 25, to: 50 },
        { from: 50, to: 75 },
        { from: 75, to: 100 },
      ],
    ]);
  });
});
