import type { Request, RequestHandler } from 'express';
import { ServiceError, type ErrorEntry } from '../lib/errors.ts';
import { quote } from '../lib/quote.ts';
import { DOCS_PATH } from './docs-site.ts';
import { LINKS } from './links.ts';
import { acceptsPages, escapeHtml, pageHtml, PAGE_POLICY, sendPage } from './send-page.ts';

/** Characters of an address that is repeated. */
const MAX_ADDRESS = 200;

const shortened = (address: string): string =>
  address.length > MAX_ADDRESS ? `${address.slice(0, MAX_ADDRESS)} …` : address;

const missingPage = (address: string, apiPath: string): string =>
  pageHtml({
    title: 'Not found',
    body: `<main>
<h1>There is no page at this address</h1>
<p>This service has nothing at <code>${escapeHtml(shortened(address))}</code>. The API is below <code>${escapeHtml(apiPath)}/v1</code>.
The <a href="/">start page</a> and these pages exist:</p>
${LINKS}
</main>`,
  });

/** The published text, and where to go for those that prefer details. Below the documentation the published API has no text. */
const missingError = ({ path }: Request, apiPath: string): ServiceError => {
  const code = 'operation.not_found';
  const place = quote(shortened(path));
  if (path.startsWith(`${DOCS_PATH}/`)) {
    const detail = `the documentation has no page ${place}; ${DOCS_PATH}/llms.txt lists its pages`;
    return new ServiceError('notFound', { code, detail });
  }
  const published: ErrorEntry = { code, detail: 'Not Found' };
  const detail = `the service has nothing at ${place}; the API is below ${apiPath}/v1, its documentation at ${DOCS_PATH}`;
  return new ServiceError('notFound', { code, detail }, { published });
};

/** Responds where nothing else is: with a page to browsers, with an error list to all other clients. */
export function missing(apiPath: string): RequestHandler {
  return (req, res) => {
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    if (!isRead || !acceptsPages(req)) throw missingError(req, apiPath);
    res.setHeader('Vary', 'Accept');
    res.setHeader('Cache-Control', 'no-store');
    sendPage(res, missingPage(req.path, apiPath), PAGE_POLICY, 404);
  };
}
