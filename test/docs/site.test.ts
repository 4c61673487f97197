import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { operationTable } from '../../generated/operations.ts';
import { NAVIGATION } from '../../scripts/docs/navigation.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import { isExternal, readPages, targetOf, type HtmlPage } from './pages.ts';

const ROOT = join(import.meta.dirname, '../..');
const document = JSON.parse(readFileSync(join(ROOT, 'generated/openapi.json'), 'utf8')) as {
  readonly components: { readonly schemas: object };
};

describe('the documentation site', () => {
  let directory: TemporaryDirectory;
  let pages: readonly HtmlPage[] = [];
  const page = (file: string): HtmlPage | undefined => pages.find((one) => one.file === file);

  before(() => {
    directory = createDirectory();
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/docs.ts', '--out', directory.path], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status, `${stdout}${stderr}`).to.equal(0);
    pages = readPages(directory.path);
  });
  after(() => directory?.[Symbol.dispose]());

  it('has no dead links: every linked page, section and file exists', () => {
    const dead = pages.flatMap(({ file, links, parts }) =>
      [...links, ...parts]
        .filter((address) => !isExternal(address))
        .filter((address) => {
          const target = targetOf(file, address);
          if (!existsSync(join(directory.path, target.file))) return true;
          return target.anchor !== null && page(target.file)?.ids.includes(target.anchor) !== true;
        })
        .map((address) => `${file} → ${address}`),
    );
    expect(dead).to.deep.equal([]);
    expect(pages.flatMap(({ links }) => links).length).to.be.greaterThan(1000);
  });

  it('works without a server and without a network: all that pages are made of is beside them', () => {
    for (const { file, parts, links } of pages) {
      expect(
        [...parts, ...links].filter((address) => address.startsWith('/')),
        file,
      ).to.deep.equal([]);
      expect(parts.filter(isExternal), file).to.deep.equal([]);
      expect(
        links.filter((address) => isExternal(address) && !address.startsWith('https://')),
        file,
      ).to.deep.equal([]);
    }
    expect(readFileSync(join(directory.path, 'assets/style.css'), 'utf8')).not.to.match(/@import|url\(/);
  });

  it('can be reached completely from its first page', () => {
    const reached = new Set(['index.html']);
    for (const file of reached)
      for (const address of page(file)?.links ?? [])
        if (!isExternal(address) && address.split('#')[0]?.endsWith('.html')) reached.add(targetOf(file, address).file);
    expect(pages.map(({ file }) => file).filter((file) => !reached.has(file))).to.deep.equal([]);
  });

  it('lists its pages beside every page, under the titles they have', () => {
    for (const { url, title } of NAVIGATION.flatMap((group) => group.pages)) {
      const { html = '' } = page(url.slice(1)) ?? {};
      const [, heading = ''] = /<h1>(.*?)<\/h1>/.exec(html) ?? [];
      if (url !== '/index.html') expect(heading.replace('&#39;', "'"), url).to.equal(title);
      expect(html, url).to.match(/<a href="[^"]*" aria-current="page">/);
    }
  });

  it('has a page for every operation of the contract, which shows how to call it', () => {
    for (const [id, { path }] of Object.entries(operationTable)) {
      const { html = '' } = page(`reference/${id}.html`) ?? {};
      expect(html, id).to.include(path).and.to.include(id).and.to.include('$API');
    }
  });

  it('has a page for every schema of the contract', () => {
    for (const name of Object.keys(document.components.schemas))
      expect(page(`reference/schemas/${name}.html`), name).not.to.equal(undefined);
  });

  it('has one title and one description on every page', () => {
    for (const { file, html, ids } of pages) {
      expect(html.match(/<h1>[^<]/g), file).to.have.length(1);
      expect(html, file)
        .to.match(/<title>[^<]+<\/title>/)
        .and.match(/<meta name="description" content="[^"]+">/);
      expect(html, file).not.to.match(/\bundefined\b<|\[object Object\]/);
      expect(new Set(ids).size, `${file}: ids are unique`).to.equal(ids.length);
    }
  });

  it('finds pages, and parts of pages', () => {
    const context = { globalThis: {} as { searchData?: readonly { url: string; title: string; text: string }[] } };
    runInNewContext(readFileSync(join(directory.path, 'assets/search-data.js'), 'utf8'), context);
    const found = context.globalThis.searchData ?? [];
    expect(found.map(({ url }) => url)).to.include.members(['tutorial.html#build-an-image', 'errors.html#status-429']);
    for (const { url } of found) {
      const { file, anchor } = targetOf('index.html', url);
      expect(page(file), url).not.to.equal(undefined);
      if (anchor !== null) expect(page(file)?.ids, url).to.include(anchor);
    }
  });
});
