// The picture of the request path names files; docs/architecture.md has a link to each.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

const picture = /```mermaid\n([^]*?)```/.exec(PAGE)?.[1] ?? '';
const namedFiles = [...new Set(picture.match(/src\/[\w/-]+\.ts/g))];
const linkedFiles = [...PAGE.matchAll(/\]\(\.\.\/(src\/[^)]+)\)/g)].map(([, file = '']) => file);

/** Files of the request path: what `src/app.ts` imports, and all of `src/http` that it leads to. */
const middleware = [
  ...readFileSync(join(ROOT, 'src/app.ts'), 'utf8').matchAll(/from '\.\/((?:http|root-routes)\/[^']+)'/g),
].map(([, file = '']) => `src/${file}`);

describe('the picture of the request path', () => {
  it('names the middleware of the application, each with a link', () => {
    expect(middleware).to.include('src/http/exchange.ts');
    expect(namedFiles).to.include.members(middleware);
    expect(linkedFiles).to.include.members(namedFiles.filter((file) => !file.startsWith('src/contract/')));
  });

  it('names only files that exist', () => {
    for (const file of [...namedFiles, ...linkedFiles]) expect(existsSync(join(ROOT, file)), file).to.equal(true);
  });
});
