import MarkdownIt from 'markdown-it';
import type Token from 'markdown-it/lib/token.mjs';
import Prism from 'prismjs';
import loadLanguages from 'prismjs/components/index.js';
import { escapeHtml, slug } from './html.ts';

loadLanguages(['bash', 'json', 'typescript', 'yaml', 'rust', 'go', 'python', 'java']);

const GRAMMARS: Readonly<Record<string, string>> = { sh: 'bash', ts: 'typescript', js: 'javascript' };

/** A block of code. Its language is the first word behind the fence; the others are for the tests. */
export function renderCode(code: string, info: string): string {
  const [language = ''] = info.trim().split(/\s+/);
  const grammar = Prism.languages[GRAMMARS[language] ?? language];
  const html = grammar ? Prism.highlight(code, grammar, language) : escapeHtml(code);
  return `<pre tabindex="0" class="code ${escapeHtml(language)}"><code>${html}</code></pre>\n`;
}

/** What becomes of the address of a link; `null` where there is nothing to lead to, and only the text stays. */
export type LinkTarget = (address: string) => string | null;

/** Gives every heading an id made of its text, a number behind those that come again. */
const addIds = (tokens: readonly Token[]): void => {
  const seen = new Map<string, number>();
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const base = slug((tokens[index + 1]?.children ?? []).map(({ content }) => content).join(''));
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    token.attrSet('id', count === 0 ? base : `${base}-${count}`);
  }
};

/** Turns links that lead nowhere into their text. */
const rewriteLinks = (tokens: readonly Token[], target: LinkTarget): void => {
  for (const { children } of tokens) {
    let open = false;
    for (const token of children ?? []) {
      if (token.type === 'link_open') {
        const address = target(String(token.attrGet('href')));
        open = address !== null;
        if (address === null) Object.assign(token, { tag: 'span', attrs: [['class', 'unlinked']] });
        else token.attrSet('href', address);
      } else if (token.type === 'link_close' && !open) token.tag = 'span';
    }
  }
};

/** Most columns of a table that narrow screens display as a list. */
const FEW_COLUMNS = 4;

/** Adds the column title to the cells of tables, and a class to tables with few columns. */
const labelTables = (tokens: readonly Token[]): void => {
  let table: Token | null = null;
  let labels: string[] = [];
  let column = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'table_open') [table, labels] = [token, []];
    else if (token.type === 'th_open') labels.push(tokens[index + 1]?.content ?? '');
    else if (token.type === 'thead_close')
      table?.attrSet('class', labels.length > FEW_COLUMNS ? 'table' : 'table stacks');
    else if (token.type === 'tr_open') column = 0;
    else if (token.type === 'td_open') {
      token.attrSet('data-label', labels[column] ?? '');
      column += 1;
    }
  }
};

/** Aligns cells by a class: the policy of the pages allows no style within them. */
const alignCells = (tokens: readonly Token[]): void => {
  for (const token of tokens) {
    const [, side] = /^text-align:(\w+)$/.exec(token.attrGet('style') ?? '') ?? [];
    if (side !== undefined)
      token.attrs = [...(token.attrs ?? []).filter(([name]) => name !== 'style'), ['class', `to-${side}`]];
  }
};

const md = new MarkdownIt({ html: true });
md.renderer.rules['fence'] = (tokens, index) => {
  const { content = '', info = '' } = tokens[index] ?? {};
  return renderCode(content, info);
};
// Wide tables scroll by themselves; the page never does.
md.renderer.rules['table_open'] = (tokens, index) =>
  `<div class="${tokens[index]?.attrGet('class') ?? 'table'}" tabindex="0"><table>\n`;
md.renderer.rules['table_close'] = () => '</table></div>\n';

/** Renders a text. @param target where links lead; they stay as they are without it */
export function renderMarkdown(text: string, target: LinkTarget = (address) => address): string {
  const tokens = md.parse(text, {});
  addIds(tokens);
  labelTables(tokens);
  alignCells(tokens);
  rewriteLinks(tokens, target);
  return md.renderer.render(tokens, md.options, {});
}

/** Renders a line, without a paragraph around it. */
export const renderInline = (text: string): string => md.renderInline(text);
