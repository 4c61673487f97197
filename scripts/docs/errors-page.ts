import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { escapeHtml, slug } from './html.ts';
import { renderInline } from './markdown.ts';
import type { Page } from './page.ts';

/** Why an error comes, and what to do about it, as Markdown. */
interface Explanation {
  readonly cause: string;
  readonly cure: string;
}

export interface StatusEntry extends Explanation {
  readonly status: number;
  readonly name: string;
  /** Texts that need more words; `…` stands for what differs. */
  readonly details?: readonly (Explanation & { readonly detail: string })[];
}

export interface TitleEntry extends Explanation {
  readonly title: string;
  readonly status: number;
}

/** The catalogue of errors. */
export interface ErrorCatalogue {
  readonly statuses: readonly StatusEntry[];
  readonly titles: readonly TitleEntry[];
}

export async function loadErrors(file: string): Promise<ErrorCatalogue> {
  return parse(await readFile(file, 'utf8')) as ErrorCatalogue;
}

const explained = ({ cause, cure }: Explanation): string =>
  `<dl class="explained"><dt>Why</dt><dd>${renderInline(cause)}</dd><dt>What to do</dt><dd>${renderInline(cure)}</dd></dl>`;

const envelope = (title: string, detail: string): string =>
  `<p class="seen"><span class="title">${escapeHtml(title)}</span> ${escapeHtml(detail)}</p>`;

const statusHtml = (entry: StatusEntry, titles: readonly TitleEntry[]): string =>
  [
    `<h2 id="status-${entry.status}">${entry.status} ${escapeHtml(entry.name)}</h2>`,
    explained(entry),
    ...(entry.details ?? []).map((detail) => `${envelope(String(entry.status), detail.detail)}${explained(detail)}`),
    ...titles
      .filter(({ status }) => status === entry.status)
      .map((title) => `<h3 id="${slug(title.title)}">${escapeHtml(title.title)}</h3>${explained(title)}`),
  ].join('\n');

/** The page of all errors. */
export function errorsPage({ statuses, titles }: ErrorCatalogue): Page {
  return {
    url: '/errors.html',
    title: 'Errors',
    description: 'Every error status and title of the service, its cause and its remedy.',
    html: [
      '<p>An error response has a list, nearly always with one entry:</p>',
      '<pre tabindex="0" class="code json"><code>{ "errors": [{ "title": "404", "detail": "blueprint not found" }] }</code></pre>',
      '<p>Programs decide by the status, and by the title where it is not the status; <code>detail</code> is for people, and its words may',
      'change. Refusals of the identity header itself are plain text. Quote the header <code>X-Strc-Trace-Id</code> of the response when you',
      'report a problem. With the header <code>Prefer: errors=detailed</code> each entry has a <a href="/error-codes.html">code</a>.</p>',
      `<p>${statuses.map(({ status }) => `<a href="#status-${status}">${status}</a>`).join(' · ')}</p>`,
      ...statuses.map((entry) => statusHtml(entry, titles)),
    ].join('\n'),
  };
}
