import { expect } from 'chai';
import { describe, it } from 'mocha';
import { summariseProfile, type CpuProfile } from '../../scripts/bench/profile.ts';

const node = (id: number, functionName: string, url = '', lineNumber = 0): CpuProfile['nodes'][number] => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

/** One node for each sample; samples are 100 µs apart. */
const profile = (...nodes: readonly CpuProfile['nodes'][number][]): CpuProfile => ({
  nodes,
  samples: nodes.map(({ id }) => id),
  timeDeltas: nodes.map(() => 100),
});

describe('the summary of a profile', () => {
  it('counts busy time only', () => {
    const { functions } = summariseProfile(
      profile(node(1, '(idle)'), node(2, 'run', 'file:///app/src/http/pipeline.ts')),
    );
    expect(functions).to.deep.equal([{ what: 'run pipeline.ts:1', part: 1 }]);
  });

  it('puts what costs most first', () => {
    const { functions } = summariseProfile({
      ...profile(node(1, 'a'), node(2, 'b')),
      ...{ samples: [1, 2, 2, 2], timeDeltas: [100, 100, 100, 100] },
    });
    expect(functions).to.deep.equal([
      { what: 'b', part: 0.75 },
      { what: 'a', part: 0.25 },
    ]);
  });

  it('adds up functions by where they come from', () => {
    const { places } = summariseProfile(
      profile(
        node(1, 'a', 'file:///app/src/http/pipeline.ts'),
        node(2, 'b', 'file:///app/src/http/json.ts'),
        node(3, 'c', 'file:///app/node_modules/@slonik/sql-tag/dist/x.js'),
        node(4, 'd', 'file:///app/node_modules/a/node_modules/pino/lib/tools.js'),
        node(5, 'e', 'node:internal/streams/writable'),
        node(6, '(garbage collector)'),
        node(7, 'writev'),
        node(8, 'main', 'file:///app/src/main.ts'),
      ),
    );
    expect(Object.fromEntries(places.map(({ what, part }) => [what, part]))).to.deep.equal({
      'src/http': 0.25,
      '@slonik/sql-tag': 0.125,
      pino: 0.125,
      'node:internal/streams': 0.125,
      '(garbage collector)': 0.125,
      'native and compiled code': 0.125,
      'src/main.ts': 0.125,
    });
  });
});
