// Part of npm run check: refuses the phrases that docs/glossary.md replaces.
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const GLOSSARY = 'docs/glossary.md';

/** Texts of people: sources, tests, documentation and contracts of ours. */
const READ = /\.(ts|js|md|sql|css|html|yaml|yml|sh|lua)$|^Dockerfile$/;
/** Copies of other documents, and generated files, whose sources are read. */
const LEFT_OUT = /^(generated|distributions|api\/upstream)\/|^test\/fixtures\//;

const [, table = ''] = readFileSync(join(ROOT, GLOSSARY), 'utf8').split('## Phrases that are not used');
const phrases = table
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, phrase = '']) => phrase));
if (phrases.length === 0) throw new Error(`${GLOSSARY} has no phrases`);
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
