// Real processes, fewer streams than `npm run reliability -- events` has.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runEvents } from '../../../scripts/reliability/events.ts';
import { createTestDatabase } from '../../support/database.ts';

describe('event streams of two processes', () => {
  it('send every event once, those of a compose in order, while clients reconnect and connections break', async function () {
    this.timeout(180_000);
    await using database = await createTestDatabase();
    const { figures, violations } = await runEvents(database.config, {
      ...{ streams: 40, replicas: 2, organizations: 4, builds: 5, returns: 100, cuts: 2 },
    });
    expect(violations, JSON.stringify(figures, null, 1)).to.deep.equal([]);
  });
});
