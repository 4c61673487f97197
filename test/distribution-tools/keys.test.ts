import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { UpdateKeysOptions } from '../../packages/distribution-tools/src/keys.ts';
import { fetchKey, keysByUrl, keysInDirectory } from '../../packages/distribution-tools/src/key-sources.ts';
import { updateKeys } from '../../packages/distribution-tools/src/keys.ts';
import { parseArmored } from '../../packages/distribution-tools/src/openpgp.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { keyOne, keySix, keyTwo } from './openpgp-fixtures.ts';

type Repository = Record<string, unknown>;

const unknownKey = '0123456789ABCDEF0123456789ABCDEF01234567';

const definition = (repositories: Repository[], more: object = {}) => ({
  module_platform_id: 'platform:el9',
  distribution: { name: 'any', no_package_list: true },
  x86_64: { image_types: ['aws', 'gcp'], repositories },
  ...more,
});

/** A key server and a distribution directory for one test, gone after it. */
const startWorkplace = async () => {
  const answers = new Map<string, string | Buffer>();
  const redirects = new Map<string, string>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const location = redirects.get(path);
    if (location !== undefined) response.writeHead(302, { location }).end();
    else if (answers.has(path)) response.end(answers.get(path));
    else response.writeHead(404).end('<h1>Not here</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dir = await mkdtemp(join(tmpdir(), 'distributions-keys-'));

  const path = (name: string): string => join(dir, name, `${name}.json`);
  const text = (name: string): Promise<string> => readFile(path(name), 'utf8');
  return {
    url,
    dir,
    answers,
    redirects,
    requests,
    path,
    text,
    put: async (name: string, content: unknown): Promise<void> => {
      await mkdir(join(dir, name), { recursive: true });
      const written = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
      await writeFile(path(name), written);
    },
    repositories: async (name: string, architecture = 'x86_64'): Promise<Repository[]> => {
      const parsed = JSON.parse(await text(name)) as Record<string, { repositories: Repository[] }>;
      return parsed[architecture]?.repositories ?? [];
    },
    run: async (options: Partial<UpdateKeysOptions> = {}) => {
      const lines: string[] = [];
      const result = await updateKeys({
        ...{ dir, source: keysByUrl(fetchKey), report: (line: string) => lines.push(line) },
        ...options,
      });
      return { ...result, lines };
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true });
    },
  };
};

