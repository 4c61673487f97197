import { expect } from 'chai';
import { describe, it } from 'mocha';
import { LoadError } from '../../scripts/bench/load.ts';
import { untilRest, wasBusy, type Snapshot } from '../../scripts/bench/snapshot.ts';

const snapshot = (changed: Partial<Snapshot> = {}): Snapshot => ({
  ...{ at: 0, service: 0, database: 0, statements: 0, commits: 0, wal: 0, calls: 0, unread: 0, active: 0 },
  ...changed,
});

describe('the background', () => {
  it('is at rest while it takes less than a tenth of a processor', () => {
    expect(wasBusy(snapshot(), snapshot({ at: 1_000, service: 0.05, database: 0.05, statements: 20 }))).to.equal(false);
  });

  for (const [what, changed] of [
    ['the service works', { service: 0.2 }],
    ['the database works', { database: 0.2 }],
    ['composer is called', { calls: 1 }],
    ['a statement runs', { active: 1 }],
  ] as const) {
    it(`is at work when ${what}`, () => {
      expect(wasBusy(snapshot(), snapshot({ at: 1_000, ...changed }))).to.equal(true);
    });
  }

  it('is at rest where the system does not count processor time', () => {
    const unknown = { service: null, database: null };
    expect(wasBusy(snapshot(unknown), snapshot({ at: 1_000, ...unknown }))).to.equal(false);
  });
});

describe('the end of what a load causes', () => {
  const { signal } = new AbortController();
  const settings = { quiet: 500, follow: 10_000, pause: 0 };
  const scripted = (snapshots: readonly Snapshot[]) => {
    const rest = [...snapshots];
    return () => Promise.resolve(rest.shift() ?? snapshot({ at: Number.MAX_SAFE_INTEGER }));
  };

  it('is where the rest starts, when the rest has lasted', async () => {
    const snapshots = [
      ...[snapshot(), snapshot({ at: 250, calls: 1 }), snapshot({ at: 500, calls: 1 })],
      ...[snapshot({ at: 750, calls: 2 }), snapshot({ at: 1_000, calls: 2 }), snapshot({ at: 1_250, calls: 2 })],
    ];
    expect((await untilRest(scripted(snapshots), settings, signal)).at).to.equal(750);
  });

  it('comes after the first poll of every compose that was started', async () => {
    const snapshots = [
      ...[snapshot({ unread: 2 }), snapshot({ at: 5_000, unread: 2 }), snapshot({ at: 6_000, unread: 0, calls: 2 })],
      snapshot({ at: 6_500, unread: 0, calls: 2 }),
    ];
    expect((await untilRest(scripted(snapshots), settings, signal)).at).to.equal(6_000);
  });

  it('does not wait for ever for polls that never come', async () => {
    const snapshots = [
      snapshot({ unread: 2 }),
      snapshot({ at: 5_000, unread: 2 }),
      snapshot({ at: 10_000, unread: 2 }),
    ];
    expect(await untilRest(scripted(snapshots), settings, signal)).to.include({ at: 0, unread: 2 });
  });

  it('is a failure when there is work for ten minutes', async () => {
    const snapshots = [0, 300, 599, 601].map((seconds) => snapshot({ at: seconds * 1_000, calls: seconds }));
    const failure = await untilRest(scripted(snapshots), settings, signal).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(LoadError);
  });
});
