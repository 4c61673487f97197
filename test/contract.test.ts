import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { operationTable } from '../generated/operations.ts';
import { handlers } from '../src/handlers/index.ts';

const ROOT = join(import.meta.dirname, '..');
const operations = Object.keys(operationTable).sort();

/** Names of a folder's files without an ending. */
const namesIn = async (folder: string, ending: string): Promise<string[]> => {
  const files = await readdir(join(ROOT, folder));
  return files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
};

describe('the contract', () => {
  it('has a test for every operation, and no test of a handler is for anything else', async () => {
    expect((await namesIn('test/handlers', '.test.ts')).sort()).to.deep.equal(operations);
  });

  it('has a handler file for every operation, and no other file is among them', async () => {
    const files = (await namesIn('src/handlers', '.ts')).filter((name) => name !== 'index');
    expect(files.sort()).to.deep.equal(operations);
  });

  it('has every handler in the map, each from its own file', async () => {
    expect(Object.keys(handlers).sort()).to.deep.equal(operations);
    for (const id of operations) {
      const exported = (await import(`../src/handlers/${id}.ts`)) as Record<string, unknown>;
      expect(exported[id], `src/handlers/${id}.ts exports ${id}`).to.equal(handlers[id as keyof typeof handlers]);
    }
  });

  for (const id of operations) {
    it(`has a test of ${id} that describes it by that name and asserts something`, async () => {
      const text = await readFile(join(ROOT, `test/handlers/${id}.test.ts`), 'utf8');
      expect(text)
        .to.match(new RegExp(`describe\\('${id}'`))
        .and.match(/\bexpect\(/);
    });
  }
});