describe('updateKeys', () => {
  it('writes the key in front of its URL and changes nothing else', async () => {
    await using place = await startWorkplace();
    place.answers.set('/key.asc', keyOne.armored);
    const repository = (rest: Repository): Repository => ({ id: 'baseos', baseurl: 'http://host/', ...rest });
    const source = { gpgkey_url: `${place.url}/key.asc`, gpgkey_fingerprints: [keyOne.fingerprint] };
    const others = { aarch64: { image_types: [], repositories: [repository(source)] }, extra: { kept: [1, null] } };
    await place.put('any-1', definition([repository(source), repository({ id: 'free' })], others));

    const result = await place.run();

    const gpgkey = keyOne.armored;
    const expected = definition([repository({ gpgkey, ...source }), repository({ id: 'free' })], {
      aarch64: { image_types: [], repositories: [repository({ gpgkey, ...source })] },
      extra: others.extra,
    });
    expect(await place.text('any-1')).to.equal(`${JSON.stringify(expected, null, 2)}\n`);
    expect(result).to.deep.equal({ repositories: 2, current: 0, changed: 2, problems: 0, lines: ['any-1: 2 updated'] });
    expect(place.requests).to.deep.equal(['/key.asc']);
    expect(await readdir(join(place.dir, 'any-1'))).to.deep.equal(['any-1.json']);
  });

  it('does not write a file whose keys are current', async () => {
    await using place = await startWorkplace();
    place.answers.set('/key.asc', keyOne.armored);
    const repository = { id: 'a', gpgkey_url: `${place.url}/key.asc`, gpgkey_fingerprints: [keyOne.fingerprint] };
    await place.put('any-1', definition([repository]));
    await place.run();
    const before = await stat(place.path('any-1'), { bigint: true });

    const result = await place.run();

    expect(result).to.deep.equal({ repositories: 1, current: 1, changed: 0, problems: 0, lines: [] });
    const after = await stat(place.path('any-1'), { bigint: true });
    expect([after.ino, after.mtimeNs]).to.deep.equal([before.ino, before.mtimeNs]);
  });

  it('replaces another key where it stands', async () => {
    await using place = await startWorkplace();
    place.answers.set('/key.asc', keyTwo.armored);
    const source = { gpgkey_url: `${place.url}/key.asc`, gpgkey_fingerprints: [keyTwo.fingerprint] };
    await place.put('any-1', definition([{ gpgkey: keyOne.armored, id: 'a', ...source }]));
    await place.run();
    const [repository] = await place.repositories('any-1');
    expect(JSON.stringify(repository)).to.equal(JSON.stringify({ gpgkey: keyTwo.armored, id: 'a', ...source }));
  });

  it('collects keys from several URLs in the order of the fingerprints', async () => {
    await using place = await startWorkplace();
    place.answers.set('/two', Buffer.concat([keyTwo, keySix].flatMap(({ armored }) => parseArmored(armored))));
    place.answers.set('/one', keyOne.armored);
    const gpgkey_url = [`${place.url}/two`, `${place.url}/one`];
    const gpgkey_fingerprints = [keyOne.fingerprint, keySix.fingerprint, keyTwo.fingerprint];
    await place.put('any-1', definition([{ id: 'a', gpgkey_url, gpgkey_fingerprints }]));
    await place.run();
    expect((await place.repositories('any-1'))[0]?.gpgkey).to.equal(keyOne.armored + keySix.armored + keyTwo.armored);
  });

  it('leaves out keys without a requested fingerprint', async () => {
    await using place = await startWorkplace();
    place.answers.set('/key.asc', `${keyTwo.armored}\n${keyOne.armored}`);
    const gpgkey_url = `${place.url}/key.asc`;
    // The way people write fingerprints is fine too.
    const gpgkey_fingerprints = 'bf51 a598 727c c48c 24a2  a3c7 8b0b 8e30 82af 1cae';
    await place.put('any-1', definition([{ id: 'a', gpgkey_url, gpgkey_fingerprints }]));
    expect((await place.run()).problems).to.equal(0);
    expect((await place.repositories('any-1'))[0]?.gpgkey).to.equal(keyOne.armored);
  });

  for (const [title, path, fingerprint, message] of [
    ['a wrong fingerprint', '/one', unknownKey, `no key ${unknownKey}, but ${keyOne.fingerprint}`],
    ['a missing file', '/nowhere', keyOne.fingerprint, 'responded with 404 Not Found'],
    ['garbage', '/garbage', keyOne.fingerprint, 'no OpenPGP public key found'],
    ['a damaged key', '/damaged', keyOne.fingerprint, 'the armor checksum does not match'],
  ] as const) {
    it(`refuses ${title} in one line and still updates the other repositories`, async () => {
      await using place = await startWorkplace();
      place.answers.set('/one', keyOne.armored);
      place.answers.set('/garbage', 'have a nice day');
      place.answers.set('/damaged', keyOne.armored.replace('mDMEawTM', 'mDMEawTN'));
      const bad = { id: 'bad', gpgkey_url: `${place.url}${path}`, gpgkey_fingerprints: [fingerprint], gpgkey: 'old' };
      const good = { id: 'good', gpgkey_url: `${place.url}/one`, gpgkey_fingerprints: [keyOne.fingerprint] };
      await place.put('any-1', definition([bad, good]));

      const { lines, ...result } = await place.run();

      expect(result).to.deep.equal({ repositories: 2, current: 0, changed: 1, problems: 1 });
      expect(lines).to.deep.equal([`any-1 x86_64 bad ${place.url}${path}: ${message}`, 'any-1: 1 updated']);
      const written = await place.repositories('any-1');
      expect(written.map((each) => each.gpgkey)).to.deep.equal(['old', keyOne.armored]);
    });
  }

  it('needs all keys of a repository', async () => {
    await using place = await startWorkplace();
    place.answers.set('/one', keyOne.armored);
    const gpgkey_url = [`${place.url}/one`];
    const gpgkey_fingerprints = [keyOne.fingerprint, keyTwo.fingerprint];
    await place.put('any-1', definition([{ id: 'a', gpgkey_url, gpgkey_fingerprints }]));
    const { lines } = await place.run();
    expect(lines).to.deep.equal([
      `any-1 x86_64 a ${place.url}/one: no key ${keyTwo.fingerprint}, but ${keyOne.fingerprint}`,
    ]);
    expect((await place.repositories('any-1'))[0]).not.to.have.property('gpgkey');
  });

  it('reports a connection that fails', async () => {
    await using place = await startWorkplace();
    const gpgkey_url = 'http://127.0.0.1:1/key';
    await place.put('any-1', definition([{ id: 'a', gpgkey_url, gpgkey_fingerprints: [unknownKey] }]));
    const refuse = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const { lines, problems } = await place.run({ source: keysByUrl(refuse) });
    expect(problems).to.equal(1);
    expect(lines).to.deep.equal([`any-1 x86_64 a ${gpgkey_url}: connect ECONNREFUSED`]);
  });

  for (const [title, source] of [
    ['a URL without fingerprints', { gpgkey_url: 'http://host/key' }],
    ['fingerprints without a URL', { gpgkey_fingerprints: [keyOne.fingerprint] }],
    ['an empty list of fingerprints', { gpgkey_url: 'http://host/key', gpgkey_fingerprints: [] }],
    ['a number for a URL', { gpgkey_url: 1, gpgkey_fingerprints: [keyOne.fingerprint] }],
  ] as const) {
    it(`reports ${title}`, async () => {
      await using place = await startWorkplace();
      await place.put('any-1', definition([{ id: 'a', ...source }]));
      const { lines, problems } = await place.run();
      expect(problems).to.equal(1);
      expect(lines[0]).to.match(/^any-1 x86_64 a (http:\/\/host\/key|no URL): gpgkey_url and gpgkey_fingerprints /);
    });
  }

  it('writes nothing in a check', async () => {
    await using place = await startWorkplace();
    place.answers.set('/one', keyOne.armored);
    await place.put(
      'any-1',
      definition([{ id: 'a', gpgkey_url: `${place.url}/one`, gpgkey_fingerprints: [keyOne.fingerprint] }]),
    );
    const before = await place.text('any-1');
    const result = await place.run({ check: true });
    expect(result).to.deep.include({ changed: 1, problems: 0, lines: ['any-1: 1 out of date'] });
    expect(await place.text('any-1')).to.equal(before);
  });

  it('takes an alias for its target, and every target once', async () => {
    await using place = await startWorkplace();
    place.answers.set('/one', keyOne.armored);
    const source = { gpgkey_url: `${place.url}/one`, gpgkey_fingerprints: [keyOne.fingerprint] };
    for (const name of ['any-1', 'any-2']) await place.put(name, definition([{ id: 'a', ...source }]));
    await symlink('any-2', join(place.dir, 'any'));

    expect((await place.run({ only: ['any'], check: true })).lines).to.deep.equal(['any-2: 1 out of date']);
    expect((await place.run({ only: ['any-1'], check: true })).lines).to.deep.equal(['any-1: 1 out of date']);
    const { lines } = await place.run();
    expect(lines.toSorted()).to.deep.equal(['any-1: 1 updated', 'any-2: 1 updated']);
  });

  it('reports an unreadable definition and continues', async () => {
    await using place = await startWorkplace();
    place.answers.set('/one', keyOne.armored);
    await place.put('any-1', '{\n  oops\n}');
    await mkdir(join(place.dir, 'any-2'));
    await symlink('nowhere', join(place.dir, 'any-3'));
    await place.put('any-4', '[]');
    await place.put(
      'any-5',
      definition([{ id: 'a', gpgkey_url: `${place.url}/one`, gpgkey_fingerprints: [keyOne.fingerprint] }]),
    );
    const { lines, ...result } = await place.run();
    expect(result).to.deep.equal({ repositories: 1, current: 0, changed: 1, problems: 4 });
    expect(lines.join('')).not.to.include('\n');
    expect(lines.map((line) => line.split(':')[0]).toSorted()).to.deep.equal([
      'any-1',
      'any-2',
      'any-3',
      'any-4',
      'any-5',
    ]);
  });

  it('reports an unknown distribution, and a missing directory', async () => {
    await using place = await startWorkplace();
    expect((await place.run({ only: ['any-9'] })).lines).to.deep.equal(['any-9: no such distribution']);
    expect(await place.run({ dir: join(place.dir, 'none') })).to.deep.include({ repositories: 0, problems: 1 });
  });
});

