import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { furtherTests, relatedTests } from '../../scripts/support/related-tests.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the tests of a source file', () => {
  it('are the one that mirrors it and those that import it', () => {
    const tests = relatedTests(ROOT, 'src/db/queries/compose-histograms.ts');
    expect(tests).to.include('test/db/large-lists.test.ts');
    expect(relatedTests(ROOT, 'src/upstream/guard.ts')).to.include('test/upstream/guard.test.ts');
    expect(tests.every((test) => existsSync(join(ROOT, test)))).to.equal(true);
  });

  it('are those of the nearest files that use it where no test names it', () => {
    const clone = ['test/handlers/cloneCompose.test.ts'];
    expect(relatedTests(ROOT, 'src/domain/compose-requests/clone-request.ts')).to.deep.equal(clone);
    // A query is called through the database.
    expect(relatedTests(ROOT, 'src/db/queries/compose-clones.ts')).to.deep.equal(clone);
    expect(relatedTests(ROOT, 'src/db/queries/compose-labels.ts')).to.deep.equal([
      'test/handlers/setComposeLabels.test.ts',
    ]);
  });

  it('are also those of the files that use it in two steps', () => {
    const file = 'src/domain/composes/cancel-compose.ts';
    expect(relatedTests(ROOT, file)).to.deep.equal(['test/domain/composes/cancel-compose.test.ts']);
    expect(relatedTests(ROOT, file, 2)).to.include('test/handlers/cancelCompose.test.ts');
    expect(furtherTests(ROOT, file))
      .to.include('test/handlers/cancelCompose.test.ts')
      .and.not.include('test/domain/composes/cancel-compose.test.ts');
  });

  it('are further those of its folder, unless these are many', () => {
    expect(furtherTests(ROOT, 'src/domain/lists/composes.ts')).to.include('test/domain/lists/filters.test.ts');
    expect(furtherTests(ROOT, 'src/http/identify.ts')).to.deep.equal([]);
  });

  it('are those of the nearest folder where no test names it', () => {
    expect(relatedTests(ROOT, 'src/db/queries/unknown.ts')).to.include('test/db/queries/build-reservations.test.ts');
    expect(relatedTests(ROOT, 'src/unknown/unknown.ts')).to.deep.equal([]);
  });
});
