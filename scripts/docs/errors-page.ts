import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { escapeHtml, slug } from './html.ts';
import { STATUS } from '../../src/http/error-response.ts';
import { ERROR_CODES, type ErrorCodeEntry } from '../../src/lib/error-codes.ts';
import { renderCode, renderInline } from './markdown.ts';
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

const codeHtml = ([code, { meaning, action, example, right }]: [string, ErrorCodeEntry]): string =>
  [
    `<h3 id="${code}"><code>${code}</code></h3>`,
    envelope('Example', example),
    explained({ cause: meaning, cure: action }),
    renderCode(`${right}\n`, 'sh'),
  ].join('\n');

const codesOf = (status: number): string =>
  Object.entries<ErrorCodeEntry>(ERROR_CODES)
    .filter(([, { kind }]) => STATUS[kind] === status)
    .map(codeHtml)
    .join('\n');

const statusHtml = (entry: StatusEntry, titles: readonly TitleEntry[]): string =>
  [
    `<h2 id="status-${entry.status}">${entry.status} ${escapeHtml(entry.name)}</h2>`,
    explained(entry),
    codesOf(entry.status),
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
    description: 'Every error status, code and title of the service, its cause, its remedy and a right request.',
    html: [
      '<p>An error response has a list, nearly always with one entry:</p>',
      '<pre tabindex="0" class="code json"><code>{ "errors": [{ "title": "404", "detail": "blueprint not found" }] }</code></pre>',
      '<p>Programs decide by the status, and by the title where it is not the status; <code>detail</code> is for people, and its words may',
      'change. Refusals of the identity header itself are plain text. Quote the header <code>X-Strc-Trace-Id</code> of the response when you',
      'report a problem. </p>',
      '<p>With the header <code>Prefer: errors=detailed</code> the list has an entry for each mistake of a body, and each entry has',
      'a <code>code</code>, which stays the same between releases, the place of the mistake as <code>pointer</code>, the',
      '<code>value</code> unless it may be a secret, what the place <code>takes</code>, the <code>suggestion</code> of what was probably',
      'meant, and <code>doc_url</code>, the address of this page at the service. Below each code is a right request, or the one to send next.</p>',
      '<p>The operations of the published API ignore members and query parameters that they do not know, and name them in the header',
      '<code>Image-Builder-Warnings</code>. With <code>Prefer: handling=strict</code> the service refuses such a request. All other',
      'operations refuse it always.</p>',
      `<p>${statuses.map(({ status }) => `<a href="#status-${status}">${status}</a>`).join(' · ')}</p>`,
      ...statuses.map((entry) => statusHtml(entry, titles)),
    ].join('\n'),
  };
}
