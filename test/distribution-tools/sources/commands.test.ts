import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readSourceOptions } from '../../../packages/distribution-tools/src/sources/options.ts';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';
import {
  definitionOf,
  metadata,
  primaryXml,
  readList,
  repositoryFiles,
  writeDefinitions,
  writeRepository,
} from './repositories.ts';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');

interface Ended {
  readonly code: number;
  readonly lines: readonly string[];
  readonly complaints: readonly string[];
}

/** Runs a command as npm does. */
const run = (command: string, ...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const lines = (text: string): string[] => text.split('\n').filter(Boolean);
    execFile(process.execPath, [join(SCRIPTS, `distributions-${command}.ts`), ...args], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), lines: lines(stdout), complaints: lines(stderr) });
    });
  });

const setUp = (): TemporaryDirectory => {
  const directory = createDirectory();
  writeRepository(directory.file('repository/os'), repositoryFiles(metadata('primary', primaryXml({ name: 'bash' }))));
  writeDefinitions(directory, definitionOf('fedora-42', [{ id: 'base', baseurl: 'https://vendor.test/pub/os/' }]));
  return directory;
};

describe('commands for distribution data', () => {
  it('create lists, leave them unchanged in a second run, and report no issue', async () => {
    using directory = setUp();
    const mirror = `https://vendor.test/pub/=${pathToFileURL(directory.file('repository')).href}/`;
    const args = ['--dir', directory.file('data'), '--mirror', mirror];
    const cache = ['--cache', directory.file('cache')];
    expect(await run('packages', ...args, ...cache)).to.deep.equal({
      code: 0,
      lines: [
        'fedora-42 x86_64 base: 1 package, 0 groups, 0 environments, 0 module streams; written',
        '1 repositories: 0 unchanged, 1 written; 0 problems',
      ],
      complaints: [],
    });
    expect(readList(directory, 'fedora-42', 'x86_64-base-packages')).to.deep.equal([{ name: 'bash', summary: 'bash' }]);
    const quiet = await run('check', ...args, '--online', '--quiet');
    expect(quiet).to.deep.equal({
      code: 0,
      lines: [`${directory.file('data')}: 0 errors, 1 warning`],
      complaints: [],
    });
    const strict = await run('check', directory.file('data'), '--strict');
    expect(strict.code).to.equal(1);
    expect(strict.lines[0]).to.match(/^warning: \.: has no data of distributions that the contract names: rhel-8, /);
  });

  it('fail where there is a problem', async () => {
    using directory = setUp();
    directory.write('data/fedora-42/fedora-42.json', '{');
    directory.write('oscap', '#!/bin/sh\necho "OpenSCAP command line tool (oscap) 1.4.2"\n');
    chmodSync(directory.file('oscap'), 0o755);
    for (const [command, ...args] of [
      ['packages', '--cache', directory.file('cache')],
      ['oscap', '--oscap', directory.file('oscap')],
      ['check'],
    ] as const) {
      const { code, lines } = await run(command, '--dir', directory.file('data'), ...args);
      expect(code).to.equal(1);
      expect(
        lines.some((line) => /fedora-42.*: Expected property name/.test(line)),
        lines.join('\n'),
      ).to.equal(true);
    }
  });

  it('refuse options that they do not have in one line', async () => {
    for (const [command, ...args] of [
      ['packages', '--arch', 'ppc64le'],
      ['oscap', '--nothing'],
    ] as const) {
      const { code, lines, complaints } = await run(command, ...args);
      expect({ code, lines }).to.deep.equal({ code: 1, lines: [] });
      expect(complaints).to.have.length(1);
      expect(complaints[0]).to.include(args[0]);
    }
  });
});

describe('options of commands that read repositories', () => {
  const defaults = { parallel: '4', timeout: '30' };

  it('are converted to the units of the code', () => {
    const values = { ...defaults, cert: 'c', key: 'k', cacert: 'a' };
    const { settings, parallel } = readSourceOptions(values, { HTTP_PROXY: 'http://proxy.test' });
    expect(settings).to.deep.include({
      ...{ timeout: 30_000, caPath: 'a', clientCertificate: { certPath: 'c', keyPath: 'k' } },
      proxyEnv: { HTTP_PROXY: 'http://proxy.test' },
    });
    expect(parallel).to.equal(4);
  });

  it('replace the prefix of a URL by the first rule that matches', () => {
    const mirror = ['https://a.test/x/=file:///srv/x/', 'https://a.test/=http://b.test:81/?q=1'];
    const { rewrite } = readSourceOptions({ ...defaults, mirror }, {});
    expect(rewrite('https://a.test/x/os/')).to.equal('file:///srv/x/os/');
    expect(rewrite('https://a.test/y')).to.equal('http://b.test:81/?q=1y');
    expect(rewrite('https://c.test/x/')).to.equal('https://c.test/x/');
  });

  for (const [values, complaint] of [
    [{ parallel: '0' }, '--parallel 0: is a whole number from 1 to 32'],
    [{ timeout: 'long' }, '--timeout long: is a whole number from 1 to 3600'],
    [{ cert: 'file' }, '--cert and --key come together'],
    [{ mirror: ['x'] }, '--mirror x: is ADDRESS=ADDRESS, the beginnings of addresses'],
    [
      { mirror: ['https://a.test/=there'] },
      '--mirror https://a.test/=there: is ADDRESS=ADDRESS, the beginnings of addresses',
    ],
  ] as const) {
    it(`are refused as in ${JSON.stringify(values)}`, () => {
      expect(() => readSourceOptions({ ...defaults, ...values }, {})).to.throw(complaint);
    });
  }
});
