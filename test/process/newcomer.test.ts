// The first minutes of a newcomer, in a real browser: start the service, open it, build, watch, open the documentation, search.
import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { startService, type RunningService } from '../../scripts/support/running-service.ts';
import { launchBrowser, screenshot, visit } from '../support/browser.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { ROOT } from './support.ts';

describe('a newcomer', () => {
  let browser: Browser;
  let database: TestDatabase;
  let service: RunningService;

  before(async function () {
    const launched = await launchBrowser();
    if (launched === null) return this.skip();
    browser = launched;
    // As npm does before `npm start`.
    const docs = spawnSync(process.execPath, ['scripts/docs.ts', '--if-needed'], { cwd: ROOT, encoding: 'utf8' });
    expect(docs.stderr).to.equal('');
    database = await createTestDatabase({ empty: true });
    const { host, port, user, password, sslMode, database: name } = database.config;
    service = await startService({
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
      ...{ PGSSLMODE: sslMode, PGDATABASE: name, MAX_EVENT_LOOP_DELAY_MS: '0', PGCONNECT_TIMEOUT_MS: '30000' },
    });
  });
  after(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  it('opens the service, builds an image, watches it finish, opens the documentation and finds CIS', async () => {
    await using tab = await visit(browser, new URL('/', service.api).href);
    const { page } = tab;
    await page.getByText('None yet. Build one here, or with curl.').waitFor();
    await page.getByLabel('Name').fill('my very first image');
    await page.getByRole('button', { name: 'Build a disk image' }).click();
    const row = page.locator('#composes li', { hasText: 'my very first image' });
    await row.getByRole('progressbar').waitFor();
    await screenshot(page, 'newcomer-1-building');
    await row.getByText('finished').waitFor();
    await screenshot(page, 'newcomer-2-finished');
    expect(await row.getByRole('progressbar').count()).to.equal(0);
    expect(await row.getByRole('link', { name: 'Download' }).getAttribute('href')).to.match(/^https?:.*disk\.qcow2$/);

    await page.getByRole('link', { name: 'Documentation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Image Builder API' }).waitFor();
    await page.getByRole('searchbox').fill('CIS');
    await page.locator('#results a').first().waitFor();
    await screenshot(page, 'newcomer-3-search');
    await page.locator('#results a').first().click();
    await page.getByRole('heading', { level: 1, name: 'CIS and compliance' }).waitFor();
    expect(tab.complaints).to.deep.equal([]);
  });

  it('sees what others build: the page follows the event stream', async () => {
    await using tab = await visit(browser, new URL('/', service.api).href);
    const { page } = tab;
    await page.getByText('Live: this page follows the event stream').waitFor();
    const post = (path: string, body: unknown): Promise<Response> =>
      fetch(service.api + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const request = {
      distribution: 'centos-9',
      image_requests: [
        { architecture: 'x86_64', image_type: 'guest-image', upload_request: { type: 'aws.s3', options: {} } },
      ],
    };
    const failing = { ...request, image_name: 'built by curl', customizations: { packages: ['sandbox-fail'] } };
    expect((await post('/compose', failing)).status).to.equal(201);
    const row = page.locator('#composes li', { hasText: 'built by curl' });
    await row.getByText('failed').waitFor();
    await post('/blueprints', { ...request, name: 'saved by curl', customizations: {} });
    const blueprint = page.locator('#blueprints li', { hasText: 'saved by curl' });
    await blueprint.getByRole('button', { name: 'Build saved by curl' }).click();
    await page.locator('#composes li').first().getByText('finished').waitFor();
    await screenshot(page, 'newcomer-4-events');
    expect(tab.complaints).to.deep.equal([]);
  });
});
