import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it, type Context } from 'mocha';
import { aapParts, type AapParts } from '../../../src/domain/compose-requests/aap-registration.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { certificateFor, startLoopback } from '../../upstream/loopback.ts';
import { refusalOf } from './support.ts';

type Registration = NonNullable<Customizations['aap_registration']>;

const PLAIN: Registration = { ansible_callback_url: 'https://aap.test/callback', host_config_key: 'key' };

/** Values with a meaning to a shell. */
const TRICKY = [
  `it's`,
  `''`,
  `"quoted"`,
  'two  words',
  '$HOME ${HOME} $(id) `id`',
  'a;b&c|d>e<f',
  '\\ \\n \\\\',
  '*?[a]{b,c}~!#%',
  '-o /tmp/x --insecure',
  '@/etc/passwd',
  'a=b&c=d+e%20f',
  'schlüssel 密码',
];

const dataOf = ({ files }: AapParts, index: number): string => files[index]?.data ?? '';
const scriptOf = (registration: Registration): string => dataOf(aapParts(registration), 0);

interface Run {
  readonly code: number;
  readonly output: string;
}

/** Runs a script with bash, without proxy settings. */
const run = (script: string): Promise<Run> =>
  new Promise((resolve) => {
    execFile(
      '/usr/bin/bash',
      ['-c', script],
      { env: { PATH: '/usr/bin:/bin', HOME: '/' } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
      },
    );
  });

/** Skips a test where bash or curl is missing. */
const needsShell = (context: Context): void => {
  const missing = ['/usr/bin/bash', '/usr/bin/curl'].filter((program) => !existsSync(program));
  if (missing.length === 0) return;
  console.warn(`      NOT TESTED: ${missing.join(' and ')} is not there to run the registration script`);
  context.skip();
};

