import { expect } from 'chai';
import { describe, it } from 'mocha';
import { throttledWarning } from '../../../src/domain/events/throttled-warning.ts';
import { capturedLogger } from '../../upstream/support.ts';

describe('a repeated problem of event streams', () => {
  it('is logged when it begins, and at most every 30 seconds, each kind for itself', () => {
    const { log, captured } = capturedLogger();
    let now = 0;
    const warn = throttledWarning(log, 'stream.read_failed', 'events cannot be read', () => now);
    const warnOther = throttledWarning(log, 'stream.events_delayed', 'events are held back', () => now);
    for (now of [0, 1, 29_999, 30_000, 30_001, 59_999, 60_000]) warn(new Error(`at ${now}`));
    warnOther(undefined);
    expect(
      captured.lines.map(({ event, err }) => [event, (err as { message?: string } | undefined)?.message]),
    ).to.deep.equal([
      ['stream.read_failed', 'at 0'],
      ['stream.read_failed', 'at 30000'],
      ['stream.read_failed', 'at 60000'],
      ['stream.events_delayed', undefined],
    ]);
  });
});
