// The texts of the repository refer to one another: to files, and to headings of them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import MarkdownIt from 'markdown-it';
import { describe, it } from 'mocha';
import { renderMarkdown } from '../../scripts/docs/markdown.ts';

const ROOT = join(import.meta.dirname, '../..');

const textsIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .map((file) => join(folder, file));

/** Another test checks the pages of the site. */
const texts = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...['docs', 'deploy', 'packages'].flatMap(textsIn).filter((file) => !file.startsWith('docs/site')),
];

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const linksOf = (file: string): readonly string[] =>
  new MarkdownIt({ html: true })
    .parse(read(file), {})
    .flatMap(({ children }) => children ?? [])
    .filter(({ type }) => type === 'link_open')
    .map((token) => String(token.attrGet('href')));

const hasHeading = (file: string, anchor: string): boolean => renderMarkdown(read(file)).includes(` id="${anchor}"`);

describe('texts of the repository', () => {
  it('are found', () => {
    expect(texts).to.include.members(['README.md', 'docs/operations.md', 'packages/client/README.md']);
  });

  for (const file of texts) {
    it(`${file} has no dead links`, () => {
      const dead = linksOf(file)
        .filter((address) => !/^[a-z]+:/.test(address))
        .filter((address) => {
          const [path = '', anchor] = address.split('#');
          const target = path === '' ? file : join(dirname(file), path);
          if (!existsSync(join(ROOT, target))) return true;
          return anchor !== undefined && target.endsWith('.md') && !hasHeading(target, anchor);
        });
      expect(dead).to.deep.equal([]);
    });
  }
});
