import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import MiniSearch from 'minisearch';
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

  it('has no style within its pages, which their policy forbids', () => {
    for (const { file, html } of pages) expect(html, file).to.not.match(/<[^>]+ style=|<style/);
    expect(page('performance.html')?.html).to.include('class="to-right"');
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
      for (const language of ['curl', 'Python', 'Go', 'TypeScript'])
        expect(html, id).to.include(`data-language="${language}"`);
    }
  });

  it('has a page for every schema of the contract', () => {
    for (const name of Object.keys(document.components.schemas))
      expect(page(`reference/schemas/${name}.html`), name).not.to.equal(undefined);
  });

  it('has the colours and the icon of the front page, and both have no others', () => {
    const read = (file: string): string => readFileSync(file, 'utf8');
    const front = join(ROOT, 'src/root-routes/assets');
    for (const name of ['tokens.css', 'icon.svg'])
      expect(read(join(directory.path, 'assets', name))).to.equal(read(join(front, name)));
    for (const sheet of [join(directory.path, 'assets/style.css'), join(front, 'front.css')])
      expect(read(sheet)).to.not.match(/#[0-9a-f]{3,6}\b|rgb|hsl|prefers-color-scheme/);
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

  it('fills nothing into the forms of the reference but an example of the body', () => {
    for (const id of Object.keys(operationTable)) {
      const [form = ''] = /<details class="try"[^]*?<\/details>/.exec(page(`reference/${id}.html`)?.html ?? '') ?? [];
      expect(form, id).to.include('Send the request');
      expect(form, id).not.to.match(/<input[^>]* value=/);
    }
  });

  it('has every page a second time as Markdown, with links from Markdown to Markdown', () => {
    const dead = pages.flatMap(({ file }) => {
      const twin = file.replace(/\.html$/, '.md');
      const text = readFileSync(join(directory.path, twin), 'utf8');
      expect(text, twin)
        .to.match(/^# \S/)
        .and.not.match(/<(?:div|details|dl|span)\b/);
      return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, address = '']) => address)
        .filter((address) => !isExternal(address) && !existsSync(join(directory.path, targetOf(twin, address).file)))
        .map((address) => `${twin} → ${address}`);
    });
    expect(dead).to.deep.equal([]);
    const howTo = readFileSync(join(directory.path, 'how-to/packages.md'), 'utf8');
    expect(howTo).to.include('```sh\nAPI=').and.to.include('(repositories.md)').and.to.include('> Find packages');
  });

  it('lists its pages for assistants', () => {
    const text = readFileSync(join(directory.path, 'llms.txt'), 'utf8');
    expect(text).to.match(/^# Image Builder API\n\n> \S/);
    for (const { url, title } of NAVIGATION.flatMap((group) => group.pages))
      expect(text).to.include(`- [${title}](${url.slice(1).replace('.html', '.md')}): `);
    for (const [, address = ''] of text.matchAll(/\]\(([^)]+)\)/g))
      expect(existsSync(join(directory.path, address)), address).to.equal(true);
  });

  describe('its search', () => {
    interface Entry {
      readonly url: string;
      readonly page: string;
      readonly title: string;
      readonly text: string;
    }
    interface Result extends Entry {
      readonly parts: readonly Entry[];
    }
    let entries: readonly Entry[] = [];
    let search: (words: string) => readonly Result[];

    before(() => {
      const context = {} as {
        searchData: readonly Entry[];
        createSearch: (library: unknown, data: readonly Entry[]) => typeof search;
      };
      for (const file of ['search-data.js', 'search.js'])
        runInNewContext(readFileSync(join(directory.path, 'assets', file), 'utf8'), context);
      entries = context.searchData;
      search = context.createSearch(MiniSearch, entries);
    });

    it('finds pages, and parts of pages', () => {
      expect(entries.map(({ url }) => url)).to.include.members([
        'tutorial.html#build-an-image',
        'errors.html#status-429',
      ]);
      for (const { url } of entries) {
        const { file, anchor } = targetOf('index.html', url);
        expect(page(file), url).not.to.equal(undefined);
        if (anchor !== null) expect(page(file)?.ids, url).to.include(anchor);
      }
    });

    it('ranks the page about something above pages that mention it, and pages above their parts', () => {
      const first = {
        CIS: 'how-to/compliance.html',
        packages: 'how-to/packages.html',
        'ssh key': 'how-to/users.html',
        lvm: 'how-to/disks.html',
        bootc: 'how-to/image-mode.html',
        kickstart: 'how-to/from-kickstart.html',
        webhooks: 'how-to/webhooks.html',
        quota: 'how-to/quota.html',
        tutorial: 'tutorial.html',
        configuration: 'configuration.html',
      };
      for (const [words, url] of Object.entries(first)) {
        const found = search(words);
        expect(found[0]?.url, `${words}: ${found.map((one) => one.url).join(' ')}`).to.equal(url);
        for (const { url: of, parts } of found)
          for (const part of parts) expect(part.url.startsWith(`${of}#`)).to.equal(true);
      }
    });
  });
});
