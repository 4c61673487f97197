import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { Parser } from 'htmlparser2';

/** What a page refers to, and what can be referred to on it. */
export interface HtmlPage {
  /** File within the site. */
  readonly file: string;
  readonly html: string;
  readonly ids: readonly string[];
  /** Addresses of links, and of what the page is made of. */
  readonly links: readonly string[];
  readonly parts: readonly string[];
}

const PARTS = new Set(['link', 'script', 'img', 'source', 'iframe']);

const readHtml = (directory: string, file: string): HtmlPage => {
  const html = readFileSync(join(directory, file), 'utf8');
  const ids: string[] = [];
  const links: string[] = [];
  const parts: string[] = [];
  new Parser({
    onopentag: (name, { id, href, src }) => {
      if (id !== undefined) ids.push(id);
      const address = href ?? src;
      if (address !== undefined) (PARTS.has(name) ? parts : links).push(address);
    },
  }).end(html);
  return { file, html, ids, links, parts };
};

/** All pages of a site. */
export const readPages = (directory: string): readonly HtmlPage[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => readHtml(directory, file.replaceAll('\\', '/')));

export const isExternal = (address: string): boolean => /^[a-z]+:/.test(address);

/** The file that a page refers to, and the part of it. */
export const targetOf = (from: string, address: string): { readonly file: string; readonly anchor: string | null } => {
  const [path = '', anchor = null] = address.split('#');
  return { file: path === '' ? from : join(dirname(from), decodeURI(path)), anchor };
};
