// deploy/drill.sh as an operator runs it, on a small database.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const DRILL = join(import.meta.dirname, '../../deploy/drill.sh');

/** Milliseconds for starting a PostgreSQL, and the service twice. */
const PATIENCE = 300_000;

describe('the drill of adoption and rollback', () => {
  it('does every step while the original uses the database', async function () {
    this.timeout(PATIENCE);
    const { promise, resolve } = Promise.withResolvers<{ readonly code: unknown; readonly output: string }>();
    execFile('bash', [DRILL, '200'], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr });
    });
    const { code, output } = await promise;
    for (const step of ['planned', 'migrated', 'rolled back', 'returned', 'maintenance']) {
      expect(output).to.contain(`  ${step}`);
    }
    expect(output).not.to.contain('VIOLATION');
    expect(code, output).to.equal(0);
  });
});
