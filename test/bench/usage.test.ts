import { expect } from 'chai';
import { describe, it } from 'mocha';
import { familyOf, parseMemory, parseStat } from '../../scripts/bench/usage.ts';

/** /proc/PID/stat of a process, its name chosen to confuse. */
const stat = (name: string): string =>
  `4242 (${name}) S 17 4242 4242 0 -1 4194304 9000 50 3 0 250 130 40 20 20 0 11 0 90000 1200000000 55000 18446744073709551615`;

describe('what a process uses', () => {
  it('is its processor time and that of children that ended, in seconds', () => {
    expect(parseStat(stat('node'))).to.deep.equal({ parent: 17, processorTime: 4.4 });
  });

  it('is found behind any name', () => {
    expect(parseStat(stat('a) 1 2 (b'))).to.deep.equal({ parent: 17, processorTime: 4.4 });
  });

  it('is its memory now and at its peak, in bytes', () => {
    const status = 'Name:\tnode\nVmPeak:\t 1300000 kB\nVmHWM:\t  102400 kB\nVmRSS:\t   51200 kB\nThreads:\t11\n';
    expect(parseMemory(status)).to.deep.equal({ resident: 50 * 1024 * 1024, peak: 100 * 1024 * 1024 });
  });

  it('is that of everything it started, and of nothing else', () => {
    const parents = { 1: 0, 10: 1, 11: 10, 12: 10, 13: 11, 20: 1, 21: 20 };
    const processes = new Map(
      Object.entries(parents).map(([pid, parent]) => [Number(pid), { parent, processorTime: 0 }]),
    );
    expect(familyOf(10, processes).toSorted()).to.deep.equal([10, 11, 12, 13]);
    expect(familyOf(21, processes)).to.deep.equal([21]);
  });
});
