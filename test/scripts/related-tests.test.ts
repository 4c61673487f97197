import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { relatedTests } from '../../scripts/support/related-tests.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the tests of a source file', () => {
  it('are the one that mirrors it and those that import it', () => {
    const tests = relatedTests(ROOT, 'src/db/queries/compose-histograms.ts');
    expect(tests).to.include('test/db/large-lists.test.ts');
    expect(relatedTests(ROOT, 'src/upstream/guard.ts')).to.include('test/upstream/guard.test.ts');
    expect(tests.every((test) => existsSync(join(ROOT, test)))).to.equal(true);
  });

  it('are those of the nearest folder where no test names it', () => {
    expect(relatedTests(ROOT, 'src/db/queries/unknown.ts')).to.include('test/db/queries/build-reservations.test.ts');
    expect(relatedTests(ROOT, 'src/unknown/unknown.ts')).to.deep.equal([]);
  });
});
