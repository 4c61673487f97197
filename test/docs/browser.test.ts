// The front page and the documentation in a real browser. SCREENSHOTS names a directory for pictures of them.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { buildSite } from '../../scripts/docs/site.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import {
  accessibilityViolations,
  isTooWide,
  launchBrowser,
  NARROW,
  screenshot,
  visit,
  WIDE,
} from '../support/browser.ts';
import { identityHeader } from '../support/identity.ts';
import { startService, type TestService } from '../support/service.ts';

/** Both colors and both widths; for pictures each with each. */
const LOOKS = [
  { colorScheme: 'light', viewport: WIDE },
  { colorScheme: 'dark', viewport: NARROW },
  ...(process.env['SCREENSHOTS']
    ? ([
        { colorScheme: 'dark', viewport: WIDE },
        { colorScheme: 'light', viewport: NARROW },
      ] as const)
    : []),
] as const;

/** Addresses that are not of this service. Data that is written into the page is no request. */
const elsewhere = (requests: readonly string[], { port }: TestService): readonly string[] =>
  requests.filter((url) => !url.startsWith(`http://127.0.0.1:${port}/`) && !url.startsWith('data:'));

describe('in a browser', () => {
  let browser: Browser;
  let site: TemporaryDirectory;
  const development = () => startService({ docs: site.path, context: { developmentIdentity: [identityHeader()] } });

  before(async function () {
    const launched = await launchBrowser();
    if (launched === null) return this.skip();
    browser = launched;
    site = createDirectory();
    await buildSite(site.path);
  });
  after(async () => {
    await browser?.close();
    site?.[Symbol.dispose]();
  });

  /** Opens a page in every look, and checks what holds for all pages. */
  const inspect = async (service: TestService, path: string, name: string, prepare?: (page: Page) => Promise<void>) => {
    for (const look of LOOKS) {
      await using tab = await visit(browser, `http://127.0.0.1:${service.port}${path}`, look);
      await prepare?.(tab.page);
      const shown = `${name}-${look.viewport.width}-${look.colorScheme}`;
      await screenshot(tab.page, shown);
      expect(await accessibilityViolations(tab.page), shown).to.deep.equal([]);
      expect(await isTooWide(tab.page), `${shown} scrolls sideways`).to.equal(false);
      expect(tab.complaints, shown).to.deep.equal([]);
      expect(elsewhere(tab.requests, service), shown).to.deep.equal([]);
    }
  };

  it('the front page of production is plain, and accessible', async () => {
    await using service = await startService({ docs: site.path });
    await inspect(service, '/', 'production');
  });

  it('the front page of development shows composes, blueprints and the quota, and is accessible', async () => {
    await using service = await development();
    const id = await service.given.compose({ imageName: 'an image to be found' });
    const status = { status: 'success', image_status: { status: 'success' } };
    service.composer
      .get(`/composes/${id}`)
      .optionally()
      .times(LOOKS.length * 5)
      .reply(200, { id, kind: 'ComposeStatus', href: `/composes/${id}`, ...status });
    await service.given.blueprint({ name: 'a blueprint to be found' });
    await inspect(service, '/', 'development', async (page) => {
      await page.locator(`[data-id="${id}"]`).getByText('finished').waitFor();
      await page.getByText('a blueprint to be found').waitFor();
      await page.getByText('The number of builds is not limited').waitFor();
      await page.getByText('Live: this page follows the event stream').waitFor();
      expect(await page.locator('#command').textContent()).to.include('/api/image-builder/v1/compose');
    });
  });

  it('the documentation is accessible: guides, reference, errors', async () => {
    await using service = await development();
    await inspect(service, '/docs', 'docs');
    await inspect(service, '/docs/how-to/compliance.html', 'how-to');
    await inspect(service, '/docs/errors', 'errors');
    await inspect(service, '/docs/reference/index.html', 'reference');
    await inspect(service, '/docs/reference/composeImage.html', 'operation', async (page) => {
      await page.locator('.try summary').first().click();
    });
  });

  it('an address without a page is accessible, and leads on', async () => {
    await using service = await development();
    await using tab = await visit(browser, `http://127.0.0.1:${service.port}/docs/nothing`);
    await screenshot(tab.page, 'missing');
    expect(await accessibilityViolations(tab.page)).to.deep.equal([]);
    await tab.page.getByRole('link', { name: 'Documentation' }).click();
    await tab.page.waitForURL('**/docs');
    await tab.page.getByRole('link', { name: 'Start page' }).click();
    await tab.page.waitForURL(`http://127.0.0.1:${service.port}/`);
  });

  it('the search lists the page about something first, and the keyboard reaches it', async () => {
    await using service = await development();
    await inspect(service, '/docs', 'search', async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('CIS');
      const first = page.locator('#results a').first();
      await first.waitFor();
      expect(await first.locator('strong').textContent()).to.equal('CIS and compliance');
    });
    await using tab = await visit(browser, `http://127.0.0.1:${service.port}/docs`);
    await tab.page.getByRole('searchbox').fill('CIS');
    await tab.page.locator('#results a').first().waitFor();
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForURL('**/docs/how-to/compliance.html');
  });

  it('samples are tabs, and the chosen language stays chosen on other pages', async () => {
    await using service = await development();
    const address = `http://127.0.0.1:${service.port}/docs/reference`;
    await using tab = await visit(browser, `${address}/getComposes.html`);
    const { page } = tab;
    expect(await page.getByRole('tab', { selected: true }).allTextContents()).to.deep.equal(['curl']);
    await page.getByRole('tab', { name: 'Python' }).click();
    expect(await page.locator('.sample:visible').first().textContent()).to.include('import requests');
    await page.goto(`${address}/getQuota.html`);
    expect(await page.getByRole('tab', { selected: true }).allTextContents()).to.deep.equal(['Python']);
    await page.getByRole('tab', { name: 'Python' }).press('ArrowRight');
    expect(await page.getByRole('tab', { selected: true }).allTextContents()).to.deep.equal(['Go']);
  });

  it('an operation is executed on demand, with what was filled in and nothing else', async () => {
    await using service = await development();
    const id = await service.given.compose({ imageName: 'an image to be found' });
    await using tab = await visit(browser, `http://127.0.0.1:${service.port}/docs/reference/getComposes.html`);
    const { page } = tab;
    await page.locator('.try > summary').click();
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText(/^200 OK/).waitFor();
    const asked = () => new URL(tab.requests.filter((url) => url.includes('/api/')).at(-1) ?? '');
    expect([asked().pathname, asked().search]).to.deep.equal(['/api/image-builder/v1/composes', '']);
    expect(await page.locator('.try-response').textContent())
      .to.include(id)
      .and.to.include('an image to be found');
    await page.locator('.try [data-name="limit"]').fill('7');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText(/limit=7$/).waitFor();
    expect(asked().search).to.equal('?limit=7');
    expect(tab.complaints).to.deep.equal([]);
  });

  it('a compose that is tried twice is built twice: no idempotency key is sent', async () => {
    await using service = await development();
    await using tab = await visit(browser, `http://127.0.0.1:${service.port}/docs/reference/validateBlueprint.html`);
    const { page } = tab;
    await page.locator('.try > summary').click();
    const sent = page.waitForRequest((request) => request.url().includes('/api/'));
    await page.getByRole('button', { name: 'Send the request' }).click();
    const headers = await (await sent).allHeaders();
    expect(headers).to.include({ 'content-type': 'application/json' }).and.not.have.property('idempotency-key');
    expect(JSON.parse((await sent).postData() ?? '')).to.have.property('image_requests');
  });

  it('marks a required value that is missing, and shows an error response', async () => {
    await using service = await startService({ docs: site.path });
    await using tab = await visit(browser, `http://127.0.0.1:${service.port}/docs/reference/getComposeStatus.html`);
    const { page } = tab;
    await page.locator('.try > summary').click();
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText('composeId is required').waitFor();
    await page.locator('.try [data-name="composeId"]').fill('none');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.locator('.try-status', { hasText: '401' }).waitFor();
  });

  it('an event stream is shown as it arrives, until it is stopped', async () => {
    await using service = await development();
    await using tab = await visit(browser, `http://127.0.0.1:${service.port}/docs/reference/getEvents.html`);
    const { page } = tab;
    await page.locator('.try > summary').click();
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText(/^retry: \d+/).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
  });
});
