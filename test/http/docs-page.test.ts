// The pages of the service as it serves them: the front page and the documentation. test/docs/browser.test.ts opens them in a browser.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import { identityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';

const PAGE = { headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } };

let site: TemporaryDirectory;
before(() => {
  site = createDirectory({
    'index.html':
      '<link href="assets/style.css"><a href="how-to/aws.html#start">x</a><a href="#here">y</a><a href="https://example.com/">z</a>',
    'llms.txt': '# Image Builder API\n',
    '.hidden': 'secret',
    'assets/style.css': 'a {}\n',
    'how-to/aws.html': '<h1>AWS</h1>',
    'how-to/aws.md': '# AWS\n',
    'errors.html': '<h1>All errors</h1>',
  });
});
after(() => site[Symbol.dispose]());

describe('the front page', () => {
  it('is for browsers: clients that accept JSON, or do not say, get 404 as before', async () => {
    await using service = await startService();
    expect((await service.root.get('/', PAGE)).headers['content-type']).to.equal('text/html; charset=utf-8');
    expect((await service.root.get('/', { headers: { accept: 'text/html' } })).status).to.equal(200);
    for (const headers of [
      {},
      { accept: '*/*' },
      { accept: 'application/json' },
      { accept: 'application/json, text/html;q=0.5' },
    ]) {
      const reply = await service.root.get('/', { headers });
      expect([reply.status, reply.body]).to.deep.equal([404, { errors: [{ title: '404', detail: 'Not Found' }] }]);
    }
    expect((await service.root.send('POST', '/', undefined, PAGE)).status).to.equal(404);
  });

  it('says in production what this is: version and links, without a script', async () => {
    await using service = await startService();
    const { text, headers } = await service.root.get('/', PAGE);
    expect(text)
      .to.include('API 1.0, commit abcdef0')
      .and.to.include('href="/docs"')
      .and.to.include('href="/openapi.json"');
    expect(text).to.not.include('<script').and.not.include('data-api');
    expect(headers['content-security-policy']).to.include("default-src 'none'").and.not.include('script-src');
    expect(headers).to.include({ vary: 'Accept', 'cache-control': 'no-store' });
  });

  it('shows composes to the development user only, and not by a proxy or another host name', async () => {
    await using service = await startService({ context: { developmentIdentity: [identityHeader()] } });
    const { text, headers } = await service.root.get('/', PAGE);
    expect(text).to.include('data-api="/api/image-builder/v1"').and.to.include('src="/front.js"');
    expect(headers['content-security-policy']).to.include("script-src 'self'; connect-src 'self'");
    for (const others of [{ 'x-forwarded-for': '192.0.2.1' }, { host: 'builder.example.com' }])
      expect((await service.root.get('/', { headers: { ...PAGE.headers, ...others } })).text).to.not.include(
        'data-api',
      );
  });

  it('has all of its parts', async () => {
    await using service = await startService({ context: { developmentIdentity: [identityHeader()] } });
    const { text } = await service.root.get('/', PAGE);
    const parts = [...text.matchAll(/<(?:link|script)[^>]* (?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(parts).to.have.length(4);
    for (const path of parts) expect((await service.root.get(path)).status, path).to.equal(200);
  });
});

describe('the documentation', () => {
  it('is served from its directory, with relative links at every address', async () => {
    await using service = await startService({ docs: site.path });
    const home = await service.root.get('/docs');
    expect([home.status, home.headers['content-type']]).to.deep.equal([200, 'text/html; charset=utf-8']);
    expect(home.text).to.equal(
      '<link href="docs/assets/style.css"><a href="docs/how-to/aws.html#start">x</a><a href="#here">y</a><a href="https://example.com/">z</a>',
    );
    expect((await service.root.get('/docs/')).text).to.include('href="assets/style.css"');
    for (const path of ['/docs/how-to/aws.html', '/docs/how-to/aws']) {
      const page = await service.root.get(path);
      expect([page.status, page.text, page.headers['content-type']]).to.deep.equal([
        ...[200, '<h1>AWS</h1>', 'text/html; charset=utf-8'],
      ]);
    }
    expect((await service.root.get('/docs/how-to/aws.md')).headers['content-type']).to.equal(
      'text/markdown; charset=utf-8',
    );
  });

  it('may load nothing from other hosts', async () => {
    await using service = await startService({ docs: site.path });
    for (const path of ['/docs', '/docs/', '/docs/how-to/aws.html'])
      expect((await service.root.get(path)).headers['content-security-policy'], path)
        .to.include("default-src 'none'")
        .and.include("script-src 'self'");
  });

  it('is read again only when it has changed', async () => {
    await using service = await startService({ docs: site.path });
    const { headers } = await service.root.get('/docs/assets/style.css');
    expect(headers['cache-control']).to.equal('no-cache');
    const again = await service.root.get('/docs/assets/style.css', {
      headers: { 'if-none-match': String(headers.etag) },
    });
    expect(again.status).to.equal(304);
  });

  it('has nothing beside its files', async () => {
    await using service = await startService({ docs: site.path });
    for (const path of [
      '/docs/nowhere',
      '/docs/how-to',
      '/docs/.hidden',
      '/docs/%2e%2e/package.json',
      '/docs/..%2fpackage.json',
      '/docs/%00',
    ])
      expect((await service.root.get(path)).status, path).to.equal(404);
    const refused = await service.root.send('POST', '/docs/how-to/aws.html');
    expect([refused.status, refused.headers.allow]).to.deep.equal([405, 'OPTIONS, GET']);
  });

  it('leads assistants to its list of pages', async () => {
    await using service = await startService({ docs: site.path });
    const { status, headers } = await service.root.get('/llms.txt');
    expect([status, headers.location]).to.deep.equal([302, '/docs/llms.txt']);
    expect((await service.root.get('/docs/llms.txt')).headers['content-type']).to.equal('text/plain; charset=utf-8');
  });

  it('says how it is built where it has not been', async () => {
    await using service = await startService({ docs: site.file('nowhere') });
    const { status, text } = await service.root.get('/docs');
    expect(status).to.equal(200);
    expect(text).to.include('npm run docs').and.to.include('href="/openapi.json"');
  });

  it('tells its pages where the API is', async () => {
    await using service = await startService();
    expect((await service.root.get('/docs/service.json')).body).to.deep.equal({ api: '/api/image-builder/v1' });
  });
});

describe('an address at which nothing is', () => {
  it('is a page with a way out for browsers', async () => {
    await using service = await startService({ docs: site.path });
    for (const path of ['/nothing', '/docs/nothing', '/docs/nothing.html', '/<b>']) {
      const { status, headers, text } = await service.root.get(encodeURI(path), PAGE);
      expect([status, headers['content-type']], path).to.deep.equal([404, 'text/html; charset=utf-8']);
      expect(headers).to.include({ vary: 'Accept', 'cache-control': 'no-store' });
      expect(text)
        .to.include(`nothing at <code>${encodeURI(path)}</code>`)
        .and.include('/api/image-builder/v1');
      for (const link of ['/', '/docs', '/docs/tutorial.html', '/openapi.json'])
        expect(text).to.include(`href="${link}"`);
    }
  });

  it('has the published text for other clients, and more for those that prefer details', async () => {
    await using service = await startService({ docs: site.path });
    expect(await service.root.get('/nothing')).to.be.refused(404, 'Not Found');
    const { body } = await service.root.get('/composes', { headers: { prefer: 'errors=detailed' } });
    expect(body.errors[0]).to.deep.include({
      code: 'operation.not_found',
      detail:
        'the service has nothing at "/composes"; the API is below /api/image-builder/v1, its documentation at /docs',
    });
  });

  it('names the list of pages below the documentation', async () => {
    await using service = await startService({ docs: site.path });
    const detail = 'the documentation has no page "/docs/nothing.md"; /docs/llms.txt lists its pages';
    expect(await service.root.get('/docs/nothing.md')).to.be.refused(404, detail);
  });

  it('is refused in JSON where a request would change it', async () => {
    await using service = await startService({ docs: site.path });
    expect(await service.root.send('POST', '/nothing', undefined, PAGE)).to.be.refused(404, 'Not Found');
  });
});

describe('the page of errors', () => {
  it('is that of the documentation, and a plain one where there is none', async () => {
    await using documented = await startService({ docs: site.path });
    const page = await documented.root.get('/docs/errors');
    expect([page.status, page.text]).to.deep.equal([200, '<h1>All errors</h1>']);
    await using plain = await startService({ docs: site.file('nowhere') });
    const { status, text } = await plain.root.get('/docs/errors');
    expect(status).to.equal(200);
    expect(text).to.include('id="body.invalid"').and.include('href="/front.css"');
  });
});

describe('every path outside the API', () => {
  it('forbids browsers to guess another type', async () => {
    await using service = await startService({ docs: site.path });
    service.composer.get('/openapi').optionally().reply(200, {});
    const paths = [
      ...['/', '/front.js', '/tokens.css', '/status', '/openapi.json', '/docs', '/docs/', '/docs/assets/style.css'],
      ...['/docs/service.json', '/docs/errors', '/metrics', '/nowhere'],
    ];
    for (const path of paths)
      expect((await service.root.get(path)).headers['x-content-type-options'], path).to.equal('nosniff');
  });

  it('allows its pages no script and no style within them, no frame, no form, and nothing of other hosts', async () => {
    await using service = await startService({ docs: site.path });
    for (const path of ['/', '/docs', '/docs/', '/docs/how-to/aws.html', '/docs/errors']) {
      const policy = (await service.root.get(path, PAGE)).headers['content-security-policy'] ?? '';
      for (const rule of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
        expect(policy, path).to.include(rule);
      expect(policy, path).not.to.match(/unsafe|\*|https?:/);
    }
  });
});
