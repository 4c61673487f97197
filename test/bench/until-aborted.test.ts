import { expect } from 'chai';
import { describe, it } from 'mocha';
import { untilAborted } from '../../scripts/bench/until-aborted.ts';

const never = new Promise<never>(() => {});

describe('work that is waited for', () => {
  it('gives its result', async () => {
    expect(await untilAborted(Promise.resolve(7), new AbortController().signal)).to.equal(7);
  });

  it('fails as it fails', async () => {
    const failed = untilAborted(Promise.reject(new Error('broken')), new AbortController().signal);
    expect(await failed.catch((error: Error) => error.message)).to.equal('broken');
  });

  it('is waited for no longer after a signal', async () => {
    const stopping = new AbortController();
    const waiting = untilAborted(never, stopping.signal).catch((error: Error) => error.message);
    stopping.abort(new Error('stop'));
    expect(await waiting).to.equal('stop');
  });

  it('is not waited for at all afterwards', async () => {
    const stopped = AbortSignal.abort(new Error('stop'));
    expect(await untilAborted(never, stopped).catch((error: Error) => error.message)).to.equal('stop');
  });
});
