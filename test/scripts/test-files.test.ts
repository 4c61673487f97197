import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { showProgress } from '../../scripts/support/progress.ts';
import { filesByFolder, filesInGroups, testFiles } from '../../scripts/support/test-files.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('a run of tests', () => {
  it('has all files, those that need nothing beside themselves, or all but the slow suites', () => {
    const [all, usual, unit] = (['all', 'usual', 'unit'] as const).map((set) => testFiles(ROOT, set));
    expect(all).to.include.members([...usual!, ...unit!]);
    expect(usual).to.include.members([
      'test/http/json.test.ts',
      'test/db/batch.test.ts',
      'test/docs/architecture.test.ts',
    ]);
    for (const slow of ['test/process/stop.test.ts', 'test/docs/contributing.test.ts', 'test/load/process.test.ts']) {
      expect(all).to.include(slow);
      expect(usual).to.not.include(slow);
    }
    expect(unit).to.include.members(['test/upstream/guard.test.ts', 'test/db/batch.test.ts']);
    for (const more of ['test/handlers/getVersion.test.ts', 'test/db/migrate.test.ts', 'test/process/stop.test.ts'])
      expect(unit).to.not.include(more);
  });

  it('is divided by folders or into groups, without losing a file', () => {
    const files = ['test/a/1', 'test/b/1', 'test/b/2', 'test/a/b/1'];
    expect(filesByFolder(files)[0]).to.deep.equal(['test/b/1', 'test/b/2']);
    expect(filesByFolder([...files, 'test/sdk/a.test.ts'])[0]).to.deep.equal(['test/sdk/a.test.ts']);
    expect(filesByFolder(files).flat()).to.have.members(files);
    expect(filesInGroups(files, 3)).to.deep.equal([['test/a/1', 'test/a/b/1'], ['test/b/1'], ['test/b/2']]);
  });

  it('shows on a terminal how many folders are done and the time that is left, and nothing elsewhere', () => {
    const written: string[] = [];
    let time = 0;
    const show = (isTTY: boolean) =>
      showProgress('folders', 3, 10, { isTTY, write: (text) => written.push(text) }, () => time);
    const quiet = show(false);
    quiet.done(2);
    quiet.clear();
    expect(written).to.deep.equal([]);
    const progress = show(true);
    time = 30_000;
    progress.done(2);
    expect(written.join('')).to.include('1 of 3 folders, about 2 min 0 s left');
    time = 40_000;
    progress.done(6);
    expect(written.join('')).to.include('2 of 3 folders, about 10 s left');
  });
});
