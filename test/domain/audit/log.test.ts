import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createAuditLog } from '../../../src/domain/audit/log.ts';
import type { PendingWork } from '../../../src/domain/composes/retries.ts';
import type { AuditEntry } from '../../../src/db/queries/recording.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { readConfig } from '../../../src/config/index.ts';
import { captureLog } from '../../support/logs.ts';

const entry = (operation: string): AuditEntry => ({
  ...{ id: randomUUID(), orgId: '000000', time: 0, operation, objectType: 'blueprint', objectId: null },
  ...{ username: 'jane', userType: 'User', status: 204, requestId: 'abcdefghijklmno' },
});

/** A statement that is being carried out. */
interface Statement {
  readonly operations: readonly string[];
  readonly succeed: () => void;
  readonly fail: () => void;
}

const open = (longest?: number) => {
  const statements: Statement[] = [];
  const tasks: PendingWork[] = [];
  const { lines, ...destination } = captureLog();
  const db = {
    audit: {
      insert: (entries: readonly AuditEntry[]) =>
        new Promise<void>((resolve, reject) => {
          const fail = () => reject(new Error('the disk is full'));
          statements.push({ operations: entries.map(({ operation }) => operation), succeed: resolve, fail });
        }),
    },
  };
  const log = createLogger(readConfig({}), destination);
  const audit = createAuditLog(db, { add: (task) => void tasks.push(task) }, log, longest);
  const running = (): Statement => statements.at(-1)!;
  return { audit, statements, tasks, lines, running };
};

/** Until everything that waits for nothing else has been done. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the audit log of a process', () => {
  it('writes a single entry at once', async () => {
    const { audit, statements, running } = open();
    const entered = audit.record(entry('one'));
    await settled();
    expect(statements.map(({ operations }) => operations)).to.deep.equal([['one']]);
    running().succeed();
    await entered;
  });

  it('writes entries that arrive during a statement together in the next statement', async () => {
    const { audit, statements, running } = open();
    const first = audit.record(entry('one'));
    await settled();
    const others = ['two', 'three', 'four'].map((operation) => audit.record(entry(operation)));
    await settled();
    expect(statements).to.have.length(1);
    running().succeed();
    await first;
    await settled();
    expect(statements.map(({ operations }) => operations)).to.deep.equal([['one'], ['two', 'three', 'four']]);
    running().succeed();
    await Promise.all(others);
  });

  it('resolves only after the entry is written', async () => {
    const { audit, running } = open();
    const done: string[] = [];
    const enter = (operation: string) => audit.record(entry(operation)).then(() => void done.push(operation));
    const first = enter('one');
    await settled();
    const second = enter('two');
    await settled();
    expect(done).to.deep.equal([]);
    running().succeed();
    await first;
    await settled();
    expect(done).to.deep.equal(['one']);
    running().succeed();
    await second;
    expect(done).to.deep.equal(['one', 'two']);
  });

  it('resolves when an entry cannot be written, logs the whole entry and retries it', async () => {
    const { audit, running, lines, tasks, statements } = open();
    const entered = audit.record(entry('one'));
    await settled();
    running().fail();
    await entered;
    expect(lines.filter(({ level }) => level === 'error')).to.have.length(1);
    expect(lines[0]).to.have.nested.property('audit_entry.operation', 'one');
    expect(lines[0]).to.have.nested.property('audit_entry.username', 'jane');
    expect(tasks).to.have.length(1);

    const again = tasks[0]!.run();
    running().fail();
    expect(await again.catch((error: unknown) => error)).to.be.instanceOf(Error);
    const last = tasks[0]!.run();
    running().succeed();
    await last;
    expect(statements.map(({ operations }) => operations)).to.deep.equal([['one'], ['one'], ['one']]);
  });

  it('collects entries for one retry while the database is unavailable', async () => {
    const { audit, running, statements, tasks } = open();
    const first = audit.record(entry('one'));
    await settled();
    running().fail();
    await first;
    await Promise.all([audit.record(entry('two')), audit.record(entry('three'))]);
    expect([statements.length, tasks.length]).to.deep.equal([1, 1]);
    const again = tasks[0]!.run();
    running().succeed();
    await again;
    expect(running().operations).to.deep.equal(['one', 'two', 'three']);

    const later = audit.record(entry('four'));
    await settled();
    expect(running().operations).to.deep.equal(['four']);
    running().succeed();
    await later;
    expect(tasks).to.have.length(1);
  });

  it('stops waiting for a hanging statement, and still handles its outcome', async () => {
    const { audit, running, tasks } = open(1);
    await audit.record(entry('one'));
    expect(tasks).to.have.length(0);
    running().fail();
    await audit.close();
    expect(tasks).to.have.length(1);
  });

  it('closes after all entries are written', async () => {
    const { audit, running } = open();
    void audit.record(entry('one'));
    await settled();
    let closed = false;
    const closing = audit.close().then(() => void (closed = true));
    await settled();
    expect(closed).to.equal(false);
    running().succeed();
    await closing;
  });

  it('holds 10,000 entries for another attempt, and logs those beyond as abandoned', async () => {
    const { audit, running, lines, tasks, statements } = open();
    const first = audit.record(entry('first'));
    await settled();
    running().fail();
    await first;
    await Promise.all(Array.from({ length: 10_000 }, (_, index) => audit.record(entry(`later ${index}`))));
    const postponed = lines[0]?.['msg'];
    const abandoned = lines.filter(({ level, msg }) => level === 'error' && msg !== postponed);
    expect(abandoned.map((line) => (line['audit_entry'] as AuditEntry).operation)).to.deep.equal(['later 9999']);

    const again = tasks[0]!.run();
    while (statements.length < 21) {
      running().succeed();
      await settled();
    }
    running().succeed();
    await again;
    const written = statements.slice(1).map(({ operations }) => operations);
    expect(written.every(({ length }) => length === 500)).to.equal(true);
    expect(written.flat()).to.have.length(10_000);
    expect(written.flat().at(-1)).to.equal('later 9998');
  });
});
