// Values get into SQL by being bound to it, and in no other way.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { findRawSql, type SqlException } from './sql-usage.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Files that do not use slonik, each with the reason, and what their SQL is made of: constants of their own, and nothing else. */
const EXCEPTIONS: Readonly<Record<string, SqlException>> = {
  // What listens to the database takes a connection that does nothing else.
  'src/db/event-listener.ts': { constants: ['EVENTS_CHANNEL'] },
  // Connections outside of the pool are opened in one place.
  'src/db/connection.ts': { usesDriver: true },
  // Migrations are files of SQL. Tables and columns are those of the bookkeeping, and the number is that of a file.
  'src/db/migrate.ts': {
    constants: ['ADDITIONS.table', 'SHARED.table', 'table', 'history.table', 'history.columns', 'number'],
  },
  // The index is named in a file of the migration.
  'src/db/migration-steps.ts': { constants: ['LOCK_TIMEOUT', 'name'] },
  // The job queue brings migrations of its own.
  'src/maintenance/prepare-database.ts': { constants: ['QUEUE'] },
  // The counter of requests has a table of its own.
  'src/domain/rate-limits/store.ts': { constants: ['TABLE'] },
};

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`);

describe('SQL in the source', () => {
  it('is found', () => {
    const withTags = sources.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('sql.type('));
    expect(withTags).to.include('src/db/queries/composes.ts').and.to.have.length.above(5);
  });

  it('is written by tags that bind its values', () => {
    const found = sources.flatMap((file) =>
      findRawSql(file, readFileSync(join(ROOT, file), 'utf8'), EXCEPTIONS[file]).map(
        ({ line, what }) => `${file}:${line}: ${what}`,
      ),
    );
    expect(found).to.deep.equal([]);
  });

  it('has no unused exceptions', () => {
    for (const [file, { usesDriver, constants = [] }] of Object.entries(EXCEPTIONS)) {
      const text = readFileSync(join(ROOT, file), 'utf8');
      if (usesDriver) expect(findRawSql(file, text, { constants }), file).not.to.deep.equal([]);
      for (const constant of constants) {
        const others = constants.filter((other) => other !== constant);
        const without = findRawSql(file, text, { ...(usesDriver ? { usesDriver } : {}), constants: others });
        expect(without, `${file}: ${constant}`).not.to.deep.equal([]);
      }
    }
  });

  it('is not made by the database itself from texts that were not quoted', () => {
    const migrations = ['src/db/migrations', 'src/db/additions'].flatMap((folder) =>
      readdirSync(join(ROOT, folder)).map((file) => join(ROOT, folder, file)),
    );
    for (const file of migrations) {
      const text = readFileSync(file, 'utf8').replaceAll(/--.*$/gm, '');
      for (const [statement] of text.matchAll(/\bEXECUTE\s+(?!FUNCTION|PROCEDURE)[^;]*;/g)) {
        expect(statement, file)
          .to.match(/format\(/)
          .and.not.to.match(/%s|\|\|/);
      }
    }
  });
});

describe('the search for SQL that is put together', () => {
  for (const [what, text] of Object.entries({
    'a template': 'db.query(`SELECT * FROM composes WHERE org_id = ${orgId}`)',
    'a template with quotes': "db.query(`SELECT * FROM composes WHERE org_id = '${orgId}'`)",
    'a template of another tag': 'db.query(raw`DELETE FROM composes WHERE id = ${id}`)',
    'a sum': "db.query('SELECT * FROM ' + table)",
    'a sum of several': "const text = 'UPDATE composes SET deleted = true' + (x ? y : z) + ' WHERE true'",
    'a joined list': "['SELECT', name, 'FROM composes'].join(' ')",
    'a list with more': "['SELECT'].concat(names)",
    'an unchecked tag': 'sql.unsafe`SELECT 1`',
    'a literal value': 'sql.fragment`WHERE id = ${sql.literalValue(id)}`',
    'a name from elsewhere': 'sql.fragment`ORDER BY ${sql.identifier([column])}`',
    'names from elsewhere': 'sql.fragment`ORDER BY ${sql.identifier(columns)}`',
    'a tag called like a function': 'sql.fragment([text])',
    'a typed tag called like a function': 'sql.type(row())([text])',
    'a query by hand': "db.query({ sql: text, values: [], type: 'SLONIK_TOKEN_QUERY' })",
    'the driver': "import { Pool } from 'pg'",
    'another driver': "import format from 'pg-format'",
  })) {
    it(`finds ${what}`, () => {
      expect(findRawSql('x.ts', text)).to.have.length.above(0);
    });
  }

  for (const [what, text] of Object.entries({
    'a tag with values':
      'db.query(sql.type(row<X>())`SELECT * FROM composes WHERE org_id = ${orgId} ${sql.fragment`AND x`}`)',
    'a fixed text': "db.query('SELECT 1 FROM composes WHERE id = $1', [id])",
    'a fixed name': 'sql.fragment`ON CONFLICT ON CONSTRAINT ${sql.identifier([NAME])}`',
    'a list of values': "sql.fragment`x = ANY (${sql.array(ids, 'uuid')})`",
    'types of the driver': "import type { Client } from 'pg'",
    'the job queue': "import { run } from 'graphile-worker'",
    'words that are no SQL': 'throw new Error(`cannot select ${name} from the list, update it`)',
  })) {
    it(`leaves alone ${what}`, () => {
      expect(findRawSql('x.ts', text)).to.deep.equal([]);
    });
  }
});
