// The program of the client, against the real application.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import nock from 'nock';
import { parse } from 'smol-toml';
import { run } from '../../packages/client/src/cli/program.ts';
import { partOf } from '../../packages/client/src/cli/progress.ts';
import { durationOf } from '../../packages/client/src/cli/text.ts';
import { freePort } from '../../scripts/support/embedded-postgres.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH, startService, type TestService } from '../support/service.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

const UNKNOWN = '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10';

const runCli = async (
  words: readonly string[],
  env: Record<string, string> = {},
  options: { readonly input?: string; readonly signal?: AbortSignal } = {},
): Promise<Ended> => {
  let out = '';
  let err = '';
  const code = await run(words, {
    ...{ out: (text) => void (out += text), err: (text) => void (err += text), env, terminal: null },
    readInput: async () => options.input ?? '',
    signal: options.signal ?? new AbortController().signal,
  });
  return {
    ...{ code, out, err },
    get json() {
      return JSON.parse(out);
    },
  };
};

const addressOf = ({ port }: TestService): string => `http://127.0.0.1:${port}${API_PATH}`;

/** Runs the program for the usual caller. */
const cliOf =
  (service: TestService) =>
  (...words: string[]): Promise<Ended> =>
    runCli(words, { IMAGE_BUILDER_URL: addressOf(service), IMAGE_BUILDER_IDENTITY: identityHeader() });

const TOML = 'name = "web"\nversion = "1.0.0"\ndistro = "centos-9"\n[[packages]]\nname = "nginx"\n';

