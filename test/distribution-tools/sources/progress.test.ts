import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createProgress } from '../../../packages/distribution-tools/src/progress.ts';

/** A stream that may be a terminal, and what was written to it. */
const output = (isTTY: boolean) => {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100, rows: 40 });
  let written = '';
  stream.on('data', (data: Buffer) => (written += data.toString()));
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => written };
};

describe('progress', () => {
  it('is lines and nothing else where no terminal is', () => {
    const { stream, written } = output(false);
    using progress = createProgress(stream);
    const task = progress.start('centos-9 x86_64 base');
    task.update('reading', 1, 2);
    progress.say('one line');
    task.finish();
    progress.say('another');
    expect(written()).to.equal('one line\nanother\n');
  });

  it('is bars on a terminal, with lines that stay, and gives the terminal back', () => {
    const { stream, written } = output(true);
    const listeners = process.listenerCount('SIGINT');
    {
      using progress = createProgress(stream);
      const task = progress.start('centos-9 x86_64 base');
      task.update('reading', 1, 2);
      progress.say('one line');
      expect(written()).to.include('one line\n');
      expect(written()).to.include('##########---------- 50% centos-9 x86_64 base reading');
      task.finish();
      expect(process.listenerCount('SIGINT')).to.equal(listeners + 1);
    }
    expect(process.listenerCount('SIGINT')).to.equal(listeners);
    // The cursor is shown again.
    expect(written()).to.include('\u001b[?25h');
  });
});
