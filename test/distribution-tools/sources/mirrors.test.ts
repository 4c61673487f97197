import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readMetalink, readMirrorlist } from '../../../packages/distribution-tools/src/rpm/mirrors.ts';
import { unusedPort, useRealConnections } from '../../upstream/loopback.ts';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';
import { serveFiles, type FileServer } from './file-server.ts';
import {
  checksumOf,
  definitionOf,
  metadata,
  primaryXml,
  readList,
  repositoryFiles,
  runPackages,
  writeDefinitions,
  writeRepository,
} from './repositories.ts';

const REPOMD = 'repodata/repomd.xml';
const OLD = repositoryFiles(metadata('primary', primaryXml({ name: 'old' })));
const NEW = repositoryFiles(metadata('primary', primaryXml({ name: 'new' })));
const bytes = (text: string): Buffer => Buffer.from(text);

interface MetalinkOptions {
  readonly urls: readonly (readonly [url: string, preference?: number])[];
  readonly repomd?: Uint8Array;
  readonly alternates?: readonly Uint8Array[];
}

const hashes = (data: Uint8Array): string =>
  `<size>${data.byteLength}</size><verification><hash type="md5">${checksumOf(data, 'md5')}</hash>` +
  `<hash type="sha256">${checksumOf(data)}</hash><hash type="sha512">${checksumOf(data, 'sha512')}</hash></verification>`;

const metalink = ({ urls, repomd, alternates = [] }: MetalinkOptions): string =>
  '<?xml version="1.0" encoding="utf-8"?>\n' +
  '<metalink version="3.0" xmlns="http://www.metalinker.org/" xmlns:mm0="http://fedorahosted.org/mirrormanager">' +
  '<files><file name="repomd.xml"><mm0:timestamp>1</mm0:timestamp>' +
  (repomd ? hashes(repomd) : '') +
  `<mm0:alternates>${alternates.map((data) => `<mm0:alternate>${hashes(data)}</mm0:alternate>`).join('')}</mm0:alternates>` +
  `<resources maxconnections="1">${urls
    .map(([url, preference = 50]) => `<url protocol="x" type="x" preference="${preference}">${url}</url>`)
    .join('')}</resources></file></files></metalink>`;

const names = (directory: TemporaryDirectory): string[] =>
  (readList(directory, 'centos-9', 'x86_64-base-packages') as { name: string }[]).map(({ name }) => name);

describe('a metalink', () => {
  it('names mirrors, https and what is preferred first, each once, and checksums', async () => {
    const found = await readMetalink(
      bytes(
        metalink({
          urls: [
            ['http://plain.test/os/repodata/repomd.xml', 100],
            ['https://second.test/os/repodata/repomd.xml', 90],
            ['https://first.test/os/repodata/repomd.xml', 99],
            ['https://first.test/os/repodata/repomd.xml', 98],
            ['rsync://old.test/os/repodata/repomd.xml', 100],
            ['ftp://old.test/os/repodata/repomd.xml', 100],
            ['https://other.test/os/something-else.xml', 100],
            ['no address', 100],
          ],
          repomd: bytes('a'),
          alternates: [bytes('b'), bytes('c')],
        }),
      ),
    );
    expect(found.urls).to.deep.equal(['https://first.test/os/', 'https://second.test/os/', 'http://plain.test/os/']);
    const sums = (data: string) => [
      { algorithm: 'sha256', value: checksumOf(data) },
      { algorithm: 'sha512', value: checksumOf(data, 'sha512') },
    ];
    expect(found.checksums).to.deep.equal([sums('a'), sums('b'), sums('c')]);
  });

  for (const [title, document, message] of [
    ['no metalink', '<html/>', 'holds <html>, no <metalink>'],
    ['no mirror', metalink({ urls: [] }), 'names no mirror of repodata/repomd.xml that can be used'],
    ['no XML', 'not here', 'text data outside of root node'],
  ] as const) {
    it(`is refused with ${title}`, async () => {
      const problem = await readMetalink(bytes(document)).catch((error: unknown) => error);
      expect(String(problem)).to.include(message);
    });
  }
});

describe('a mirror list', () => {
  it('names mirrors line by line', () => {
    const lines = [
      '# comment',
      'https://a.test/os',
      '',
      'http://b.test/os/?token=1',
      ' https://a.test/os/ ',
      'ftp://c.test/',
    ];
    expect(readMirrorlist(bytes(lines.join('\r\n')))).to.deep.equal({
      urls: ['https://a.test/os/', 'http://b.test/os/'],
      checksums: [],
    });
  });

  it('is refused when it names none', () => {
    expect(() => readMirrorlist(bytes('<html>\nno such list\n</html>'))).to.throw('names no mirror that can be used');
  });
});

