// The table of log events, compared with the code that logs them and the page that documents them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { logEventsPage } from '../../scripts/generate/log-events.ts';
import { LOG_EVENT_SECTIONS } from '../../src/observability/log-events.ts';

const ROOT = join(import.meta.dirname, '../..');

const names = LOG_EVENT_SECTIONS.flatMap(({ events }) => Object.keys(events));

/** The source that logs, without the table itself. */
const sources = ['src', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('observability/log-events'))
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
);

/** The arguments with which each call of a logger starts. */
const calls = sources.flatMap((text) =>
  [...text.matchAll(/\blog\.(?:debug|info|warn|error|fatal)\(\s*([^]{0,80})/g)].map(([, start]) => start as string),
);

describe('the table of log events', () => {
  it('has each event once, under a dotted name', () => {
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(name).to.match(/^[a-z_]+\.[a-z_]+$/);
  });

  it('has the event of every log line', () => {
    expect(calls).to.have.length.above(90);
    for (const start of calls) {
      // `event` alone is a parameter, whose type has the names of the table.
      const [, name] = /^\{\s*event(?:: '([^']*)')?[,\s]/.exec(start) ?? expect.fail(`no event: ${start}`);
      if (name !== undefined) expect(names).to.include(name);
    }
  });

  it('has no event that no log line has', () => {
    const unused = names.filter((name) => !sources.some((text) => text.includes(`'${name}'`)));
    expect(unused).to.deep.equal([]);
  });

  it('is what docs/log-events.md shows', async () => {
    expect(readFileSync(join(ROOT, 'docs/log-events.md'), 'utf8')).to.equal(await logEventsPage());
  });
});
