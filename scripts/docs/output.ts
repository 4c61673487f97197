// What is done with whole pages once they are rendered.
import { dirname, relative } from 'node:path/posix';
import { Parser } from 'htmlparser2';

/**
 * Makes links to pages of the site relative, so that the site works below any address and from a disk.
 * @param url address of the page within the site
 */
export function withRelativeLinks(html: string, url: string): string {
  return html.replace(/ (href|src)="(\/[^"]*)"/g, (_whole, attribute: string, address: string) => {
    const [path = '', anchor] = address.split('#');
    const to = path === url && anchor !== undefined ? '' : relative(dirname(url), path);
    return ` ${attribute}="${to}${anchor === undefined ? '' : `#${anchor}`}"`;
  });
}

/** Links code that names an operation, such as `GET /distributions`, to its page. */
export function withOperationLinks(html: string, links: ReadonlyMap<string, string>): string {
  return html.replace(
    /(<a [^>]*>)?<code>((?:GET|POST|PUT|DELETE) \/[^<?]*)(\?[^<]*)?<\/code>/g,
    (whole, link: string | undefined, name: string) => {
      const url = links.get(name);
      return link !== undefined || url === undefined ? whole : `<a href="${url}">${whole}</a>`;
    },
  );
}

/** A heading of a page, for the list of what is on it. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** Something that can be found: a page, or a part of one below a heading. */
export interface Section extends Omit<Heading, 'level'> {
  readonly body: string;
}

const HEADING = /^h([2-3])$/;

interface Read {
  readonly headings: readonly Heading[];
  readonly sections: readonly Section[];
}

/** Reads headings, and the text below each, code after prose; what is before the first has no id. */
export function readPage(html: string): Read {
  const headings: { level: number; id: string; text: string }[] = [];
  const sections: { id: string; text: string; body: string; code: string }[] = [
    { id: '', text: '', body: '', code: '' },
  ];
  let inHeading = false;
  let inCode = false;
  const parser = new Parser(
    {
      onopentag: (name, { id }) => {
        if (name === 'pre') inCode = true;
        const [, level] = HEADING.exec(name) ?? [];
        if (level === undefined || !id) return;
        inHeading = true;
        headings.push({ level: Number(level), id, text: '' });
        sections.push({ id, text: '', body: '', code: '' });
      },
      onclosetag: (name) => {
        if (HEADING.test(name)) inHeading = false;
        if (name === 'pre') inCode = false;
      },
      ontext: (text) => {
        const section = sections.at(-1);
        if (!section) return;
        if (inHeading) {
          section.text += text;
          const heading = headings.at(-1);
          if (heading) heading.text += text;
        } else if (inCode) section.code += ` ${text}`;
        else section.body += ` ${text}`;
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return {
    headings,
    sections: sections.map(({ id, text, body, code }) => ({
      ...{ id, text },
      body: `${body} ${code}`.replace(/\s+/g, ' ').trim(),
    })),
  };
}
