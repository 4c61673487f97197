// The completion of the program, in real shells: what a user gets for the Tab key.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { completionScript } from '../../packages/client/src/cli/completion.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';

const MAIN = join(import.meta.dirname, '../../packages/client/src/cli/main.ts');

/** A line, and what the shell makes of it or offers: a candidate of the program, or a file where it has none. */
const LINES = [
  ['image-builder bluep', 'blueprints'],
  ['image-builder blueprints dif', 'diff'],
  ['image-builder compose --blue', '--blueprint'],
  ['image-builder compose web-s', 'web-server.json'],
] as const;

describe('the completion of image-builder', () => {
  let directory: TemporaryDirectory;
  const path = (...names: string[]): string => join(directory.path, ...names);
  const runShell = (shell: string, script: string): string => {
    const { stdout, stderr, error } = spawnSync(shell, [...(shell === 'zsh' ? ['-f'] : []), '-c', script], {
      ...{ encoding: 'utf8', cwd: directory.path, timeout: 60_000 },
      env: { HOME: directory.path, PATH: `${path('bin')}:${process.env['PATH']}`, TERM: 'dumb', LANG: 'C.UTF-8' },
    });
    if (error) throw error;
    return `${stdout}${stderr}`;
  };

  before(() => {
    directory = createDirectory();
    for (const name of ['bin', 'functions']) mkdirSync(path(name));
    writeFileSync(path('bin/image-builder'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    chmodSync(path('bin/image-builder'), 0o755);
    writeFileSync(path('web-server.json'), '{}');
    writeFileSync(path('image-builder.bash'), completionScript('bash'));
    writeFileSync(path('image-builder.fish'), completionScript('fish'));
    writeFileSync(path('functions/_image-builder'), completionScript('zsh'));
  });

  after(() => directory[Symbol.dispose]());

  const inShell = (shell: string, test: () => void): void => {
    it(`works in ${shell}`, function () {
      if (spawnSync(shell, ['-c', 'exit 0']).status !== 0) {
        console.warn(`SKIPPED: ${shell} is not installed. Its completion was not tried.`);
        return this.skip();
      }
      test();
    });
  };

  inShell('bash', () => {
    for (const [line, expected] of LINES.slice(0, -1)) {
      const script = `. ./image-builder.bash; COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _image_builder`;
      expect(
        runShell('bash', `${script}; echo "\${COMPREPLY[@]}"; complete -p image-builder\n`).split('\n'),
      ).to.include.members([expected, 'complete -o default -F _image_builder image-builder']);
    }
  });

  inShell('fish', () => {
    for (const [line, expected] of LINES) {
      const offered = runShell('fish', `source image-builder.fish; complete -C '${line}'\n`);
      expect(offered.trim(), line).to.equal(expected);
    }
  });

  // A terminal of its own, in which each line gets a Tab; then `echo` at its beginning prints what it has become.
  inShell('zsh', () => {
    const setUp =
      'PROMPT=; bindkey -e; fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; echo REA""DY';
    const script = [
      'zmodload zsh/zpty',
      'wait_for() { local seen=; until [[ "$seen" == *$1* ]]; do zpty -r z out || break; seen+=$out; done; print -r -- $seen }',
      'zpty z zsh -f -i',
      `zpty -w z '${setUp}'`,
      'wait_for READY',
      ...LINES.map(([line]) => `zpty -w z '${line}'$'\\t\\x01echo \\x05; echo DO""NE'; wait_for DONE`),
      'zpty -d z',
    ];
    const printed = runShell('zsh', script.join('\n'))
      .split(/[\r\n]+/)
      .map((line) => line.trim());
    for (const [line, expected] of LINES)
      expect(printed, line).to.include(`${line.slice(0, line.lastIndexOf(' '))} ${expected}`);
  });
});