/** A key with one more signature, which says nothing but when it was made. */
const signedAt = (key: typeof keyOne, seconds: number): Buffer => {
  const time = Buffer.alloc(4);
  time.writeUInt32BE(seconds);
  const body = Buffer.from([4, 0x13, 1, 8, 0, 6, 5, 2, ...time, 0, 0, 0, 0]);
  return Buffer.concat([...parseArmored(key.armored), Buffer.from([0xc2, body.length]), body]);
};

describe('keysInDirectory', () => {
  const source = (fingerprint: string) => ({ gpgkey_url: 'https://v.test/key', gpgkey_fingerprints: [fingerprint] });

  it('finds keys by fingerprint in all directories below, and skips other files', async () => {
    await using place = await startWorkplace();
    using keys = createDirectory({ 'vendor/deep/KEY': keyTwo.armored, 'vendor/KEYS': keyOne.armored, README: 'text' });
    await place.put('any-1', definition([{ id: 'a', ...source(keyTwo.fingerprint) }]));
    const { lines, ...result } = await place.run({ source: await keysInDirectory(keys.path) });
    expect(result).to.deep.equal({ repositories: 1, current: 0, changed: 1, problems: 0 });
    expect(lines).to.deep.equal(['any-1: 1 updated']);
    expect((await place.repositories('any-1'))[0]?.gpgkey).to.equal(keyTwo.armored);
    expect(place.requests).to.deep.equal([]);
  });

  it('prefers the copy of a key that was signed last, wherever it lies', async () => {
    using keys = createDirectory();
    const [old, renewed] = [signedAt(keyOne, 2_000_000_000), signedAt(keyOne, 2_000_000_001)];
    for (const [first, second] of [
      [old, renewed],
      [renewed, old],
    ] as const) {
      writeFileSync(keys.file('1'), first);
      writeFileSync(keys.file('2'), second);
      const found = await (await keysInDirectory(keys.path)).find([]);
      expect(found.keys.get(keyOne.fingerprint)?.data.equals(renewed)).to.equal(true);
    }
  });

  it('names a repository whose key the directory lacks, with the next step, and updates the others', async () => {
    await using place = await startWorkplace();
    using keys = createDirectory({ KEY: keyOne.armored });
    const repositories = [
      { id: 'a', ...source(unknownKey) },
      { id: 'b', ...source(keyOne.fingerprint) },
    ];
    await place.put('any-1', definition(repositories));
    const { lines, problems } = await place.run({ source: await keysInDirectory(keys.path) });
    expect(problems).to.equal(1);
    expect(lines).to.deep.equal([
      `any-1 x86_64 a no key ${unknownKey} in ${keys.path}: run npm run distributions:keys without --from ` +
        'where https://v.test/key can be reached, or add the key to the directory',
      'any-1: 1 updated',
    ]);
  });

  it('refuses a directory without keys, and one that does not exist', async () => {
    using keys = createDirectory({ README: 'text' });
    const failure = (directory: string) => keysInDirectory(directory).catch((error: Error) => error.message);
    expect(await failure(keys.path)).to.equal(`${keys.path}: holds no OpenPGP public key`);
    expect(await failure(keys.file('none'))).to.match(/^ENOENT/);
  });
});

describe('fetchKey', () => {
  it('follows redirects', async () => {
    await using place = await startWorkplace();
    place.redirects.set('/old', '/one');
    place.answers.set('/one', keyOne.armored);
    expect(Buffer.from(await fetchKey(`${place.url}/old`)).toString()).to.equal(keyOne.armored);
  });

  it('refuses what is not a URL', async () => {
    const error: unknown = await fetchKey('key.asc').catch((reason: unknown) => reason);
    expect(error).to.be.an.instanceof(Error);
  });
});