describe('a repository with mirrors', () => {
  useRealConnections();

  /** Reads a repository whose mirrors a list names. */
  const run = async (
    directory: TemporaryDirectory,
    member: 'metalink' | 'mirrorlist',
    list: string,
    more: object = {},
  ) => {
    await using lists = await serveFiles(new Map([['list', bytes(list)]]));
    writeDefinitions(
      directory,
      definitionOf('centos-9', [{ id: 'base', [member]: `${lists.url}/list?arch=x`, ...more }]),
    );
    return { ...(await runPackages(directory)), listUrl: `${lists.url}/list?arch=x` };
  };

  const repomdOf = (server: FileServer): string => `${server.url}/os/${REPOMD}`;
  const below = (files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> =>
    new Map([...files].map(([path, data]) => [`os/${path}`, data]));

  it('is read from the first mirror that has the index the metalink names', async () => {
    using directory = createDirectory();
    await using stale = await serveFiles(below(OLD));
    await using current = await serveFiles(below(NEW));
    const urls = [
      [repomdOf(stale), 100],
      [repomdOf(current), 50],
    ] as const;
    const { lines, problems } = await run(directory, 'metalink', metalink({ urls, repomd: NEW.get(REPOMD)! }));
    expect(problems, lines.join('\n')).to.equal(0);
    expect(names(directory)).to.deep.equal(['new']);
    expect(stale.requests.map(({ url }) => url)).to.deep.equal([`/os/${REPOMD}`]);
  });

  it('may have an older index that the metalink names as well', async () => {
    using directory = createDirectory();
    await using mirror = await serveFiles(below(OLD));
    const list = metalink({ urls: [[repomdOf(mirror)]], repomd: NEW.get(REPOMD)!, alternates: [OLD.get(REPOMD)!] });
    expect((await run(directory, 'metalink', list)).problems).to.equal(0);
    expect(names(directory)).to.deep.equal(['old']);
  });

  it('is refused when no mirror has such an index', async () => {
    using directory = createDirectory();
    await using mirror = await serveFiles(below(OLD));
    const list = metalink({ urls: [[repomdOf(mirror)]], repomd: NEW.get(REPOMD)! });
    const { lines, problems } = await run(directory, 'metalink', list);
    expect(problems).to.equal(1);
    expect(lines).to.deep.equal([
      `centos-9 x86_64 base ${REPOMD}: has a checksum that the metalink does not name (${repomdOf(mirror)})`,
    ]);
  });

  it('takes each file from the next mirror where one does not have it', async () => {
    using directory = createDirectory();
    const withoutList = new Map([...below(NEW)].filter(([path]) => path.endsWith(REPOMD)));
    await using broken = await serveFiles(withoutList);
    await using whole = await serveFiles(below(NEW));
    const dead = `http://127.0.0.1:${await unusedPort()}/os/`;
    const list = `${dead}\n${broken.url}/os\n${whole.url}/os\n`;
    const { lines, problems } = await run(directory, 'mirrorlist', list);
    expect(problems, lines.join('\n')).to.equal(0);
    expect(names(directory)).to.deep.equal(['new']);
    expect(whole.requests.map(({ url }) => url)).to.deep.equal(['/os/repodata/primary.xml.gz']);
  });

  it('is tried at its own address first where it has one', async () => {
    using directory = createDirectory();
    await using own = await serveFiles(below(NEW));
    await using other = await serveFiles(below(OLD));
    const list = `${other.url}/os\n`;
    const result = await run(directory, 'mirrorlist', list, { baseurl: `${own.url}/os` });
    expect(result.problems).to.equal(0);
    expect(names(directory)).to.deep.equal(['new']);
    expect(other.requests).to.deep.equal([]);
  });

  it('is not read from this machine because of a list from another server', async () => {
    using directory = createDirectory();
    writeRepository(directory.file('secret'), NEW);
    const { lines, problems } = await run(directory, 'mirrorlist', `${pathToFileURL(directory.file('secret')).href}\n`);
    expect(problems).to.equal(1);
    expect(lines).to.deep.equal([`centos-9 x86_64 base ${REPOMD}: there is no mirror to have it from`]);
  });

  it('reports the failure of every mirror', async () => {
    using directory = createDirectory();
    await using empty = await serveFiles();
    const dead = `http://127.0.0.1:${await unusedPort()}/os/`;
    const { lines, problems } = await run(directory, 'mirrorlist', `${empty.url}/os\n${dead}\n`);
    expect(problems).to.equal(1);
    const [line = ''] = lines;
    expect(line).to.include(
      `centos-9 x86_64 base ${REPOMD}: responded with 404 Not Found (${empty.url}/os/${REPOMD}); `,
    );
    expect(line).to.match(/ECONNREFUSED.*\(http:\/\/127\.0\.0\.1:\d+\/os\/repodata\/repomd\.xml\)$/);
  });

  for (const member of ['metalink', 'mirrorlist'] as const) {
    it(`is reported when its ${member} is invalid`, async () => {
      using directory = createDirectory();
      const { lines, problems, listUrl } = await run(directory, member, '<html>Not here</html>');
      expect(problems).to.equal(1);
      expect(lines).to.have.length(1);
      expect(lines[0]?.startsWith(`centos-9 x86_64 base ${member}: `), lines[0]).to.equal(true);
      expect(lines[0]?.endsWith(` (${listUrl})`), lines[0]).to.equal(true);
    });
  }

  it('is read anew when it was replaced while it was read', async () => {
    using directory = createDirectory();
    const server = await serveFiles(new Map([[REPOMD, OLD.get(REPOMD)!]]), {
      'repodata/primary.xml.gz': (response) => {
        // The old list is gone, and from now on there is the new repository.
        if (server.requested('repodata/primary.xml.gz').length > 1) return false;
        server.put(NEW);
        response.writeHead(404).end();
        return true;
      },
    });
    await using _ = server;
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl: server.url }]));
    const { lines, problems } = await runPackages(directory);
    expect(problems, lines.join('\n')).to.equal(0);
    expect(names(directory)).to.deep.equal(['new']);
  });

  it('can be read from another server, by the prefix of its URL', async () => {
    using directory = createDirectory();
    writeRepository(directory.file('local/9/os'), NEW);
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl: 'https://vendor.test/pub/9/os/' }]));
    const { problems } = await runPackages(directory, {
      rewrite: (url) => url.replace('https://vendor.test/pub/', pathToFileURL(directory.file('local/')).href),
    });
    expect(problems).to.equal(0);
    expect(names(directory)).to.deep.equal(['new']);
  });
});