describe('the program image-builder', () => {
  describe('compose', () => {
    it('builds what options describe, and prints the id', async () => {
      await using service = await startService();
      const id = service.composer.accepts();
      const cli = cliOf(service);
      const words = ['-d', 'centos-9', '-t', 'guest-image', '-n', 'web', '-p', 'nginx', '-p', 'tmux', '--user', 'me'];
      const { code, out, err } = await cli('compose', ...words, '--ssh-key', 'ssh-ed25519 AAAA');
      expect([code, out, err]).to.deep.equal([0, `${id}\n`, '']);
      const [{ request }] = (await service.as().get('/composes')).body.data;
      expect(request).to.deep.include({ distribution: 'centos-9', image_name: 'web' });
      expect(request.customizations).to.deep.equal({
        packages: ['nginx', 'tmux'],
        users: [{ name: 'me', ssh_key: 'ssh-ed25519 AAAA', groups: ['wheel'], hasPassword: false }],
      });
    });

    it('builds a file in JSON or TOML, and says what of TOML it does not build', async () => {
      await using service = await startService();
      using directory = createDirectory();
      const toml = directory.file('web.toml');
      writeFileSync(toml, TOML);
      service.composer.accepts();
      const built = await cliOf(service)('compose', toml, '-t', 'guest-image', '--json');
      expect(built.code, built.err).to.equal(0);
      expect(built.err).to.include('not imported: /version: ');
      const [{ request }] = (await service.as().get('/composes')).body.data;
      expect(request.customizations.packages).to.deep.equal(['nginx']);
      const json = directory.file('web.json');
      writeFileSync(json, JSON.stringify(request));
      service.composer.accepts();
      expect((await cliOf(service)('compose', json)).code).to.equal(0);
    });

    it('builds a saved blueprint by its name', async () => {
      await using service = await startService();
      await service.given.blueprint({ name: 'web' });
      const id = service.composer.accepts();
      const { out } = await cliOf(service)('compose', '--blueprint', 'web');
      expect(out).to.equal(`${id}\n`);
      expect((await cliOf(service)('compose', '--blueprint', 'unknown')).code).to.equal(4);
    });

    it('warns of what the service ignores, and has it refused where that is wanted', async () => {
      await using service = await startService();
      using directory = createDirectory();
      const file = directory.file('web.json');
      writeFileSync(file, JSON.stringify({ distribution: 'centos-9', customizations: { pakages: ['nginx'] } }));
      const id = service.composer.accepts();
      const built = await cliOf(service)('compose', file, '-t', 'guest-image');
      expect([built.code, built.out]).to.deep.equal([0, `${id}\n`]);
      expect(built.err).to.match(/^warning: \/customizations\/pakages: .* did you mean "packages"\?\n$/);
      const refused = await cliOf(service)('compose', file, '-t', 'guest-image', '--strict');
      expect(refused.code).to.equal(3);
      expect(refused.err).to.include('did you mean "packages"?').and.include('[member.unknown]');
    });

    for (const [problem, name, text, message] of [
      ['is missing', 'missing.json', null, /^error: \S+missing\.json cannot be read: ENOENT/],
      ['is empty', 'empty.json', ' \n', /^error: \S+empty\.json is empty\n/],
      ['is JSON by its name, and no JSON', 'web.json', '[nginx', /^error: \S+web\.json is no JSON: .*nginx/],
      ['is JSON, and no object', 'list.json', '["nginx"]', /^error: \S+list\.json is no JSON object\n/],
    ] as const) {
      it(`says that the file ${problem}`, async () => {
        using directory = createDirectory();
        const file = directory.file(name);
        if (text !== null) writeFileSync(file, text);
        const { code, err } = await runCli(['compose', file, '-t', 'guest-image']);
        expect([code, err], err).to.satisfy(([status, words]: [number, string]) => status === 2 && message.test(words));
      });
    }

    it('asks for an image type', async () => {
      const { code, err } = await runCli(['compose', '-d', 'centos-9']);
      expect([code, err]).to.deep.equal([2, 'error: which image? name its type: --type guest-image\n']);
    });
  });

  describe('wait', () => {
    it('reports every status, and prints where the image is', async () => {
      await using service = await startService();
      const id = await service.given.compose();
      service.composer.hasAwsImage(id);
      const { code, out, err } = await cliOf(service)('wait', id);
      expect([code, err]).to.deep.equal([0, `${id}: success\n`]);
      expect(out).to.match(new RegExp(`^${id}  success  .*ami: ami-`));
    });

    it('ends with the reason of a failure, and code 6', async () => {
      await using service = await startService();
      const id = await service.given.compose();
      const error = { id: 5, reason: 'no space left', details: ['disk'] };
      service.composer.hasStatus(id, { image_status: { status: 'failure', error }, status: 'failure' });
      const { code, err } = await cliOf(service)('wait', id);
      expect(code).to.equal(6);
      expect(err).to.include('error: the build failed: no space left').and.include('disk');
    });
  });

  describe('a wait that ends early', () => {
    const notYet = { image_status: { status: 'building' }, status: 'pending' };

    it('says how to go on when it is interrupted', async () => {
      await using service = await startService();
      const id = await service.given.compose();
      const interrupt = new AbortController();
      service.composer.hasStatus(id, notYet);
      const env = { IMAGE_BUILDER_URL: addressOf(service), IMAGE_BUILDER_IDENTITY: identityHeader() };
      let err = '';
      const code = await run(['wait', id, UNKNOWN], {
        ...{ out: () => {}, env, terminal: null, readInput: async () => '', signal: interrupt.signal },
        err: (text) => {
          err += text;
          interrupt.abort();
        },
      });
      expect([code, err]).to.deep.equal([
        130,
        `${id}: building\nthe build continues; wait for it with: image-builder wait ${id} ${UNKNOWN}\n`,
      ]);
    });

    it('says so when the time is over', async () => {
      await using service = await startService();
      const id = await service.given.compose();
      // The time may be over before the first poll.
      service.composer.get(`/composes/${id}`).optionally().reply(200, notYet);
      const { code, err } = await cliOf(service)('wait', id, '--time-limit', '0s');
      expect(code).to.equal(7);
      expect(err).to.include(`image-builder wait ${id}\n`);
    });
  });

  describe('composes', () => {
    it('are listed, shown, and deleted', async () => {
      await using service = await startService();
      const id = await service.given.compose({ imageName: 'web' });
      const cli = cliOf(service);
      expect((await cli('list')).out).to.match(new RegExp(`^${id}  \\S+  centos-9  \\S+ +web\n$`));
      expect((await cli('list', '--json')).json.map((one: { id: string }) => one.id)).to.deep.equal([id]);
      service.composer.hasStatus(id, { image_status: { status: 'building' }, status: 'pending' });
      expect((await cli('status', id)).out).to.equal(`${id}  building\n`);
      expect((await cli('delete', id)).code).to.equal(0);
      expect((await cli('list')).out).to.equal('');
    });

    it('have logs', async () => {
      await using service = await startService();
      const id = await service.given.compose();
      const log = { os: [{ output: 'first step\n' }, { output: 'second step\n' }] };
      service.composer
        .get(`/composes/${id}/logs`)
        .twice()
        .reply(200, { image_builds: [{ success: true, osbuild_output: { log } }] });
      expect((await cliOf(service)('logs', id)).out).to.equal('first step\nsecond step\n');
      expect((await cliOf(service)('logs', id, '--json')).json.image_builds).to.have.length(1);
    });

    it('are downloaded completely or not at all', async () => {
      await using service = await startService();
      using directory = createDirectory();
      const id = await service.given.compose();
      const options = { url: 'https://downloads.test/x/disk.qcow2?signature=1' };
      const status = { status: 'success', upload_status: { status: 'success', type: 'aws.s3', options } };
      service.composer.hasStatus(id, { image_status: status, status: 'success' });
      const file = directory.file('image.qcow2');
      const downloads = nock('https://downloads.test').get('/x/disk.qcow2').query({ signature: '1' });
      downloads.reply(200, 'the image', { 'content-length': '9' });
      const got = await cliOf(service)('download', id, '-o', file);
      expect([got.code, got.out], got.err).to.deep.equal([0, `${file}  9 bytes\n`]);
      expect(readFileSync(file, 'utf8')).to.equal('the image');
      nock('https://downloads.test').get('/x/disk.qcow2').query({ signature: '1' }).reply(403, 'expired');
      const other = directory.file('other.qcow2');
      const expired = await cliOf(service)('download', id, '-o', other);
      expect(expired.code).to.equal(8);
      expect(expired.err)
        .to.include('https://downloads.test/x/disk.qcow2 responds with 403')
        .and.not.include('signature');
      expect(existsSync(other)).to.equal(false);
    });

    it('name the address that cannot be reached, and the file that cannot be written', async () => {
      await using service = await startService();
      using directory = createDirectory();
      const id = await service.given.compose();
      const options = { url: 'https://downloads.test/x/disk.qcow2?signature=1' };
      const status = { status: 'success', upload_status: { status: 'success', type: 'aws.s3', options } };
      service.composer.hasStatus(id, { image_status: status, status: 'success' });
      const downloads = nock('https://downloads.test').get('/x/disk.qcow2').query({ signature: '1' });
      downloads.replyWithError('no route');
      const lost = await cliOf(service)('download', id, '-o', directory.file('disk.qcow2'));
      expect([lost.code, lost.err]).to.deep.equal([
        8,
        'error: https://downloads.test/x/disk.qcow2 cannot be reached: no route\n',
      ]);
      nock('https://downloads.test').get('/x/disk.qcow2').query({ signature: '1' }).reply(200, 'the image');
      const nowhere = directory.file('no/such/disk.qcow2');
      const unwritten = await cliOf(service)('download', id, '-o', nowhere);
      expect(unwritten.code).to.equal(2);
      expect(unwritten.err).to.include(`error: ${nowhere} cannot be written: `);
    });
  });

  describe('blueprints', () => {
    it('are created and changed by push, compared, listed and deleted', async () => {
      await using service = await startService();
      using directory = createDirectory();
      const file = directory.file('web.toml');
      writeFileSync(file, TOML);
      const cli = cliOf(service);
      const created = await cli('blueprints', 'push', file, '-t', 'guest-image', '--json');
      expect(created.code, created.err).to.equal(0);
      expect(created.json).to.deep.include({ created: true });
      expect(created.json.without_equivalent).to.have.length(1);
      writeFileSync(file, `${TOML}[[packages]]\nname = "tmux"\n`);
      // The images are those that are saved.
      const updated = await cli('blueprints', 'push', file);
      expect([updated.code, updated.out]).to.deep.equal([0, `${created.json.id}  updated\n`]);
      expect((await cli('blueprints', 'diff', 'web')).out).to.equal('+ /customizations/packages/1  "tmux"\n');
      expect((await cli('blueprints', 'diff', 'web', 'v2', '1', '--json')).json[0].op).to.equal('remove');
      expect((await cli('blueprints', 'versions', 'web')).out).to.match(/^v2 .*packages\nv1 .*created\n$/);
      expect((await cli('blueprints', 'list')).out).to.match(new RegExp(`^${created.json.id}  v2  \\S+  web\n$`));
      expect((await cli('blueprints', 'show', 'web')).json.customizations.packages).to.deep.equal(['nginx', 'tmux']);
      expect((await cli('blueprints', 'show', 'web', '--revision', '1')).json.customizations.packages).to.have.length(
        1,
      );
      expect((await cli('blueprints', 'delete', 'web')).code).to.equal(0);
      expect((await cli('blueprints', 'show', 'web')).code).to.equal(4);
    });

    it('are exported as TOML and JSON, to a file or to standard output', async () => {
      await using service = await startService();
      using directory = createDirectory();
      await service.given.blueprint({ name: 'web' });
      const cli = cliOf(service);
      const { out } = await cli('blueprints', 'export', 'web', '--format', 'toml');
      expect(parse(out)).to.deep.include({ name: 'web', distro: 'centos-9' });
      const file = directory.file('web.json');
      expect((await cli('blueprints', 'export', 'web', '-o', file)).out).to.equal('');
      const pushed = await cli('blueprints', 'push', file, '-n', 'copy', '-t', 'guest-image');
      expect(pushed.code, pushed.err).to.equal(0);
    });

    it('are validated, from standard input as well', async () => {
      await using service = await startService();
      const env = { IMAGE_BUILDER_URL: addressOf(service), IMAGE_BUILDER_IDENTITY: identityHeader() };
      const words = ['blueprints', 'validate', '-', '-t', 'guest-image'];
      const valid = await runCli(words, env, { input: TOML });
      expect([valid.code, valid.out.endsWith('valid\n')], valid.out).to.deep.equal([0, true]);
      const wrong = await runCli(words, env, { input: '{"name": 7, "customizations": {}}' });
      expect(wrong.code).to.equal(3);
      expect(wrong.out).to.include('error    /name  value must be a string');
    });

    it('in TOML with a mistake are refused with line and column', async () => {
      await using service = await startService();
      const env = { IMAGE_BUILDER_URL: addressOf(service), IMAGE_BUILDER_IDENTITY: identityHeader() };
      const { code, err } = await runCli(['blueprints', 'import', '-'], env, { input: 'name = web' });
      expect(code).to.equal(3);
      expect(err).to.match(/error: the body is not TOML: line 1, column \d+: .*\[request.malformed\]/);
    });
  });

  it('shows events and the quota', async () => {
    await using service = await startService({ quota: { default: { quota: 5, slidingWindow: 3_600_000_000_000 } } });
    const cli = cliOf(service);
    service.composer.accepts();
    const { out: id } = await cli('compose', '-d', 'centos-9', '-t', 'guest-image', '-n', 'web');
    expect((await cli('quota')).out).to.match(/^composes +4 of 5 left +for 3600 s each\nblueprints +0 of \d+ stored\n/);
    expect((await cli('quota', '--json')).json.remaining).to.equal(4);
    const events = await cli('events', '--since', '0', '--no-follow');
    expect(events.out).to.match(new RegExp(`^\\S+  compose.queued  ${id.trim()}  pending  web\n`));
    const [line = ''] = (await cli('events', '--since', '0', '--no-follow', '--json')).out.split('\n');
    expect(JSON.parse(line)).to.deep.include({ type: 'compose.queued', image_name: 'web' });
  });

  describe('exit codes', () => {
    it('are 0 for help and version, and 2 for wrong usage', async () => {
      expect(await runCli(['--help'])).to.deep.include({ code: 0, err: '' });
      expect((await runCli(['--version'])).code).to.equal(0);
      for (const words of [[], ['unknown'], ['wait'], ['compose', '--unknown'], ['list', '--limit', 'x']])
        expect((await runCli(words)).code, words.join(' ')).to.equal(2);
    });

    it('are those of the refusals of the service', async () => {
      await using service = await startService();
      const cli = cliOf(service);
      expect((await cli('compose', '-d', 'unknown', '-t', 'guest-image')).code).to.equal(3);
      expect((await cli('status', UNKNOWN)).code).to.equal(4);
      const unknown = await runCli(['quota'], { IMAGE_BUILDER_URL: addressOf(service) });
      expect(unknown.code).to.equal(5);
      expect(unknown.err).to.include('hint: ').and.include('--identity');
    });

    it('are 2 for an address without a scheme, with a right one', async () => {
      const { code, err } = await runCli(['quota', '--url', 'localhost:8086']);
      expect([code, err]).to.deep.equal([
        2,
        'error: localhost:8086 is no address of the API: write it like http://localhost:8086/api/image-builder/v1\n',
      ]);
    });

    it('are 8 where the service cannot be reached, and 130 after an interruption', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const { code, err } = await runCli(['quota', '--url', url, '--retries', '0']);
      expect([code, err.startsWith(`error: ${url} cannot be reached: `)], err).to.deep.equal([8, true]);
      expect(err).to.include('hint: start the service').and.include('IMAGE_BUILDER_URL');
      const signal = AbortSignal.abort();
      expect((await runCli(['events', '--url', url], {}, { signal })).code).to.equal(130);
    });

    it('come with the error as JSON', async () => {
      await using service = await startService();
      const { code, json, err } = await cliOf(service)('status', UNKNOWN, '--json');
      expect(code).to.equal(4);
      expect(json).to.deep.include({ status: 404, code: 'resource.not_found' });
      expect(err).to.include('compose entry not found');
    });
  });

  describe('identity', () => {
    it('is a header as JSON, in base64, or in a file', async () => {
      await using service = await startService();
      using directory = createDirectory();
      const header = identityHeader();
      const file = directory.file('identity');
      writeFileSync(file, `${header}\n`);
      for (const identity of [header, Buffer.from(header, 'base64').toString('utf8'), `@${file}`]) {
        const words = ['--url', addressOf(service), '--identity', identity];
        expect((await runCli(['quota', ...words])).code, identity).to.equal(0);
      }
    });

    it('is a bearer token, which a gateway exchanges', async () => {
      const gateway = nock('https://gateway.test', { reqheaders: { authorization: 'Bearer the-token' } })
        .get('/v1/quota')
        .reply(200, { limited: false, rate_limits: [] });
      const { code, out } = await runCli(['quota', '--token', 'the-token', '--url', 'https://gateway.test/v1/']);
      expect([code, out]).to.deep.equal([0, 'composes  no limit\n']);
      expect(gateway.isDone()).to.equal(true);
    });

    it('is one of both', async () => {
      const { code, err } = await runCli(['quota', '--token', 'x', '--identity', 'y']);
      expect([code, err]).to.deep.equal([2, 'error: give an identity or a token, not both\n']);
    });
  });

  it('names the place of each mistake and what was probably meant, instead of all allowed values', async () => {
    await using service = await startService();
    const { code, err } = await cliOf(service)('compose', '-d', 'centos9', '-t', 'qcow2');
    expect(code).to.equal(3);
    expect(err.split('\n').slice(0, 2)).to.deep.equal([
      'error: /distribution: "centos9" is not known; did you mean "centos-9"? [body.invalid]',
      'error: /image_requests/0/image_type: "qcow2" is not known; did you mean "guest-image"? [body.invalid]',
    ]);
  });

  describe('completion', () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      it(`has a script for ${shell}`, async () => {
        const { code, out } = await runCli(['completion', shell]);
        expect(code).to.equal(0);
        expect(out).to.include('image-builder __complete');
      });
    }

    for (const [words, candidates] of [
      [['blue'], ['blueprints']],
      [
        ['blueprints', 'd'],
        ['diff', 'delete'],
      ],
      [['compose', '--bl'], ['--blueprint']],
      [
        ['blueprints', 'export', '--format', ''],
        ['json', 'toml'],
      ],
      [
        ['completion', ''],
        ['bash', 'zsh', 'fish'],
      ],
      [['wait', '--js'], ['--json']],
    ] as const) {
      it(`offers ${candidates.join(', ')} after ${words.join(' ')}`, async () => {
        expect((await runCli(['__complete', ...words])).out).to.equal(candidates.map((one) => `${one}\n`).join(''));
      });
    }
  });

  it('understands times, and how much of a build is done', () => {
    expect(['90s', '30m', '2h'].map(durationOf)).to.deep.equal([90_000, 1_800_000, 7_200_000]);
    expect(() => durationOf('2 days')).to.throw('is no time');
    const progress = { done: 1, total: 4, subprogress: { done: 1, total: 2 } };
    expect(partOf({ image_status: { status: 'building', progress } } as never)).to.equal(0.375);
    expect(partOf({ image_status: { status: 'pending' } } as never)).to.equal(0);
  });
});
