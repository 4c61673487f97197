import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isAlive, LockHeldError, takeLock } from '../../scripts/support/process-lock.ts';

const MODULE = join(import.meta.dirname, '../../scripts/support/process-lock.ts');

const makeLockFile = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-lock-'));
  return { file: join(directory, 'lock'), [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
};

describe('takeLock', () => {
  it('is refused while this process has it, naming the process', async () => {
    await using lock = await makeLockFile();
    const release = takeLock(lock.file);
    expect(() => takeLock(lock.file))
      .to.throw(LockHeldError)
      .with.property('pid', process.pid);
    release();
    takeLock(lock.file)();
  });

  it('is refused while another process has it, and free once that is killed', async () => {
    await using lock = await makeLockFile();
    const script = `const { takeLock } = await import(${JSON.stringify(MODULE)}); takeLock(${JSON.stringify(lock.file)});
      console.log('taken'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(() => takeLock(lock.file))
      .to.throw(LockHeldError)
      .with.property('pid', child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(child.pid as number)).to.equal(false);
    takeLock(lock.file)();
  });

  it('does not mistake a later process for the holder because it has the same number', async () => {
    await using lock = await makeLockFile();
    await writeFile(lock.file, `${process.pid} 1\n`);
    takeLock(lock.file);
    expect(await readFile(lock.file, 'utf8')).to.match(new RegExp(`^${process.pid} `));
  });

  it('considers a zombie process dead', async function () {
    if (process.platform !== 'linux') this.skip();
    // The shell becomes a program that never waits for its child.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [output] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(output.toString());
      expect(isAlive(pid)).to.equal(true);
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await new Promise(setImmediate);
      expect(() => process.kill(pid, 0)).not.to.throw();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  for (const content of ['', 'garbage', '-1', '0 0', `${2 ** 22 + 1} 1`]) {
    it(`is free when the file holds "${content}"`, async () => {
      await using lock = await makeLockFile();
      await writeFile(lock.file, content);
      takeLock(lock.file)();
    });
  }
});
