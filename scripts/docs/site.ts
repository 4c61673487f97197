import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Eleventy, { type UserConfig } from '@11ty/eleventy';
import { loadContract, type Contract } from './contract.ts';
import { distributionsPage } from './distributions-page.ts';
import { errorsPage, loadErrors } from './errors-page.ts';
import { renderMarkdown } from './markdown.ts';
import { NAVIGATION } from './navigation.ts';
import { readPage, withOperationLinks, withRelativeLinks, type Section } from './output.ts';
import type { Page } from './page.ts';
import { operationLinks, referencePages } from './reference.ts';
import { repositoryPages } from './repository-pages.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Relative to the directory of the repository, which has to be the working directory: so the generator wants it. */
const SOURCES = 'docs/site';

/** Characters of a section that can be found. */
const SEARCHED = 600;

/** An entry of the search index: a page or a section. */
interface Found {
  readonly id: number;
  readonly url: string;
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

const madePages = async (contract: Contract): Promise<readonly Page[]> => [
  ...referencePages(contract),
  errorsPage(await loadErrors(join(ROOT, SOURCES, 'errors.yaml'))),
  distributionsPage(join(ROOT, 'distributions')),
  ...(await repositoryPages(ROOT)),
];

/** The file behind an address: the generator leaves `index.html` out. */
const fileOf = (url: string): string => (url.endsWith('/') ? `${url}index.html` : url);

/** The page of the list beside every page that stands for one that is not in it. */
const listed = (url: string): string => {
  const file = fileOf(url);
  if (file.startsWith('/reference/schemas/')) return '/reference/schemas/index.html';
  return file.startsWith('/reference/') ? '/reference/index.html' : file;
};

const MAIN = /<article>(.*)<\/article>/s;
const TITLE = /<h1>(.*?)<\/h1>/s;

/** Settings of the generator. @param collect receives the sections of every rendered page */
const configure =
  (
    pages: readonly Page[],
    links: ReadonlyMap<string, string>,
    collect: (url: string, title: string, sections: readonly Section[]) => void,
  ) =>
  (config: UserConfig): object => {
    config.setLibrary('md', { render: (text) => renderMarkdown(text) });
    config.addGlobalData('layout', 'page.njk');
    config.addGlobalData(
      'permalink',
      () =>
        ({ page }: { page: { filePathStem: string } }) =>
          `${page.filePathStem}.html`,
    );
    config.addGlobalData('navigation', NAVIGATION);
    config.addFilter('listed', listed);
    config.addFilter('headings', (html) => readPage(html).headings);
    for (const { url, title, description, html } of pages)
      config.addTemplate(`made${url}`, html, { title, description, permalink: url });
    config.addTransform('relative links', function (html) {
      const url = fileOf(this.page.url);
      const [, main = ''] = MAIN.exec(html) ?? [];
      const [, title = ''] = TITLE.exec(html) ?? [];
      collect(url, title, readPage(main.replace(TITLE, '')).sections);
      return withRelativeLinks(withOperationLinks(html, links), url);
    });
    config.addPassthroughCopy({
      'docs/site/assets': 'assets',
      'api/openapi.yaml': 'openapi.yaml',
      'api/generators': 'generators',
      'node_modules/minisearch/dist/umd/index.js': 'assets/minisearch.js',
    });
    config.addWatchTarget(join(ROOT, 'docs'));
    config.setUseGitIgnore(false);
    config.setQuietMode(true);
    return { htmlTemplateEngine: false, markdownTemplateEngine: false, dir: { includes: '_includes' } };
  };

const generator = async (output: string, found: Found[]): Promise<Eleventy> => {
  const contract = await loadContract(join(ROOT, 'api/openapi.yaml'));
  const pages = await madePages(contract);
  const collect = (url: string, title: string, sections: readonly Section[]): void => {
    for (const { id, text, body } of sections) {
      if (id === '' && body === '') continue;
      const anchor = id === '' ? '' : `#${id}`;
      found.push({
        id: found.length,
        url: url.slice(1) + anchor,
        page: title,
        title: text,
        text: body.slice(0, SEARCHED),
      });
    }
  };
  const eleventy: Eleventy = new Eleventy(SOURCES, output, {
    configPath: undefined,
    quietMode: true,
    config: configure(pages, operationLinks(contract), collect),
  });
  await eleventy.init();
  return eleventy;
};

/** Writes the documentation into a directory, which holds nothing else afterwards. */
export async function buildSite(output: string): Promise<void> {
  await rm(output, { recursive: true, force: true });
  const found: Found[] = [];
  const eleventy = await generator(output, found);
  eleventy.disableLogger();
  await eleventy.write();
  // A script, since pages opened from a disk cannot fetch data.
  await writeFile(join(output, 'assets/search-data.js'), `globalThis.searchData = ${JSON.stringify(found)};\n`);
}

/** Serves the documentation, made anew when one of its texts changes. */
export async function serveSite(output: string, port: number): Promise<void> {
  await buildSite(output);
  const eleventy = await generator(output, []);
  await eleventy.watch();
  await eleventy.serve(port);
}
