import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createStorage, DEFAULT_LIMITS, parseStorageLimits } from '../../src/domain/storage-limits.ts';
import { ServiceError } from '../../src/lib/errors.ts';

const withLimits = (content: unknown, use = { blueprints: 0, bytes: 0 }) => {
  let reads = 0;
  const entries = parseStorageLimits(content);
  const storage = createStorage({ read: () => entries, isInvalid: () => false }, () => {
    reads += 1;
    return Promise.resolve({ ...use });
  });
  return { storage, use, reads: () => reads };
};

const refusal = async (attempt: Promise<void>): Promise<ServiceError | null> =>
  attempt.then(
    () => null,
    (error: unknown) => error as ServiceError,
  );

describe('storage limits', () => {
  it('are those of the organization, else those of default, else those that are built in', async () => {
    const { storage } = withLimits({ default: { blueprints: 5, versions: 7 }, a: { blueprints: 9 } });
    expect(storage.limitsOf('a')).to.deep.equal({ ...DEFAULT_LIMITS, blueprints: 9, versions: 7 });
    expect(storage.limitsOf('b')).to.deep.equal({ ...DEFAULT_LIMITS, blueprints: 5, versions: 7 });
    expect(await createStorage(null, () => Promise.reject(new Error())).limitsOf('a')).to.deep.equal(DEFAULT_LIMITS);
  });

  for (const [content, message] of [
    [[], 'must be an object from organization id to limits'],
    [{ a: 1 }, '/a: must be an object from blueprints, versions, bytes to numbers'],
    [{ a: { composes: 1 } }, '/a/composes: is none of blueprints, versions, bytes'],
    [{ a: { bytes: -1 } }, '/a/bytes: must be an integer from 0'],
    [{ a: { bytes: '1' } }, '/a/bytes: must be an integer from 0'],
  ] as const)
    it(`refuse a file with ${JSON.stringify(content)}`, () => {
      expect(() => parseStorageLimits(content)).to.throw(message);
    });

  it('refuse what exceeds them, and name limit and use', async () => {
    const { storage } = withLimits(
      { default: { blueprints: 3, versions: 4, bytes: 1000 } },
      { blueprints: 2, bytes: 900 },
    );
    await storage.refuseAboveLimit('a', { blueprints: 1, bytes: 100 });
    expect(await refusal(storage.refuseAboveLimit('a', { blueprints: 2 }))).to.include({
      ...{ kind: 'forbidden', message: 'Limit of 3 blueprints reached for the organization: it has 2' },
    });
    expect(await refusal(storage.refuseAboveLimit('a', { bytes: 101 }))).to.include({
      message: 'Limit of 1000 stored bytes reached for the organization: it uses 900, and the request adds 101',
    });
    expect(await refusal(storage.refuseAboveLimit('a', { version: 5 }))).to.include({
      message: 'Limit of 4 versions reached for the blueprint: it has 4',
    });
    await storage.refuseAboveLimit('a', { version: 4 });
  });

  it('need the use of an organization once, as long as there is room', async () => {
    const { storage, reads } = withLimits({ default: { blueprints: 100 } }, { blueprints: 90, bytes: 0 });
    for (let i = 0; i < 10; i += 1) await storage.refuseAboveLimit('a', { blueprints: 1 });
    expect(reads()).to.equal(1);
    await storage.refuseAboveLimit('b', { blueprints: 1 });
    expect(reads()).to.equal(2);
  });

  it('read the use again before they refuse: deleting frees it', async () => {
    const { storage, use } = withLimits({ default: { blueprints: 3 } }, { blueprints: 2, bytes: 0 });
    await storage.refuseAboveLimit('a', { blueprints: 1 });
    use.blueprints = 3;
    expect(await refusal(storage.refuseAboveLimit('a', { blueprints: 1 }))).to.be.instanceOf(ServiceError);
    use.blueprints = 1;
    await storage.refuseAboveLimit('a', { blueprints: 1 });
  });
});