describe('AAP registration', () => {
  it('puts an executable script and a unit into the image, and enables the unit', () => {
    const { files, service } = aapParts(PLAIN);
    expect(files.map(({ data: _data, ...file }) => file)).to.deep.equal([
      { path: '/usr/local/sbin/aap-first-boot-reg', mode: '0774', ensure_parents: true },
      { path: '/etc/systemd/system/aap-first-boot-reg.service', ensure_parents: true },
    ]);
    expect(service).to.equal('aap-first-boot-reg.service');
  });

  it('has a script for bash that ends with a line break', () => {
    expect(scriptOf(PLAIN)).to.match(/^#!\/usr\/bin\/bash\n[^]*[^\n]\n$/);
  });

  it('has a unit that runs the script once, when the network is there', () => {
    const lines = dataOf(aapParts(PLAIN), 1).split('\n');
    const sectionOf = (name: string): string[] => {
      const from = lines.indexOf(`[${name}]`) + 1;
      const to = lines.findIndex((line, index) => index >= from && line.startsWith('['));
      return lines.slice(from, to < 0 ? undefined : to).filter((line) => line !== '');
    };
    expect(sectionOf('Unit').filter((line) => !line.startsWith('Description='))).to.deep.equal([
      'ConditionFileIsExecutable=/usr/local/sbin/aap-first-boot-reg',
      'ConditionPathExists=!/var/local/.aap-first-boot-reg-done',
      'Wants=network-online.target',
      'After=selinux-autorelabel.service',
      'After=network-online.target',
      'After=osbuild-first-boot.service',
    ]);
    expect(sectionOf('Unit').join()).to.match(/Description=.*Ansible Automation Platform/);
    expect(sectionOf('Service')).to.deep.equal([
      'Type=oneshot',
      'ExecStart=/usr/local/sbin/aap-first-boot-reg',
      'ExecStartPost=/usr/bin/touch /var/local/.aap-first-boot-reg-done',
      'RemainAfterExit=yes',
    ]);
    expect(sectionOf('Install')).to.deep.equal(['WantedBy=basic.target']);
  });

  for (const [given, expected] of [
    [undefined, []],
    ['', []],
    ['PEM', ['PEM']],
  ] as const) {
    it(`trusts ${expected.length} certificates for the authority ${JSON.stringify(given)}`, () => {
      const registration = { ...PLAIN, ...(given === undefined ? {} : { tls_certificate_authority: given }) };
      expect(aapParts(registration).certificates).to.deep.equal(expected);
    });
  }

  for (const [given, expected] of [
    [undefined, false],
    [false, false],
    [true, true],
  ] as const) {
    it(`${expected ? 'skips' : 'does'} TLS verification for skip_tls_verification ${String(given)}`, () => {
      const registration = { ...PLAIN, ...(given === undefined ? {} : { skip_tls_verification: given }) };
      expect(scriptOf(registration).includes('--insecure')).to.equal(expected);
    });
  }

  for (const member of ['ansible_callback_url', 'host_config_key'] as const) {
    for (const lineBreak of ['\n', '\r', '\r\n']) {
      it(`refuses ${JSON.stringify(lineBreak)} in ${member}, and does not repeat the value`, () => {
        expect(refusalOf(() => aapParts({ ...PLAIN, [member]: `a${lineBreak}b` }))).to.deep.equal({
          ...{ kind: 'invalid', text: `customizations.aap_registration.${member} must not contain line breaks` },
        });
      });
    }
  }

  it('accepts empty values, which composer and curl validate', () => {
    expect(scriptOf({ ansible_callback_url: '', host_config_key: '' })).to.include(`--url ''`);
  });

  for (const tricky of TRICKY) {
    it(`hands ${tricky} to curl as one literal argument, as URL and as key`, async function (this: Context) {
      needsShell(this);
      const script = scriptOf({ ansible_callback_url: tricky, host_config_key: tricky });
      // Replaces curl by a program that prints its arguments.
      const { code, output } = await run(script.replace('exec /usr/bin/curl', String.raw`printf '<%s>\n'`));
      const shown = output.trimEnd().split('\n');
      expect(code).to.equal(0);
      expect(shown.slice(-4)).to.deep.equal([
        '<--data-urlencode>',
        `<host_config_key=${tricky}>`,
        '<--url>',
        `<${tricky}>`,
      ]);
      expect(shown).to.not.include('<--insecure>');
    });
  }
});

describe('the AAP registration script, when run', () => {
  for (const tricky of TRICKY) {
    it(`sends the key ${tricky} as one form field`, async function (this: Context) {
      needsShell(this);
      await using server = await startLoopback((_request, response) => response.end('done'));
      const { code } = await run(
        scriptOf({ ansible_callback_url: `${server.url}/callback/`, host_config_key: tricky }),
      );
      const [request] = server.requests;
      expect(code).to.equal(0);
      expect(request?.method).to.equal('POST');
      expect(request?.url).to.equal('/callback/');
      expect(request?.headers['content-type']).to.equal('application/x-www-form-urlencoded');
      expect([...new URLSearchParams(request?.body)]).to.deep.equal([['host_config_key', tricky]]);
    });
  }

  for (const path of [
    `/it's`,
    '/"a"',
    '/$HOME',
    '/`id`',
    '/$(id)',
    '/a;b',
    '/?a=1&b=2',
    '/{a,b}',
    '/[1-3]',
    '/a|b',
    '/%20',
  ]) {
    it(`requests the path ${path} and nothing else`, async function (this: Context) {
      needsShell(this);
      await using server = await startLoopback((_request, response) => response.end());
      const { code, output } = await run(scriptOf({ ansible_callback_url: server.url + path, host_config_key: 'k' }));
      expect(code, output).to.equal(0);
      expect(server.requests.map(({ url }) => url)).to.deep.equal([path]);
    });
  }

  it('prints the headers of the response, and no progress', async function (this: Context) {
    needsShell(this);
    await using server = await startLoopback((_request, response) =>
      response.writeHead(201, { 'x-test': 'yes' }).end('body'),
    );
    const { output } = await run(scriptOf({ ansible_callback_url: server.url, host_config_key: 'k' }));
    expect(output)
      .to.match(/^HTTP\/1\.1 201/)
      .and.match(/x-test: yes/)
      .and.match(/\r\n\r\nbody$/);
  });

  for (const status of [400, 401, 404, 500, 503]) {
    it(`fails on status ${status}, so that the next boot retries`, async function (this: Context) {
      needsShell(this);
      await using server = await startLoopback((_request, response) => response.writeHead(status).end());
      const { code } = await run(scriptOf({ ansible_callback_url: server.url, host_config_key: 'k' }));
      expect(code).to.not.equal(0);
    });
  }

  it('fails with a message without a response', async function (this: Context) {
    needsShell(this);
    await using server = await startLoopback((_request, response) => response.destroy());
    const { code, output } = await run(scriptOf({ ansible_callback_url: server.url, host_config_key: 'k' }));
    expect(code).to.not.equal(0);
    expect(output).to.match(/^curl: /);
  });

  it('refuses an untrusted certificate unless verification is disabled', async function (this: Context) {
    needsShell(this);
    await using server = await startLoopback((_request, response) => response.end(), certificateFor(this));
    const registration = { ansible_callback_url: server.url, host_config_key: 'k' };
    expect((await run(scriptOf(registration))).code).to.not.equal(0);
    expect(server.requests).to.have.lengthOf(0);
    expect((await run(scriptOf({ ...registration, skip_tls_verification: true }))).code).to.equal(0);
    expect(server.requests).to.have.lengthOf(1);
  });

  it('is valid bash for any values', function (this: Context) {
    needsShell(this);
    for (const tricky of TRICKY) {
      execFileSync('/usr/bin/bash', ['-n'], {
        input: scriptOf({ ansible_callback_url: tricky, host_config_key: tricky }),
      });
    }
  });
});
