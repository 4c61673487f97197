import { readChangelog } from '../contract/changelog.ts';
import { escapeHtml } from './html.ts';
import { renderInline } from './markdown.ts';
import type { Page } from './page.ts';

const listHtml = (changes: readonly string[]): string =>
  changes.length === 0
    ? '<p>None.</p>'
    : `<ul>${changes.map((one) => `<li>${renderInline(one)}</li>`).join('\n')}</ul>`;

/** The page of all changes of the contract. */
export async function apiChangelogPage(): Promise<Page> {
  const { unreleased, releases } = await readChangelog();
  const sections = [{ name: 'Unreleased', changes: unreleased }, ...releases];
  return {
    url: '/api-changelog.html',
    title: 'Changes of the API',
    description: 'What each release added to the contract, found by comparing it with the one before.',
    html: [
      '<p>Operations, parameters and members that were added. Nothing is removed or narrowed without the notice that',
      '<a href="/deprecation.html">the deprecation policy</a> demands.</p>',
      ...sections.map(({ name, changes }) => `<h2>${escapeHtml(name)}</h2>\n${listHtml(changes)}`),
    ].join('\n'),
  };
}
