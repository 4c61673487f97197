import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { dumpSchema } from '../../scripts/support/schema-dump.ts';
import { createTestDatabase } from '../support/database.ts';

const FILE = join(import.meta.dirname, '../../src/db/schema.sql');

describe('the schema of the database', () => {
  it('equals src/db/schema.sql, which npm run schema writes', async () => {
    await using database = await createTestDatabase();
    expect(await dumpSchema(database.sql)).to.equal(await readFile(FILE, 'utf8'));
  });

  it('has no trigger on a table of the original, and at most 16 tables and 6 functions beside it', async () => {
    const text = await readFile(FILE, 'utf8');
    const triggers = [...text.matchAll(/^CREATE TRIGGER .* ON (\w+) /gm)].map(([, table]) => table);
    expect([...new Set(triggers)]).to.deep.equal(['audit_log']);
    const shared = ['composes', 'blueprints', 'blueprint_versions', 'schema_version'];
    const tables = [...text.matchAll(/^CREATE (?:UNLOGGED )?TABLE (\w+)/gm)].map(([, name = '']) => name);
    expect(tables).to.include.members(shared);
    // One more records the migrations.
    expect(tables.length - shared.length - 1).to.be.at.most(16);
    expect([...text.matchAll(/^CREATE OR REPLACE FUNCTION/gm)].length).to.be.at.most(6);
  });

  it('has no table whose retention docs/data.md does not name', async () => {
    const schema = await readFile(FILE, 'utf8');
    const page = await readFile(join(import.meta.dirname, '../../docs/data.md'), 'utf8');
    const tables = [...schema.matchAll(/^CREATE (?:UNLOGGED )?TABLE (\w+)/gm)].map(([, name = '']) => name);
    const section = page.slice(page.indexOf('## What is stored'), page.indexOf('## How rows are deleted'));
    const named = [...section.matchAll(/^\| `(\w+)` /gm)].map(([, name = '']) => name);
    expect(named.toSorted()).to.deep.equal(tables.toSorted());
  });
});
