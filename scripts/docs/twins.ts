// Every page a second time as Markdown, and a list of them: for assistants and other programs that read text.
import TurndownService from 'turndown';
import { gfm } from 'turndown-plugin-gfm';
import { NAVIGATION } from './navigation.ts';

export interface TwinPage {
  /** Address within the site: `/how-to/aws.html`. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** The content with relative links. */
  readonly html: string;
}

/** The address of a page's Markdown. */
export const twinOf = (url: string): string => url.replace(/\.html$/, '.md');

const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
service.use(gfm);
service.addRule('code', {
  filter: (node) => node.nodeName === 'PRE',
  replacement: (_content, node) => {
    const language = (node.getAttribute('class') ?? '').replace('code', '').trim();
    return `\n\n\`\`\`${language}\n${(node.textContent ?? '').trimEnd()}\n\`\`\`\n\n`;
  },
});
service.addRule('term', {
  filter: 'dt',
  replacement: (content) => `\n\n- **${content.trim().replaceAll('**', '')}**\n`,
});
service.addRule('explanation', {
  filter: 'dd',
  replacement: (content) => `\n${content.trim().replaceAll(/^/gm, '  ')}\n`,
});
service.addRule('summary', { filter: ['summary'], replacement: (content) => `\n\n**${content.trim()}**\n\n` });

/** Links between pages lead from twin to twin. */
const betweenTwins = (html: string): string => html.replaceAll(/( href="(?![a-z]+:)[^"#]*)\.html/g, '$1.md');

/** A page as Markdown. */
export function markdownOf({ html, description }: Pick<TwinPage, 'html' | 'description'>): string {
  const text = service.turndown(betweenTwins(html));
  return `${text.replace(/^(# .*)$/m, (title) => `${title}\n\n> ${description}`).replaceAll(/\n{3,}/g, '\n\n')}\n`;
}

/** The list of all pages for assistants, as llmstxt.org describes it. */
export function llmsText(pages: readonly TwinPage[]): string {
  const byUrl = new Map(pages.map((page) => [page.url, page]));
  const line = (url: string, name: string): string =>
    `- [${name}](${twinOf(url).slice(1)}): ${byUrl.get(url)?.description ?? ''}`;
  const group = (title: string, lines: readonly string[]): string => `## ${title}\n\n${lines.join('\n')}\n`;
  const operations = pages.filter(({ url }) => /^\/reference\/[a-z]\w*\.html$/.test(url) && !url.includes('index'));
  return [
    '# Image Builder API\n',
    `> ${byUrl.get('/index.html')?.description ?? ''}\n`,
    'Every page below is Markdown. The contract is in [openapi.yaml](openapi.yaml); a running service publishes it at `/openapi.json`.\n',
    ...NAVIGATION.map(({ title, pages: entries }) =>
      group(
        title,
        entries.map((entry) => line(entry.url, entry.title)),
      ),
    ),
    group(
      'Optional',
      operations.map(({ url, title }) => line(url, title)),
    ),
  ].join('\n');
}
