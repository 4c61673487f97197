import { expect } from 'chai';
import { describe, it } from 'mocha';
import { verify } from 'unixcrypt';
import { createPasswordHasher } from '../../../src/domain/passwords/password-hasher.ts';
import { ServiceError } from '../../../src/lib/errors.ts';

const users = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `u${index}`, password: 'secret' }));

describe('the password hasher', () => {
  it('hashes the passwords of all users in their order, and does not change the given users', async () => {
    await using hasher = createPasswordHasher({ perOrganization: 100 });
    const given = [
      { name: 'a', password: 'secret', groups: ['wheel'] },
      { name: 'b', password: '$6$x$y' },
      { name: 'c' },
      { name: 'd', password: '' },
    ];
    const before = structuredClone(given);
    const [a, ...others] = await hasher.hashUsers('1', given);
    expect(verify('secret', a?.password ?? '')).to.equal(true);
    expect(a?.groups).to.deep.equal(['wheel']);
    expect(others).to.deep.equal(before.slice(1));
    expect(given).to.deep.equal(before);
  });

  it('hashes one password of an organization before all passwords of another that came first', async () => {
    await using hasher = createPasswordHasher({ perOrganization: 100, threads: 1 });
    const ended: string[] = [];
    await Promise.all([
      hasher.hashUsers('large', users(8)).then(() => ended.push('large')),
      hasher.hashUsers('small', users(1)).then(() => ended.push('small')),
    ]);
    expect(ended).to.deep.equal(['small', 'large']);
  });

  it('spends the time in other threads', async () => {
    await using hasher = createPasswordHasher({ perOrganization: 100, threads: 1 });
    await hasher.hashUsers('1', users(1));
    const [whole, main] = [process.cpuUsage(), process.threadCpuUsage()];
    await hasher.hashUsers('1', users(20));
    const inMain = process.threadCpuUsage(main).user;
    expect(inMain).to.be.lessThan(process.cpuUsage(whole).user / 4);
  });

  it('refuses with 503 and a time when the share of an organization is full, and serves the others', async () => {
    let refused = 0;
    await using hasher = createPasswordHasher({ perOrganization: 8, threads: 1 }, { onRefused: () => (refused += 1) });
    const first = hasher.hashUsers('full', users(6));
    const error = await hasher.hashUsers('full', users(3)).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ServiceError);
    const { kind, message, retryAfter } = error as ServiceError;
    expect(kind).to.equal('unavailable');
    expect(message).to.equal('too many passwords of the organization wait to be hashed: 6 of 8');
    expect(retryAfter).to.equal(1);
    expect(refused).to.equal(1);
    expect(await hasher.hashUsers('full', [{ password: '$6$x$y' }])).to.have.length(1);
    expect(await hasher.hashUsers('other', users(3))).to.have.length(3);
    expect(await first).to.have.length(6);
    expect(await hasher.hashUsers('full', users(8))).to.have.length(8);
  });

  it('refuses costly passwords before it hashes any', async () => {
    await using hasher = createPasswordHasher({ perOrganization: 1_000 });
    const error = await hasher.hashUsers('1', users(101)).catch((reason: unknown) => reason);
    expect(error).to.have.property('kind', 'invalid');
  });
});
