// Texts of the repository that are pages of the site as well: one source for both.
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path/posix';
import { renderMarkdown } from './markdown.ts';
import type { Page } from './page.ts';

interface Source {
  readonly file: string;
  readonly url: string;
  readonly title: string;
  readonly description: string;
}

const SOURCES: readonly Source[] = [
  {
    ...{ file: 'docs/operations.md', url: '/operations.html', title: 'Operations manual' },
    description: 'Deploying, watching and maintaining the service, and what to do about every alert.',
  },
  {
    ...{ file: 'docs/data.md', url: '/data.html', title: 'Data' },
    description: 'What is stored and how long, how much that becomes, backups and recovery.',
  },
  {
    ...{ file: 'docs/configuration.md', url: '/configuration.html', title: 'Configuration' },
    description: 'Every setting of the service.',
  },
  {
    ...{ file: 'docs/log-events.md', url: '/log-events.html', title: 'Log events' },
    description: 'Every event that the service logs, and what to do about it.',
  },
  {
    ...{ file: 'docs/reliability.md', url: '/reliability.html', title: 'Reliability' },
    description: 'How the service avoids data loss and overload.',
  },
  {
    ...{ file: 'docs/upstream-faults.md', url: '/upstream-faults.html', title: 'When another service fails' },
    description: 'The responses of the service while an upstream fails.',
  },
  {
    ...{ file: 'docs/performance.md', url: '/performance.html', title: 'Performance' },
    description: 'How fast the service is, and how that is measured.',
  },
  {
    ...{ file: 'docs/distributions.md', url: '/distributions.html', title: 'Distribution data' },
    description: 'The data of the distributions, its sources and its updates.',
  },
  {
    ...{ file: 'docs/sandbox.md', url: '/sandbox.html', title: 'The sandbox' },
    description: 'Stand-ins for the services that Image Builder calls.',
  },
  {
    ...{ file: 'docs/architecture.md', url: '/architecture.html', title: 'Architecture' },
    description: 'How the service works inside.',
  },
];

/** A text without its first heading. */
const withoutTitle = (text: string): string => text.replace(/^# .*\n/, '');

/**
 * Where a link of a file of the repository leads on the site; `null` for files that are no pages. A test finds dead links: where the
 * site is built for the container image, most files of the repository are missing.
 */
const targetOf = (source: Source, address: string): string | null => {
  if (/^[a-z]+:/.test(address)) return address;
  const [path = '', anchor] = address.split('#');
  const file = path === '' ? source.file : normalize(join(dirname(source.file), path));
  const page = SOURCES.find((other) => other.file === file);
  if (page === undefined) return null;
  return anchor === undefined ? page.url : `${page.url}#${anchor}`;
};

/** @param root directory of the repository */
export function repositoryPages(root: string): Promise<readonly Page[]> {
  return Promise.all(
    SOURCES.map(async (source) => {
      const text = await readFile(`${root}/${source.file}`, 'utf8');
      const { url, title, description } = source;
      const html = renderMarkdown(withoutTitle(text), (address) => targetOf(source, address));
      return { url, title, description, html };
    }),
  );
}
