import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { chromium, type Browser, type Page } from 'playwright-core';
import { identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Nothing of the browser's own business, and no way out of this machine. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
];

/** A page of the browser, and what it did. */
interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Addresses that were asked, whether there was an answer or not. */
  readonly requests: readonly string[];
  /** What the page complained about: failures of scripts, and of the policy for its content. */
  readonly complaints: readonly string[];
}

const visit = async (browser: Browser, address: string): Promise<Visit> => {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(address);
  return { page, requests, complaints, [Symbol.asyncDispose]: () => context.close() };
};

/** Addresses that are not of this service. Data that is written into the page is no request. */
const elsewhere = (requests: readonly string[], { port }: TestService): readonly string[] =>
  requests.filter((url) => !url.startsWith(`http://127.0.0.1:${port}/`) && !url.startsWith('data:'));

const operationsOf = ({ ctx }: TestService): readonly string[] =>
  Object.values(ctx.document.paths).flatMap((path) =>
    Object.values(path as Record<string, { operationId?: string }>).flatMap(({ operationId }) => operationId ?? []),
  );

describe('the documentation page', () => {
  it('may load nothing from other hosts', async () => {
    await using service = await startService();
    const { status, headers, text } = await service.root.get('/docs');
    expect([status, headers['content-type']]).to.deep.equal([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).to.match(/^default-src 'none'; script-src 'self';/);
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(parts).to.have.length(5);
    for (const path of parts) {
      expect(path).to.match(/^\/[^/]/);
      expect((await service.root.get(path)).status, path).to.equal(200);
    }
  });
});

describe('every path outside the API', () => {
  it('forbids browsers to guess another type', async () => {
    await using service = await startService();
    service.composer.get('/openapi').optionally().reply(200, {});
    const paths = [
      '/status',
      '/openapi.json',
      '/docs',
      '/docs/viewer.js',
      '/docs/start.js',
      '/errors',
      '/metrics',
      '/nowhere',
    ];
    for (const path of paths)
      expect((await service.root.get(path)).headers['x-content-type-options'], path).to.equal('nosniff');
  });

  it('allows its pages no script and no style within them, no frame, no form, and nothing of other hosts', async () => {
    await using service = await startService();
    for (const path of ['/docs', '/docs/errors']) {
      const policy = (await service.root.get(path)).headers['content-security-policy'] ?? '';
      for (const rule of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
        expect(policy, path).to.include(rule);
      expect(policy, path).not.to.match(/unsafe|\*|https?:/);
    }
  });
});

describe('the documentation page in a browser', () => {
  let browser: Browser | null = null;

  before(async function () {
    if (!existsSync(BROWSER)) {
      console.warn(`    SKIPPED: there is no browser at ${BROWSER} (CHROMIUM names another one)`);
      this.skip();
    }
    browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS, headless: true });
  });
  after(async () => {
    await browser?.close();
  });

  it('shows every operation of the contract, and sends requests to the service only', async () => {
    await using service = await startService();
    await using tab = await visit(browser as Browser, `http://127.0.0.1:${service.port}/docs`);
    const { page } = tab;
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('h2.title, .info .title').first().textContent()).to.include('Image-builder service');
    const shown = await page.locator('.opblock-summary-operation-id').allTextContents();
    // One with two tags is shown under both. The viewer puts a zero-width space where a long name may be broken.
    const names = new Set(shown.map((name) => name.replaceAll('\u200b', '')));
    expect([...names]).to.have.members([...operationsOf(service)]);
    expect(tab.complaints).to.deep.equal([]);
    expect(elsewhere(tab.requests, service)).to.deep.equal([]);
    const screenshot = process.env['DOCS_SCREENSHOT'];
    if (screenshot) await page.screenshot({ path: `${screenshot}-contract.png` });
  });

  it('executes an operation on demand, and shows the response', async () => {
    await using service = await startService({ context: { developmentIdentity: [identityHeader()] } });
    const id = await service.given.compose({ imageName: 'an image to be found' });
    await using tab = await visit(browser as Browser, `http://127.0.0.1:${service.port}/docs`);
    const { page } = tab;
    const operation = page.locator('.opblock', { has: page.getByText('getComposes', { exact: true }) });
    await operation.locator('.opblock-summary').click();
    // The viewer puts the contract's examples into the form.
    await operation.locator('tr[data-param-name="limit"] input').fill('7');
    await operation.locator('tr[data-param-name="offset"] input').fill('0');
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table');
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').last().textContent()).to.include('200');
    expect(await answer.textContent())
      .to.include(id)
      .and.to.include('an image to be found');
    const asked = new URL(tab.requests.at(-1) ?? '');
    expect(asked.pathname).to.equal('/api/image-builder/v1/composes');
    expect(asked.searchParams.get('limit')).to.equal('7');
    expect(tab.complaints).to.deep.equal([]);
    expect(elsewhere(tab.requests, service)).to.deep.equal([]);
    const screenshot = process.env['DOCS_SCREENSHOT'];
    if (screenshot) await page.screenshot({ path: `${screenshot}-answer.png` });
  });

  it('shows an error response', async () => {
    await using service = await startService();
    await using tab = await visit(browser as Browser, `http://127.0.0.1:${service.port}/docs`);
    const { page } = tab;
    const operation = page.locator('.opblock', { has: page.getByText('getVersion', { exact: true }) });
    await operation.locator('.opblock-summary').click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table');
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').last().textContent()).to.include('401');
    expect(elsewhere(tab.requests, service)).to.deep.equal([]);
  });
});
