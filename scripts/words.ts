// Part of npm run check: refuses the phrases that docs/glossary.md replaces.
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from './support/markdown-table.ts';

const ROOT = join(import.meta.dirname, '..');
const GLOSSARY = 'docs/glossary.md';

/** Texts of people: sources, tests, documentation and contracts of ours. */
const READ = /\.(ts|js|md|sql|css|html|yaml|yml|sh|lua)$|^Dockerfile$/;
/** Copies of other documents, and generated files, whose sources are read. */
const LEFT_OUT = /^(generated|distributions|api\/upstream)\/|^test\/fixtures\//;

const phrases = readTable(join(ROOT, GLOSSARY), '## Phrases that are not used').flatMap(([banned = []]) => banned);
const pattern = new RegExp(`\\b(?:${phrases.join('|').replaceAll(' ', '\\s+')})\\b`, 'gi');

const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter(
    (file) => READ.test(file) && !LEFT_OUT.test(file) && file !== GLOSSARY && lstatSync(join(ROOT, file)).isFile(),
  );

let found = 0;
for (const file of files) {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    for (const [phrase] of line.matchAll(pattern)) {
      found += 1;
      console.error(`${file}:${index + 1}: "${phrase}" is replaced by ${GLOSSARY}`);
    }
  }
}
process.exitCode = found === 0 ? 0 : 1;
