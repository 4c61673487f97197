import { join } from 'node:path';
import type { RequestHandler, Response } from 'express';
import type { AppContext } from '../context.ts';
import { versionBody } from '../handlers/getVersion.ts';
import { isSentByThisMachine } from '../http/local-requests.ts';
import { ROOT } from '../lib/root.ts';
import { LINKS } from './links.ts';
import { acceptsPages, escapeHtml, pageHtml, PAGE_POLICY, sendPage } from './send-page.ts';

const ASSETS = join(ROOT, 'src/root-routes/assets');

/** Files of the front page, by name; the documentation has copies of the colours and the icon. */
export const FRONT_ASSETS: readonly string[] = ['front.js', 'front.css', 'tokens.css', 'icon.svg'];

const INTRODUCTION = `<p>Image Builder makes operating-system images: describe what an image has to contain and where it has to go, and get an
image in your cloud, a disk to download, or an installer.</p>`;

const footer = (ctx: AppContext): string => {
  const { version, build_commit: commit, build_time: time } = versionBody(ctx);
  const facts = [`API ${version}`, ...(commit ? [`commit ${commit}`] : []), ...(time ? [`built ${time}`] : [])];
  return `<footer><p>${escapeHtml(facts.join(', '))}. <a href="/status">Status</a></p></footer>`;
};

const plainPage = (ctx: AppContext): string =>
  `<main>
<h1>Image Builder API</h1>
${INTRODUCTION}
<p>The API is below <code>${escapeHtml(ctx.config.http.apiPath)}/v1</code>.</p>
${LINKS}
</main>
${footer(ctx)}`;

/** What the developer of this machine sees. A script fills it, and keeps it current by the event stream. */
const developmentPage = (ctx: AppContext, api: string): string => `<main data-api="${escapeHtml(api)}">
<h1>Image Builder API</h1>
${INTRODUCTION}
${LINKS}
<p id="connection" class="note" role="status">Connecting to the event stream</p>
<noscript><p>This page shows composes and blueprints by a script. Without one, use curl:</p></noscript>
<div class="columns">
<section aria-labelledby="build-title">
<h2 id="build-title">Build an image</h2>
<form id="build">
<label>Distribution <select name="distribution"></select></label>
<label>Name <input name="name" value="my first image" maxlength="100" autocomplete="off"></label>
<label>Packages <input name="packages" value="nginx tmux" autocomplete="off"></label>
<button type="submit">Build a disk image</button>
</form>
<p id="problem" class="problem" role="alert"></p>
<details><summary>The same with curl</summary>
<pre tabindex="0"><code id="command"></code></pre></details>
</section>
<section aria-labelledby="quota-title">
<h2 id="quota-title">Quota</h2>
<ul id="quota" class="plain"></ul>
</section>
<section aria-labelledby="composes-title">
<h2 id="composes-title">Composes</h2>
<ol id="composes" class="rows"></ol>
</section>
<section aria-labelledby="blueprints-title">
<h2 id="blueprints-title">Blueprints</h2>
<ol id="blueprints" class="rows"></ol>
</section>
</div>
</main>
${footer(ctx)}`;

/** Shows browsers what this service is, and the development user what it does. Clients that accept JSON get 404. */
export function frontPage(ctx: AppContext): RequestHandler {
  const title = 'Image Builder API';
  const api = `${ctx.config.http.apiPath}/v1`;
  return (req, res, next) => {
    if (!acceptsPages(req)) {
      next();
      return;
    }
    const isDeveloper = ctx.developmentIdentity !== null && isSentByThisMachine(req);
    res.setHeader('Vary', 'Accept');
    res.setHeader('Cache-Control', 'no-store');
    sendPage(
      res,
      isDeveloper
        ? pageHtml({ title, script: '/front.js', body: developmentPage(ctx, api) })
        : pageHtml({ title, body: plainPage(ctx) }),
      isDeveloper ? `${PAGE_POLICY}; script-src 'self'; connect-src 'self'` : PAGE_POLICY,
    );
  };
}

/** Sends a file of the front page. */
export function sendFrontAsset(name: string, res: Response): Promise<void> {
  const options = { root: ASSETS, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } };
  return new Promise((resolve, reject) => {
    res.sendFile(name, options, (error) => (error ? reject(error) : resolve()));
  });
}
