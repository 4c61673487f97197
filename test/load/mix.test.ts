import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MIX, planArrivals, type MixEntry } from '../../scripts/load/mix.ts';
import { possibleEntries } from '../../scripts/load/run.ts';
import { tally } from '../../scripts/load/statistics.ts';

const entry = (kind: 'read' | 'build', name: string, weight: number): MixEntry => ({
  ...{ kind, name, weight, method: 'GET', path: () => '/' },
});

const mix = [entry('read', 'often', 3), entry('read', 'seldom', 1), entry('build', 'build', 1)];

describe('the arrivals of a load', () => {
  it('have the count of rate times duration, for each kind', () => {
    const kinds = planArrivals(mix, { read: 50, build: 2.5 }, 4).map(({ entry: { kind } }) => kind);
    expect([...tally(kinds)]).to.have.deep.members([
      ['read', 200],
      ['build', 10],
    ]);
  });

  it('are evenly spaced, and in order', () => {
    const arrivals = planArrivals(mix, { read: 4, build: 2 }, 1);
    expect(arrivals.map(({ at, entry: { kind } }) => `${kind} ${at}`)).to.deep.equal([
      ...['read 0', 'build 0', 'read 250', 'read 500', 'build 500', 'read 750'],
    ]);
  });

  it('are of each request as often as it weighs', () => {
    const names = planArrivals(mix, { read: 40, build: 0 }, 1).map(({ entry: { name } }) => name);
    expect(Object.fromEntries(tally(names))).to.deep.equal({ often: 30, seldom: 10 });
    expect(new Set(names.slice(0, 4))).to.have.property('size', 2);
  });

  it('are none where there is no rate, or nothing to send', () => {
    expect(planArrivals(mix, { read: 0, build: 0 }, 10)).to.deep.equal([]);
    expect(planArrivals([], { read: 10, build: 10 }, 10)).to.deep.equal([]);
  });
});

describe('the requests of a load', () => {
  const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, '../../generated/contract.json'), 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };

  it('are operations of the contract, by their names', () => {
    for (const { name, method } of MIX) {
      const path = name.replace(/^\w+ /, '').replace(/,.*/, '');
      expect(paths[path]?.[method.toLowerCase()], name).not.to.equal(undefined);
    }
  });

  it('are left out without a target', () => {
    const { entries, leftOut } = possibleEntries(MIX, { distribution: 'centos-9', composes: [], blueprints: [] });
    expect(leftOut).to.have.members([
      ...['GET /composes/{composeId}', 'GET /composes/{composeId}/metadata'],
      ...['GET /blueprints/{id}', 'GET /blueprints/{id}/composes'],
    ]);
    expect(entries).to.have.length(MIX.length - leftOut.length);
  });

  it('read the newest compose', () => {
    const subjects = { distribution: 'centos-9', composes: ['old', 'new'], blueprints: ['b'] };
    const status = MIX.find(({ name }) => name === 'GET /composes/{composeId}');
    expect(status?.path(subjects)).to.equal('/composes/new');
  });
});
