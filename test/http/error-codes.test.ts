// The table of error codes, compared with the code that uses them, the page that documents them, and the responses.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { errorsPage } from '../../scripts/generate/errors.ts';
import { findViolations } from '../../src/contract/violations.ts';
import { prefersDetails, prefersStrict, toErrorResponse } from '../../src/http/error-response.ts';
import { CODE_OF_KIND, ERROR_CODES, ERRORS_PATH, type ErrorCodeEntry } from '../../src/lib/error-codes.ts';
import { ServiceError } from '../../src/lib/errors.ts';
import { published } from '../contract/support.ts';
import { startService } from '../support/service.ts';

const ROOT = join(import.meta.dirname, '../..');
const codes = Object.keys(ERROR_CODES);

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('lib/error-codes.ts'))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'));

const DETAILED = { prefer: 'errors=detailed' };

describe('the table of error codes', () => {
  it('has each code under a dotted name', () => {
    for (const code of codes) expect(code).to.match(/^[a-z_]+\.[a-z_]+$/);
  });

  it('has no code that no error has', () => {
    const used = new Set<string>(Object.values(CODE_OF_KIND));
    const unused = codes.filter((code) => !used.has(code) && !sources.some((text) => text.includes(`'${code}'`)));
    expect(unused).to.deep.equal([]);
  });

  it('has every code that the source names', () => {
    const named = sources.flatMap((text) =>
      [...text.matchAll(/\bcode: '([a-z_]+\.[a-z_]+)'/g)].map(([, code]) => code),
    );
    expect(named).to.include('body.invalid');
    expect(codes).to.include.members(named);
  });

  it('has a right request for each, which the contract takes as it is', () => {
    const bodies = Object.values<ErrorCodeEntry>(ERROR_CODES).flatMap(({ right }) => {
      const [, path, body] = /^curl \$API(\/compose|\/blueprints) .* -d '(.*)'$/.exec(right) ?? [];
      return body === undefined
        ? []
        : [[path === '/compose' ? 'ComposeRequest' : 'CreateBlueprintRequest', body] as const];
    });
    expect(bodies).to.have.length.above(8);
    for (const [schema, body] of bodies) {
      const { violations, unknown } = findViolations(published, schema, JSON.parse(body), 10);
      expect([violations, unknown], body).to.deep.equal([[], []]);
    }
  });

  it('is what docs/errors.md shows', async () => {
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).to.equal(await errorsPage());
  });
});

describe('an error response', () => {
  it('has the published members only, unless the request prefers more', async () => {
    await using service = await startService();
    const { body } = await service.as({}).get('/composes?limit=0');
    expect(Object.keys((body as { errors: object[] }).errors[0]!)).to.deep.equal(['title', 'detail']);
  });

  it('names the parameter that is wrong', async () => {
    await using service = await startService();
    const reply = await service.as({}).get('/composes?limit=0', { headers: DETAILED });
    expect(reply.status).to.equal(400);
    expect((reply.body as { errors: unknown[] }).errors[0]).to.deep.include({
      ...{ title: '400', code: 'parameter.invalid', pointer: 'query.limit' },
      doc_url: `${ERRORS_PATH}#parameter.invalid`,
    });
  });

  it('points to the member of the body that is wrong', async () => {
    await using service = await startService();
    const reply = await service
      .as({})
      .post('/compose', { distribution: 'rhel-9', image_requests: [{}] }, { headers: DETAILED });
    expect(reply.status).to.equal(400);
    const [error] = (reply.body as { errors: { code: string; pointer: string }[] }).errors;
    expect(error).to.include({ code: 'body.invalid' });
    expect(error!.pointer).to.match(/^\/image_requests\/0\//);
  });

  it('links to a page that describes its code', async () => {
    await using service = await startService();
    const { text: page } = await service.root.get(ERRORS_PATH);
    for (const code of codes) expect(page).to.include(` id="${code}">`);
  });

  it('has the code of its kind, whose status is that of the table', () => {
    for (const [kind, code] of Object.entries(CODE_OF_KIND) as [
      keyof typeof CODE_OF_KIND,
      keyof typeof ERROR_CODES,
    ][]) {
      const { status, body } = toErrorResponse(new ServiceError(kind, 'x'), true);
      expect(body.errors).to.deep.equal([{ title: `${status}`, detail: 'x', code, doc_url: `${ERRORS_PATH}#${code}` }]);
      const entry: ErrorCodeEntry = ERROR_CODES[code];
      if (kind !== 'unauthorized') expect(entry.kind).to.equal(kind);
    }
  });

  it('warns of an effect that is not known', () => {
    const { body } = toErrorResponse(new ServiceError('internal', 'x', { effectUnknown: true }), true);
    expect(body.errors[0]!.code).to.equal('outcome.unknown');
  });
});

describe('the Prefer header', () => {
  for (const [name, value, asks] of [
    ['errors', 'detailed', (prefer?: string) => prefersDetails(prefer === undefined ? {} : { prefer })],
    ['handling', 'strict', (prefer?: string) => prefersStrict(prefer === undefined ? {} : { prefer })],
  ] as const) {
    it(`asks for ${name}=${value} in any case, quoted, and among others`, () => {
      const taken = [
        ...[`${name}=${value}`, `${name}="${value}"`, `${name.toUpperCase()}=${value.toUpperCase()}`],
        ...[`  ${name}  =  ${value}  `, `a, ${name}=${value}`, `a,${name}=${value},b`, `${name}=${value};x=1`],
        ...[`${name}="${value}"  , b`],
      ];
      expect(taken.filter(asks)).to.deep.equal(taken);
    });

    it(`does not ask for it by another preference than ${name}=${value}`, () => {
      for (const prefer of [
        ...['', name, `${name}=`, `${name}=${value}x`, `${name}=x${value}`, `x${name}=${value}`, `a ${name}=${value}`],
        ...[`${name}=${value} x`, `${name}:${value}`, `a=${name}=${value}`],
      ])
        expect(asks(prefer), prefer).to.equal(false);
      expect(asks()).to.equal(false);
    });
  }
});

describe('an error', () => {
  it('has the seconds until a client may try again in whole numbers, at least one', () => {
    const retryAfter = (seconds: number) => {
      const error = new ServiceError('unavailable', 'away', { retryAfter: seconds });
      return toErrorResponse(error).headers['Retry-After'];
    };
    expect([0, 0.2, 1, 1.2, 30].map(retryAfter)).to.deep.equal(['1', '1', '1', '2', '30']);
  });
});
