import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createHeartbeat } from '../../src/background/heartbeat.ts';
import { readConfig } from '../../src/config/index.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { captureLog } from '../support/logs.ts';

const LEASE = 30_000;

/** A heartbeat with a database that answers when the test says so. */
function create(answer: () => Promise<void>, othersDied = false) {
  let clock = 0;
  const statements: string[] = [];
  const db = {
    processes: {
      heartbeat: async (_id: string, seconds: number): Promise<boolean> => {
        statements.push(`alive for ${seconds} s`);
        await answer();
        return othersDied;
      },
      end: (): Promise<void> => {
        statements.push('ended');
        return Promise.resolve();
      },
    },
  };
  const log = createLogger(readConfig({ LOG_LEVEL: 'error' }), captureLog());
  const heartbeat = createHeartbeat({
    ...{ db, log, lease: LEASE, now: () => clock },
    onOthersDied: () => void statements.push('others died'),
  });
  return { heartbeat, statements, at: (time: number) => void (clock = time) };
}

describe('the heartbeat of a process', () => {
  it('is recorded at the start, and counts until a little before other processes consider this one dead', async () => {
    const { heartbeat, statements, at } = create(async () => {});
    expect(await heartbeat.processId()).to.equal(null);
    await heartbeat.start();
    const id = await heartbeat.processId();
    expect(id).to.be.a('string');
    at(24_999);
    expect(await heartbeat.processId()).to.equal(id);
    expect(statements).to.deep.equal(['alive for 30 s']);
    at(25_000);
    expect(await heartbeat.processId()).to.equal(id);
    await heartbeat.stop();
    expect(statements).to.deep.equal(['alive for 30 s', 'alive for 30 s', 'ended']);
    expect(await heartbeat.processId()).to.equal(null);
  });

  it('delays work that starts while it is being recorded', async () => {
    const taken = Promise.withResolvers<undefined>();
    const { heartbeat } = create(() => taken.promise);
    const starting = heartbeat.start();
    const early = heartbeat.processId();
    taken.resolve(undefined);
    expect(await early).to.be.a('string');
    await starting;
    await heartbeat.stop();
  });

  it('is valid from the time at which it was sent, however long the database took', async () => {
    let time = 0;
    const { heartbeat, at } = create(() => {
      at((time += 26_000));
      return Promise.resolve();
    });
    await heartbeat.start();
    expect(await heartbeat.processId()).to.equal(null);
    await heartbeat.stop();
  });

  it('is recorded again when the last one is too old, before the id is used', async () => {
    const { heartbeat, statements, at } = create(async () => {});
    await heartbeat.start();
    at(60_000);
    expect(await heartbeat.processId()).to.be.a('string');
    expect(statements).to.deep.equal(['alive for 30 s', 'alive for 30 s']);
    await heartbeat.stop();
  });

  it('does not count when the database rejected it', async () => {
    const { heartbeat } = create(() => Promise.reject(new Error('away')));
    await heartbeat.start();
    expect(await heartbeat.processId()).to.equal(null);
    await heartbeat.stop();
  });

  it('ends after the last beat: none is recorded later', async () => {
    const taken = Promise.withResolvers<undefined>();
    const { heartbeat, statements } = create(() => taken.promise);
    const starting = heartbeat.start();
    const stopping = heartbeat.stop();
    expect(statements).to.deep.equal(['alive for 30 s']);
    taken.resolve(undefined);
    await Promise.all([starting, stopping]);
    expect(statements).to.deep.equal(['alive for 30 s', 'ended']);
    expect(await heartbeat.processId()).to.equal(null);
  });

  it('reports that another process has died', async () => {
    const { heartbeat, statements } = create(async () => {}, true);
    await heartbeat.start();
    await heartbeat.stop();
    expect(statements).to.deep.equal(['alive for 30 s', 'others died', 'ended']);
  });

  it('records no end if it was never started', async () => {
    const { heartbeat, statements } = create(async () => {});
    await heartbeat.stop();
    expect(statements).to.deep.equal([]);
  });
});
