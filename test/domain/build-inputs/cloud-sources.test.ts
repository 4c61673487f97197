import { expect } from 'chai';
import { describe, it } from 'mocha';
import nock from 'nock';
import type { PlatformCallContext } from '../../../src/upstream/call-context.ts';
import { resolveAwsSources } from '../../../src/domain/build-inputs/gather-inputs.ts';
import { refusalFrom } from '../compose-requests/support.ts';
import { mockService, caller, ctx, PROVISIONING, TRACE, type Reply } from './support.ts';

const ACCOUNT = '123456789012';
const account = (account_id: unknown): Reply => [200, { aws: { account_id } }];

const resolve = (sources: readonly string[], as: PlatformCallContext | null = caller) =>
  resolveAwsSources(ctx, sources, as);

/** Mocks provisioning with a response for each source. Returns the requested paths. */
const mockProvisioning = (replies: Readonly<Record<string, Reply>>): readonly string[] => {
  const asked: string[] = [];
  mockService(PROVISIONING, 'GET', (request) => {
    const path =
      new URL(request.url).pathname.replace(new URL(PROVISIONING).pathname, '') + new URL(request.url).search;
    asked.push(path);
    return replies[path.split('/')[2] ?? ''] ?? [404];
  });
  return asked;
};

const unresolvable = { kind: 'invalid', text: 'Unable to resolve source 1 to an aws account id' };
const failed = { kind: 'internal', text: 'Unable to resolve source: 1' };
const unreachable = (source: string) => ({ kind: 'invalid', text: `Unable to request source: ${source}` });

describe('cloud sources', () => {
  it("are resolved with the caller's identity", async () => {
    nock(PROVISIONING)
      .get('/sources/1/upload_info')
      .matchHeader('x-rh-identity', 'the-header')
      .matchHeader('x-strc-trace-id', TRACE)
      .reply(...(account(ACCOUNT) as [number, object]));
    expect(await resolve(['1'])).to.deep.equal([ACCOUNT]);
  });

  it('are resolved one after the other, in order, as often as they are named', async () => {
    const asked = mockProvisioning({ '1': account('111111111111'), '2': account('222222222222') });
    expect(await resolve(['2', '1', '2'])).to.deep.equal(['222222222222', '111111111111', '222222222222']);
    expect(asked).to.deep.equal(['/sources/2/upload_info', '/sources/1/upload_info', '/sources/2/upload_info']);
  });

  it('may be none, and then provisioning is not called', async () => {
    const asked = mockProvisioning({});
    expect(await resolve([])).to.deep.equal([]);
    expect(await resolve([], null)).to.deep.equal([]);
    expect(asked).to.deep.equal([]);
  });

  it('are not resolved after the first that cannot be resolved', async () => {
    const asked = mockProvisioning({ '2': account(ACCOUNT) });
    expect(await refusalFrom(resolve(['2', '1', '3']))).to.deep.equal(unresolvable);
    expect(asked).to.have.lengthOf(2);
  });

  const refused: readonly (readonly [title: string, Reply, object])[] = [
    ['no account', [200, {}], unresolvable],
    ['null', [200, 'null'], unresolvable],
    ['another cloud', [200, { gcp: { project: 'p' } }], unresolvable],
    ['an account that is null', account(null), unresolvable],
    ['nothing about AWS', [200, { aws: null }], unresolvable],
    ['an account that is a number', account(123456789012), unresolvable],
    ['too short an account', account('12345678901'), unresolvable],
    ['too long an account', account('1234567890123'), unresolvable],
    ['an empty account', account(''), unresolvable],
    ['twelve characters that are more bytes', account('ää3456789012'), unresolvable],
    ['a list', [200, '[]'], unresolvable],
    ...[400, 401, 403, 404, 429].map(
      (status) => [`status ${status}`, [status, account(ACCOUNT)[1]], unresolvable] as const,
    ),
    ...[500, 502, 503, 201, 204].map(
      (status) => [`status ${status}`, [status, status === 204 ? '' : account(ACCOUNT)[1]], failed] as const,
    ),
    ['no JSON', [200, '<html>'], failed],
    ['nothing at all', [200, ''], failed],
    ['half of a document', [200, '{"aws": '], failed],
  ];
  for (const [title, reply, refusal] of refused) {
    it(`are refused for a response with ${title}`, async () => {
      mockProvisioning({ '1': reply });
      expect(await refusalFrom(resolve(['1']))).to.deep.equal(refusal);
    });
  }

  it('are refused when provisioning does not respond', async () => {
    nock(PROVISIONING)
      .get('/sources/1/upload_info')
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    expect(await refusalFrom(resolve(['1']))).to.deep.equal(unreachable('1'));
  });

  it('are refused to a caller without an identity of the platform', async () => {
    const asked = mockProvisioning({ '1': account(ACCOUNT) });
    expect(await refusalFrom(resolve(['1'], null))).to.deep.equal(unreachable('1'));
    expect(asked).to.deep.equal([]);
  });

  for (const [id, path] of [
    ['../1', '/sources/..%2F1/upload_info'],
    ['1?x#y', '/sources/1%3Fx%23y/upload_info'],
    ['%zz', '/sources/%25zz/upload_info'],
    ['a\nb', '/sources/a%0Ab/upload_info'],
  ] as const) {
    it(`with the id ${JSON.stringify(id)} cannot change the path of the call`, async () => {
      const asked = mockProvisioning({});
      expect((await refusalFrom(resolve([id]))).kind).to.equal('invalid');
      expect(asked).to.deep.equal([path]);
    });
  }

  for (const id of ['', '.', '..']) {
    it(`with the id ${JSON.stringify(id)} are not requested`, async () => {
      const asked = mockProvisioning({});
      expect(await refusalFrom(resolve([id]))).to.deep.equal(unreachable(id));
      expect(asked).to.deep.equal([]);
    });
  }
});
