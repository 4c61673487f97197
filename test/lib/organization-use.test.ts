import { expect } from 'chai';
import { describe, it } from 'mocha';
import { OrganizationUse, shareOf, type UseLimits } from '../../src/lib/organization-use.ts';

/** The use of a resource, at a time that passes when a test says so. */
const start = (limits: Partial<UseLimits> = {}) => {
  let time = 0;
  const use = new OrganizationUse({ total: Infinity, perOrganization: Infinity, ...limits }, () => time);
  return { use, pass: (milliseconds: number): void => void (time += milliseconds) };
};

describe('what organizations use of a resource', () => {
  it('is counted for each and for all', () => {
    const { use } = start();
    use.add('a');
    use.add('a', 4);
    use.add('b', 2);
    use.add(null, 10);
    use.remove('a', 2);
    expect([use.of('a'), use.of('b'), use.of('c'), use.of(null), use.total]).to.deep.equal([3, 2, 0, 10, 15]);
  });

  it('is limited for each, except for the service itself', () => {
    const { use } = start({ perOrganization: 3 });
    for (const holder of ['a', null]) use.add(holder, 3);
    expect([use.refusal('a'), use.refusal('b', 3), use.refusal('b', 4), use.refusal(null)]).to.deep.equal([
      ...['organization', null],
      ...['organization', null],
    ]);
  });

  it('is limited for all', () => {
    const { use } = start({ total: 4 });
    use.add('a', 4);
    for (const holder of ['a', 'b', null]) expect(use.refusal(holder), String(holder)).to.equal('process');
    use.remove('a');
    for (const holder of ['b', null]) expect(use.refusal(holder), String(holder)).to.equal(null);
  });

  it('is refused to those that use most while a quarter is left', () => {
    const { use } = start({ total: 100 });
    use.add('most', 50);
    use.add('much', 25);
    expect(use.refusal('few')).to.equal(null);
    use.add('few', 1);
    expect([use.refusal('most'), use.refusal('much'), use.refusal('few'), use.refusal('none', 24)]).to.deep.equal([
      ...['process', 'process'],
      ...[null, null],
    ]);
    expect(use.refusal('none', 25)).to.equal('process');
  });

  it('makes those heavy that use at least half of what the heaviest uses', () => {
    const { use } = start();
    use.add('most', 20);
    use.add('half', 10);
    use.add('less', 9);
    use.add(null, 1_000);
    expect(['most', 'half', 'less', 'none'].map((org) => use.isHeavy(org))).to.deep.equal([true, true, false, false]);
  });

  it('makes all organizations heavy while none uses anything', () => {
    expect(start().use.isHeavy('any')).to.equal(true);
  });

  it('is remembered for seconds, so that short requests in large numbers count', () => {
    const { use, pass } = start();
    for (let i = 0; i < 100; i += 1) {
      use.add('flood');
      pass(9);
      use.remove('flood');
      use.add('other');
      pass(1);
      use.remove('other');
    }
    expect([use.of('flood'), use.of('other')]).to.deep.equal([0, 0]);
    expect([use.isHeavy('flood'), use.isHeavy('other')]).to.deep.equal([true, false]);
  });

  it('is forgotten after that: an organization that came later is heavier', () => {
    const { use, pass } = start();
    use.add('before', 100);
    pass(60_000);
    use.remove('before', 100);
    pass(20_000);
    use.add('now');
    expect([use.isHeavy('before'), use.isHeavy('now')]).to.deep.equal([false, true]);
  });

  it('keeps no organization for good that uses nothing', () => {
    const { use, pass } = start();
    use.add('long');
    for (let i = 0; i < 10_000; i += 1) {
      use.add(`org ${i}`);
      use.remove(`org ${i}`);
      pass(100);
    }
    expect(use.size).to.be.lessThan(1_200);
    expect(use.of('long')).to.equal(1);
  });
});

describe('the share of an organization', () => {
  it('is a part of a resource, rounded up, and at least one', () => {
    expect([shareOf(10, 0.5), shareOf(5, 0.5), shareOf(1, 0.01), shareOf(0, 0.5), shareOf(8, 1)]).to.deep.equal([
      ...[5, 3, 1, 1, 8],
    ]);
  });
});
