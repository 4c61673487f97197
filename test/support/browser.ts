// A real browser that reaches this machine only.
import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Nothing of the browser's own business, and no way out of this machine. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
];

/** Starts the browser; `null`, with a warning, where there is none. */
export const launchBrowser = (): Promise<Browser | null> => {
  if (existsSync(BROWSER)) return chromium.launch({ executablePath: BROWSER, args: FLAGS, headless: true });
  console.warn(`    SKIPPED: there is no browser at ${BROWSER} (CHROMIUM names another one)`);
  return Promise.resolve(null);
};

/** A page of the browser, and what it did. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Addresses that the page requested, with and without a response. */
  readonly requests: readonly string[];
  /** What the page complained about: failures of scripts, and of the policy for its content. */
  readonly complaints: readonly string[];
}

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** Opens a page in a window of its own. */
export const visit = async (
  browser: Browser,
  address: string,
  { viewport = WIDE, ...options }: BrowserContextOptions = {},
): Promise<Visit> => {
  const context = await browser.newContext({ viewport, ...options });
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

/** What axe finds wrong with the page as it is now: its rules, and the elements. */
export const accessibilityViolations = async (page: Page): Promise<readonly string[]> => {
  // Evaluated by the browser's debugger, which the policy of the page does not concern.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: {
          run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
        };
      }
    ).axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  });
};

/** Whether a page is wider than the window, so that it scrolls sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Writes a screenshot where `SCREENSHOTS` names a directory. */
export const screenshot = async (page: Page, name: string): Promise<void> => {
  const directory = process.env['SCREENSHOTS'];
  if (directory) await page.screenshot({ path: `${directory}/${name}.png` });
};
