import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Response } from 'express';
import { sendPage } from './send-page.ts';

export const DOCS_PATH = '/docs';

const ASSETS: ReadonlyMap<string, string> = new Map([
  ['/docs/viewer.js', 'swagger-ui-bundle.js'],
  ['/docs/viewer.css', 'swagger-ui.css'],
  ['/docs/icon.png', 'favicon-32x32.png'],
]);
const START_PATH = '/docs/start.js';

export const DOCS_ASSET_PATHS: readonly string[] = [...ASSETS.keys(), START_PATH];

/** Loads nothing from other hosts: the page works offline, and can show no other document. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Image Builder API</title>
<link rel="icon" href="/docs/icon.png">
<link rel="stylesheet" href="/docs/viewer.css">
</head>
<body>
<div id="viewer"></div>
<noscript>This page shows <a href="/openapi.json">the OpenAPI document</a> by a script.</noscript>
<script src="/docs/viewer.js"></script>
<script src="${START_PATH}"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#viewer',
  deepLinking: true,
  displayOperationId: true,
  docExpansion: 'list',
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

/** Sends the page that renders the published contract. */
export function sendDocsPage(res: Response): void {
  sendPage(res, PAGE, POLICY);
}

const PACKAGE = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

export function sendDocsAsset(path: string, res: Response): Promise<void> | void {
  const file = ASSETS.get(path);
  if (file === undefined) {
    res.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8' });
    res.end(START);
    return;
  }
  return new Promise((resolve, reject) => {
    res.sendFile(join(PACKAGE, file), { maxAge: '1h' }, (error) => (error ? reject(error) : resolve()));
  });
}
