import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import Eleventy, { type UserConfig } from '@11ty/eleventy';
import { apiChangelogPage } from './api-changelog-page.ts';
import { loadContract, type Contract } from './contract.ts';
import { distributionsPage } from './distributions-page.ts';
import { errorsPage, loadErrors } from './errors-page.ts';
import { decodeHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { NAVIGATION } from './navigation.ts';
import { readPage, withOperationLinks, withRelativeLinks, type Section } from './output.ts';
import type { Page } from './page.ts';
import { operationLinks, referencePages } from './reference.ts';
import { repositoryPages } from './repository-pages.ts';
import { withoutTry } from './try-html.ts';
import { llmsText, markdownOf, twinOf, type TwinPage } from './twins.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Relative to the directory of the repository, which has to be the working directory: so the generator wants it. */
const SOURCES = 'docs/site';

/** Characters of a section that can be found. */
const SEARCHED = 600;

/** An entry of the search index: a page, whose title is empty, or a section. */
interface Found {
  readonly id: number;
  readonly url: string;
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

/** A page as it was rendered, without what is around it on every page. */
interface RenderedPage extends TwinPage {
  readonly sections: readonly Section[];
}

const madePages = async (contract: Contract): Promise<readonly Page[]> => [
  ...referencePages(contract),
  errorsPage(await loadErrors(join(ROOT, SOURCES, 'errors.yaml'))),
  distributionsPage(join(ROOT, 'distributions')),
  await apiChangelogPage(),
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
const DESCRIPTION = /<meta name="description" content="([^"]*)">/;

const readRendered = (html: string, linked: string, url: string): RenderedPage => {
  const mainOf = (text: string): string => withoutTry(MAIN.exec(text)?.[1] ?? '');
  const main = mainOf(html);
  return {
    url,
    title: decodeHtml(TITLE.exec(main)?.[1] ?? ''),
    description: decodeHtml(DESCRIPTION.exec(html)?.[1] ?? ''),
    html: mainOf(linked),
    sections: readPage(main.replace(TITLE, '')).sections,
  };
};

/** Settings of the generator. @param rendered receives every page */
const configure =
  (pages: readonly Page[], links: ReadonlyMap<string, string>, rendered: RenderedPage[]) =>
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
    config.addFilter('twin', (url) => twinOf(fileOf(url)));
    for (const { url, title, description, html } of pages)
      config.addTemplate(`made${url}`, html, { title, description, permalink: url });
    config.addTransform('relative links', function (html) {
      const url = fileOf(this.page.url);
      const linked = withRelativeLinks(withOperationLinks(html, links), url);
      rendered.push(readRendered(html, linked, url));
      return linked;
    });
    config.addPassthroughCopy({
      'docs/site/assets': 'assets',
      'src/root-routes/assets/tokens.css': 'assets/tokens.css',
      'src/root-routes/assets/icon.svg': 'assets/icon.svg',
      'api/openapi.yaml': 'openapi.yaml',
      'api/generators': 'generators',
      'node_modules/minisearch/dist/umd/index.js': 'assets/minisearch.js',
      'node_modules/minisearch/LICENSE.txt': 'assets/minisearch-license.txt',
    });
    config.addWatchTarget(join(ROOT, 'docs'));
    config.setUseGitIgnore(false);
    config.setQuietMode(true);
    // `npm start` builds the site as well: the time of each filter would be noise there.
    config.benchmarkManager.get('Configuration').setIsVerbose(false);
    return { htmlTemplateEngine: false, markdownTemplateEngine: false, dir: { includes: '_includes' } };
  };

const generator = async (output: string, rendered: RenderedPage[]): Promise<Eleventy> => {
  const contract = await loadContract(join(ROOT, 'api/openapi.yaml'));
  const pages = await madePages(contract);
  const eleventy: Eleventy = new Eleventy(SOURCES, output, {
    configPath: undefined,
    quietMode: true,
    config: configure(pages, operationLinks(contract), rendered),
  });
  await eleventy.init();
  return eleventy;
};

const foundOn = ({ url, title, description, sections }: RenderedPage): readonly Omit<Found, 'id'>[] => {
  const file = url.slice(1);
  return sections
    .filter(({ id, body }) => id === '' || body !== '')
    .map(({ id, text, body }) =>
      id === ''
        ? { url: file, page: title, title: '', text: `${description} ${body}`.slice(0, SEARCHED) }
        : { url: `${file}#${id}`, page: title, title: text, text: body.slice(0, SEARCHED) },
    );
};

/** Writes the documentation into a directory, which holds nothing else afterwards. A site that is served stays whole meanwhile. */
export async function buildSite(output: string): Promise<void> {
  const made = join(dirname(output), `.${basename(output)}-${process.pid}`);
  await rm(made, { recursive: true, force: true });
  const rendered: RenderedPage[] = [];
  const eleventy = await generator(made, rendered);
  eleventy.disableLogger();
  await eleventy.write();
  const found = rendered.flatMap(foundOn).map((entry, id) => ({ id, ...entry }));
  // A script, since pages opened from a disk cannot fetch data.
  await writeFile(join(made, 'assets/search-data.js'), `globalThis.searchData = ${JSON.stringify(found)};\n`);
  for (const page of rendered) await writeFile(join(made, twinOf(page.url)), markdownOf(page));
  await writeFile(join(made, 'llms.txt'), llmsText(rendered));
  await mkdir(dirname(output), { recursive: true });
  await rm(output, { recursive: true, force: true });
  await rename(made, output);
}

/** Serves the documentation, made anew when one of its texts changes. */
export async function serveSite(output: string, port: number): Promise<void> {
  await buildSite(output);
  const eleventy = await generator(output, []);
  await eleventy.watch();
  await eleventy.serve(port);
}
