import { expect } from 'chai';
import { describe, it } from 'mocha';
import { watchMemory, type MemoryUse } from '../../src/observability/memory-watch.ts';

const LIMIT = 1_000;

/** A watch whose samples a test takes, of memory that the test sets. */
const createWatch = (container = true) => {
  const logged: object[] = [];
  const used = { heap: 0, container: 0 };
  const use = (bytes: number): MemoryUse => ({ limit: LIMIT, used: bytes });
  const watch = watchMemory({ error: (fields: object) => void logged.push(fields) }, 1, () => ({
    heap: use(used.heap),
    container: container ? use(used.container) : null,
  }));
  const sample = (kind: 'heap' | 'container', ...values: readonly number[]): void => {
    for (const value of values) {
      used[kind] = value;
      watch.sample();
    }
  };
  return { logged, sample, [Symbol.dispose]: () => watch[Symbol.dispose]() };
};

describe('memory that is nearly used up', () => {
  for (const kind of ['heap', 'container'] as const) {
    it(`is logged once, after two samples: ${kind}`, () => {
      using watch = createWatch();
      watch.sample(kind, 950);
      expect(watch.logged).to.deep.equal([]);
      watch.sample(kind, 960, 970, 980);
      expect(watch.logged).to.deep.equal([
        { event: 'process.memory_short', kind, used_bytes: 960, limit_bytes: LIMIT },
      ]);
    });
  }

  it('is logged again only after memory was freed', () => {
    using watch = createWatch();
    watch.sample('heap', 900, 900, 850, 900, 900);
    expect(watch.logged).to.have.length(1);
    watch.sample('heap', 790, 900, 900);
    expect(watch.logged).to.have.length(2);
  });

  it('is not logged of a single sample, or below nine tenths', () => {
    using watch = createWatch();
    watch.sample('heap', 899, 899, 950, 100, 950, 100);
    expect(watch.logged).to.deep.equal([]);
  });

  it('is not measured of a container without a limit', () => {
    using watch = createWatch(false);
    watch.sample('container', 5_000, 5_000);
    expect(watch.logged).to.deep.equal([]);
  });

  it('is not reported of this process', () => {
    const logged: object[] = [];
    const watch = watchMemory({ error: (fields: object) => void logged.push(fields) }, 1);
    watch.sample();
    watch.sample();
    watch[Symbol.dispose]();
    expect(logged).to.deep.equal([]);
  });
});
