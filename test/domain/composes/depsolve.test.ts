import { expect } from 'chai';
import { describe, it } from 'mocha';
import { depsolve } from '../../../src/domain/composes/depsolve.ts';
import { UpstreamError, UpstreamUnavailableError } from '../../../src/upstream/errors.ts';

type Arguments = Parameters<typeof depsolve>;

/** Calls a composer that answers so. */
const resolve = (answer: () => { readonly status: number; readonly text: string }) =>
  depsolve(
    { composer: { postDepsolveBlueprint: () => Promise.try(answer) } } as unknown as Arguments[0],
    { traceId: 'trace', log: { warn: () => {} } } as unknown as Arguments[1],
    {} as Arguments[2],
  );

const refusal = async (status: number, body: unknown) =>
  resolve(() => ({ status, text: typeof body === 'string' ? body : JSON.stringify(body) }));

describe('an image that composer refuses', () => {
  for (const id of ['4', '5', '6', '7', '24', '29']) {
    it(`cannot be built, for the reason of error ${id}`, async () => {
      const expected = { outcome: 'unresolvable', reason: 'no such repository' };
      expect(await refusal(400, { id, reason: 'no such repository' })).to.deep.equal(expected);
    });
  }

  it('has at most 4,000 characters of the reason, none of them cut in two', async () => {
    const result = await refusal(400, { id: '5', reason: `${'x'.repeat(3_999)}😀` });
    expect(result).to.deep.equal({ outcome: 'unresolvable', reason: `${'x'.repeat(3_999)}\ufffd` });
  });
});

describe('packages of which composer says nothing', () => {
  for (const status of [401, 403, 404, 429, 500, 502, 503, 504]) {
    it(`are neither resolved nor unresolvable: status ${status} is about the call`, async () => {
      const expected = { outcome: 'unknown', reason: `composer answered ${status}` };
      expect(await refusal(status, { id: '5', reason: 'no nginx' })).to.deep.equal(expected);
    });
  }

  for (const body of [
    ...[
      '',
      'no JSON',
      'null',
      '5',
      '[]',
      '{}',
      '{"id":5,"reason":"a"}',
      '{"id":"5","reason":5}',
      '{"id":"8","reason":"a"}',
    ],
  ]) {
    it(`are neither resolved nor unresolvable: no known reason is in ${JSON.stringify(body)}`, async () => {
      expect(await refusal(400, body)).to.deep.equal({ outcome: 'unknown', reason: 'composer answered 400' });
    });
  }

  it('are neither resolved nor unresolvable when it did not answer, or was not called', async () => {
    const unanswered = await resolve(() => {
      throw new UpstreamError('composer', 'postDepsolveBlueprint', 'ECONNRESET');
    });
    expect(unanswered).to.deep.equal({ outcome: 'unknown', reason: 'composer did not answer' });
    const uncalled = await resolve(() => {
      throw new UpstreamUnavailableError('composer', 'breaker_open', 1);
    });
    expect(uncalled).to.deep.equal({ outcome: 'unknown', reason: 'composer is not available at the moment' });
  });

  it('fail the request when the service itself fails', async () => {
    const failure = new TypeError('a mistake of ours');
    const error: unknown = await resolve(() => {
      throw failure;
    }).catch((reason: unknown) => reason);
    expect(error).to.equal(failure);
  });
});
