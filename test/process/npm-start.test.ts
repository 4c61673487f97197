// npm start as a person uses it, who follows the README.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { isAlive } from '../../scripts/support/process-lock.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import { accepts } from './sockets.ts';
import { ROOT } from './support.ts';

/** The commands of a section of the README, block by block. */
const commandsOf = (section: string): readonly string[] => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, text = ''] = readme.split(`\n## ${section}\n`);
  return [...(text.split(/\n## /)[0] ?? '').matchAll(/^```sh(?: run)?\n(.*?)^```$/gms)].map(
    ([, commands]) => commands ?? '',
  );
};

/** Directory in which the commands of the README write their files. */
const work = createDirectory();

/** Runs commands with these variables instead of the values that the README gives them; gives what each line printed. */
const runCommands = (commands: string, variables: Readonly<Record<string, string>>): readonly string[] => {
  const given = commands.replace(/^(\w+)=.*$/gm, (line, name: string) => (name in variables ? '' : line));
  const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', given], {
    cwd: work.path,
    env: { PATH: process.env['PATH'], ...variables },
    encoding: 'utf8',
  });
  expect({ status, stderr }, commands).to.deep.equal({ status: 0, stderr: '' });
  return stdout.trim().split('\n');
};

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly api: string;
  readonly port: number;
  readonly output: () => string;
}

/** Starts it in a group of processes of its own, as a terminal does. */
const npmStart = async (directory: string): Promise<Running> => {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      DATA_DIR: join(directory, 'data'),
      LISTEN_ADDRESS: '127.0.0.1:0',
    },
  });
  let output = '';
  const listening = Promise.withResolvers<number>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const [, port] = /"port":(\d+)\},"msg":"listening"/.exec(output) ?? [];
      if (port !== undefined) listening.resolve(Number(port));
    });
  }
  child.once('exit', (code) => listening.reject(new Error(`npm start ended with ${code}: ${output}`)));
  const port = await listening.promise;
  const api = /^Image Builder API: (\S+)$/m.exec(output)?.[1] ?? '';
  return { child, pid: child.pid as number, api, port, output: () => output };
};

/** Presses Ctrl-C: every process of the group gets the signal. Gives the exit code. */
const pressCtrlC = async ({ child, pid }: Running): Promise<number | null> => {
  const ended = once(child, 'exit') as Promise<[number | null]>;
  process.kill(-pid, 'SIGINT');
  return (await ended)[0];
};

const postgresPid = (directory: TemporaryDirectory): number | null => {
  try {
    return Number(directory.read('data/postgres/postmaster.pid').split('\n')[0]);
  } catch {
    return null;
  }
};

/** Follows a build to its end. */
const follow = async (commands: string, variables: Readonly<Record<string, string>>): Promise<string> => {
  for (;;) {
    const [answer = ''] = runCommands(commands, variables);
    const { image_status: image } = JSON.parse(answer) as { image_status: { status: string } };
    if (['success', 'failure'].includes(image.status)) return image.status;
    await wait(200);
  }
};

describe('npm start', () => {
  let directory: TemporaryDirectory;
  let running: Running | null = null;
  const start = async (): Promise<Running> => (running = await npmStart(directory.path));

  before(function () {
    if (!process.env['TEST_EMBEDDED'] || ['curl', 'jq'].some((name) => spawnSync(name, ['--version']).status !== 0)) {
      console.warn(
        '    SKIPPED: there is no curl or jq, or PGHOST names a server and the embedded one may not be to be had',
      );
      this.skip();
    }
    directory = createDirectory();
  });
  after(async () => {
    if (running && running.child.exitCode === null && running.child.signalCode === null)
      process.kill(-running.pid, 'SIGKILL');
    // Left behind only by a test that failed.
    const pid = directory ? postgresPid(directory) : null;
    if (pid !== null && isAlive(pid)) {
      process.kill(pid, 'SIGINT');
      while (isAlive(pid)) await wait(20);
    }
    directory?.[Symbol.dispose]();
    work[Symbol.dispose]();
  });

  const [setUp = '', discover = '', build = '', look = '', save = ''] = commandsOf('Your first image');
  const [status = '', metadata = '', list = ''] = look.split('\n').filter((line) => line.startsWith('curl'));
  let buildId = '';

  it('builds an image with the commands of the README', async () => {
    const { api } = await start();
    expect(setUp).to.match(/^API=/);
    expect(api).to.match(/^http:\/\/127\.0\.0\.1:\d+\/api\/image-builder\/v1$/);
    const API = api;
    const [distributions = '', architectures = ''] = runCommands(discover, { API });
    expect(distributions).to.include('"centos-9"');
    expect(architectures).to.include('"x86_64"');
    const [answer = ''] = runCommands(build, { API });
    ({ id: buildId } = JSON.parse(answer) as { id: string });
    expect(await follow(status, { API, ID: buildId })).to.equal('success');
    expect(runCommands(status, { API, ID: buildId })[0]).to.match(/"url":"http/);
    expect(runCommands(metadata, { API, ID: buildId })[0]).to.include('"vim-enhanced"');
    expect(runCommands(list, { API, ID: buildId })[0]).to.include(buildId);
  });

  it('builds a blueprint with the commands of the README', async () => {
    const { api: API } = running as Running;
    expect(save).to.match(/^BLUEPRINT=/m);
    const [started] = JSON.parse(runCommands(save, { API })[0] ?? '') as { id: string }[];
    expect(await follow(status, { API, ID: started?.id ?? '' })).to.equal('success');
  });

  it('stops everything at Ctrl-C', async () => {
    const { port, output } = running as Running;
    const pid = postgresPid(directory);
    expect(pid).not.to.equal(null);
    const sandboxes = [...output().matchAll(/a sandbox on http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, number]) =>
      Number(number),
    );
    expect(sandboxes).to.have.length(2);
    expect(await pressCtrlC(running as Running)).to.equal(0);
    for (const each of [port, ...sandboxes]) expect(await accepts(each), String(each)).to.equal(false);
    expect(isAlive(pid as number)).to.equal(false);
    expect(postgresPid(directory)).to.equal(null);
  });

  it('has its data after a restart', async () => {
    const { api: API } = await start();
    expect(await follow(status, { API, ID: buildId })).to.equal('success');
    expect(runCommands(list, { API, ID: buildId })[0]).to.include(buildId);
  });

  it('has a compose that ran when the process was killed', async () => {
    const { api: API, child, pid } = running as Running;
    const [answer = ''] = runCommands(build, { API });
    const { id: ID } = JSON.parse(answer) as { id: string };
    expect(runCommands(status, { API, ID })[0]).not.to.include('"success"');
    const ended = once(child, 'exit');
    process.kill(-pid, 'SIGKILL');
    await ended;
    const { api } = await start();
    expect(await follow(status, { API: api, ID })).to.equal('success');
    expect(runCommands(list, { API: api, ID })[0])
      .to.include(ID)
      .and.to.include(buildId);
    expect(await pressCtrlC(running as Running)).to.equal(0);
  });
});
