import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type RequestHandler, type Response } from 'express';
import { ROOT } from '../lib/root.ts';
import { sendErrorsPage } from './errors-page.ts';
import { pageHtml, PAGE_POLICY, sendPage } from './send-page.ts';

export const DOCS_PATH = '/docs';

/** Where `npm run docs` and `npm run build` write the documentation. */
export const DOCS_DIRECTORY = join(ROOT, 'site');

/** Loads nothing from other hosts: the documentation works offline, and calls this service only. */
const POLICY = `${PAGE_POLICY}; script-src 'self'; connect-src 'self'`;

const NOT_BUILT = pageHtml({
  title: 'Documentation',
  body: `<main>
<h1>Documentation</h1>
<p>The documentation has not been built: <code>npm run docs</code> does so. The contract is at <a href="/openapi.json">/openapi.json</a>,
and the error codes are at <a href="/docs/errors">/docs/errors</a>.</p>
</main>`,
});

/** Links of the first page, which are relative to `/docs/`, for the address without the slash. */
const belowDocs = (html: string): string =>
  html.replaceAll(/ (href|src)="(?![a-z]+:|#)([^"]*)"/g, ` $1="${DOCS_PATH.slice(1)}/$2"`);

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** @throws Error when the page cannot be read; `null` where there is none */
const readPage = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
};

/** Sends the first page of the documentation, with and without a slash at the end of the address. */
export function docsHome(directory: string): RequestHandler {
  return async (_req, res: Response) => {
    const page = await readPage(join(directory, 'index.html'));
    if (page === null) sendPage(res, NOT_BUILT, PAGE_POLICY);
    else sendPage(res, belowDocs(page), POLICY);
  };
}

/** Sends the documentation's page of errors: the target of `doc_url`. A plain one stands in where nothing has been built. */
export function docsErrors(directory: string): RequestHandler {
  return async (_req, res: Response) => {
    const page = await readPage(join(directory, 'errors.html'));
    if (page === null) sendErrorsPage(res);
    else sendPage(res, page, POLICY);
  };
}

/** Serves the files of the documentation from the disk. What is not there is left to the next handler. */
export function docsFiles(directory: string): RequestHandler {
  return express.static(directory, {
    ...{ redirect: false, cacheControl: false, extensions: ['html'] },
    setHeaders: (res) => {
      res.setHeader('Cache-Control', 'no-cache');
      res.setHeader('Content-Security-Policy', POLICY);
      res.setHeader('Referrer-Policy', 'no-referrer');
    },
  });
}

/** Sends what the pages of the reference need to call the service. */
export function sendDocsSettings(res: Response, api: string): void {
  res.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' });
  res.end(`${JSON.stringify({ api })}\n`);
}
