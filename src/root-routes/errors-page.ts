import type { Response } from 'express';
import { STATUS } from '../http/error-response.ts';
import { ERROR_CODES, type ErrorCodeEntry } from '../lib/error-codes.ts';
import { sendPage } from './send-page.ts';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const section = ([code, { kind, meaning, action, example, right }]: [
  string,
  ErrorCodeEntry,
]): string => `<section id="${code}">
<h2><a href="#${code}">${code}</a></h2>
<p>Status ${STATUS[kind]}. ${escape(meaning)}</p>
<p>${escape(action)}</p>
<p>Example: <code>${escape(example)}</code></p>
<p>Right, or what to send next:</p>
<pre><code>${escape(right)}</code></pre>
</section>`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors of the Image Builder API</title>
</head>
<body>
<h1>Errors</h1>
<p>A request with the header <code>Prefer: errors=detailed</code> gets the code of each error.</p>
${Object.entries<ErrorCodeEntry>(ERROR_CODES).map(section).join('\n')}
</body>
</html>
`;

/** Sends the page that describes every error code: the target of `doc_url`. */
export function sendErrorsPage(res: Response): void {
  sendPage(res, PAGE, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}
