import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { toComposeLogs } from '../../../src/domain/compose-requests/logs.ts';

const logsOf = (...builds: readonly unknown[]) => toComposeLogs(JSON.stringify({ image_builds: builds }));

const MiB = 1024 * 1024;

describe('the logs of a compose', () => {
  it('contain the results of every image', async () => {
    const builds = [{ success: true, log: { os: [{ output: 'x' }] }, n: 1, none: null }, {}];
    expect(await logsOf(...builds)).to.deep.equal({ image_builds: builds, truncated: false });
  });

  it('contain only the ends of long texts when they exceed the limit', async () => {
    const output = `${'x'.repeat(3 * MiB)}end`;
    const logs = await logsOf(
      {
        success: false,
        log: [
          { id: '1', output },
          { id: '2', output: 'short' },
        ],
      },
      { output },
    );
    expect(logs?.truncated).to.equal(true);
    const shown = `[${output.length - 64 * 1024} characters left out] ${output.slice(-64 * 1024)}`;
    expect(logs?.image_builds).to.deep.equal([
      {
        success: false,
        log: [
          { id: '1', output: shown },
          { id: '2', output: 'short' },
        ],
      },
      { output: shown },
    ]);
  });

  it('contain less of each text the more texts there are', async () => {
    const texts = Array.from({ length: 500 }, () => `${'x'.repeat(10 * 1024)}end`);
    const logs = await logsOf({ texts });
    expect(logs?.truncated).to.equal(true);
    const [shown] = (logs?.image_builds ?? []) as { texts: string[] }[];
    expect(shown?.texts).to.have.length(500);
    for (const text of shown?.texts ?? []) expect(text).to.match(/^\[6147 characters left out\] x{4093}end$/);
  });

  it('never exceed the limit, and report that they are truncated', async () => {
    const numbers = Array.from({ length: 700_000 }, () => 1_000_000);
    expect(await logsOf({ numbers })).to.deep.equal({ image_builds: [], truncated: true });
    const many = await logsOf(...Array.from({ length: 101 }, () => ({})));
    expect([many?.image_builds.length, many?.truncated]).to.deep.equal([100, true]);
  });

  it('never contain a part of a secret that was truncated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -60, max: 60 }), async (at) => {
        const secret = 'the-activation-key-of-the-company';
        const tail = 'x'.repeat(64 * 1024 + at);
        const text = JSON.stringify({ image_builds: [{ output: `${'x'.repeat(5 * MiB)}${secret}${tail}` }] });
        const logs = await toComposeLogs(text, { 'activation-key': secret });
        expect(logs?.truncated).to.equal(true);
        expect(JSON.stringify(logs)).not.to.match(/company|activation|key/);
      }),
      { numRuns: 5 },
    );
  });

  it('do not split a surrogate pair', async () => {
    const logs = await logsOf({ output: `${'💩'.repeat(3 * MiB)}x` });
    expect(JSON.stringify(logs).isWellFormed()).to.equal(true);
    expect(JSON.stringify(logs)).not.to.contain(String.raw`\ud`);
  });

  for (const text of ['', 'no json', '[]', 'null', '{}', '{"image_builds":{}}']) {
    it(`cannot be read from ${JSON.stringify(text)}`, async () => {
      expect(await toComposeLogs(text)).to.equal(null);
    });
  }
});
