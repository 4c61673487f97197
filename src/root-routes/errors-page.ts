import type { Response } from 'express';
import { STATUS } from '../http/error-response.ts';
import { ERROR_CODES, type ErrorCodeEntry } from '../lib/error-codes.ts';
import { escapeHtml, pageHtml, PAGE_POLICY, sendPage } from './send-page.ts';

const section = ([code, { kind, meaning, action, example, right }]: [
  string,
  ErrorCodeEntry,
]): string => `<section id="${code}">
<h2><a href="#${code}">${code}</a></h2>
<p>Status ${STATUS[kind]}. ${escapeHtml(meaning)}</p>
<p>${escapeHtml(action)}</p>
<p>Example: <code>${escapeHtml(example)}</code></p>
<p>Right, or what to send next:</p>
<pre tabindex="0"><code>${escapeHtml(right)}</code></pre>
</section>`;

const PAGE = pageHtml({
  title: 'Errors of the Image Builder API',
  body: `<main>
<h1>Errors</h1>
<p>A request with the header <code>Prefer: errors=detailed</code> gets the code of each error. <a href="/">Start page</a></p>
${Object.entries<ErrorCodeEntry>(ERROR_CODES).map(section).join('\n')}
</main>`,
});

/** Sends the page that describes every error code, for a service without documentation. */
export function sendErrorsPage(res: Response): void {
  sendPage(res, PAGE, PAGE_POLICY);
}
