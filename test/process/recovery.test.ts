// Recoveries of a real PostgreSQL, as `npm run reliability -- recovery` does them.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runRecovery } from '../../scripts/reliability/recovery.ts';

const TARGETS = [
  ['restore point', 'a recovery to a point in time'],
  ['standby', 'the promotion of a standby that lacks the last writes'],
] as const;

describe('in an exclusive tenant', () => {
  for (const [target, what] of TARGETS) {
    it(`${what} deletes no compose at composer until an operator confirms it`, async function () {
      if (!process.env['TEST_EMBEDDED']) this.skip();
      const steps: string[] = [];
      const { violations } = await runRecovery(target, (line) => steps.push(line));
      expect(violations, steps.join('\n')).to.deep.equal([]);
      expect(steps).to.have.length(4);
    });
  }
});
