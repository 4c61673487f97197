import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';
import {
  checksumOf,
  definitionOf,
  metadata,
  primaryXml,
  readList,
  repomdXml,
  repositoryFiles,
  runPackages,
  writeDefinitions,
  writeRepository,
  type MetadataEntry,
} from './repositories.ts';
import { needTools } from './rpm-tools.ts';

const XML = primaryXml({ name: 'bash', summary: 'The usual command shell' }, { name: 'vim' });
const PLACE = 'centos-9 x86_64 base';

const bytes = (value: string): Buffer => Buffer.from(value);

/** An entry whose file holds something else than it should, with the checksum of what it holds. */
const holding = (data: Uint8Array, more: Partial<MetadataEntry> = {}): MetadataEntry =>
  metadata('primary', XML, { data, ...more });

/** A directory with a repository of these files, and a distribution that has it. */
const setUp = (files: ReadonlyMap<string, Uint8Array>): TemporaryDirectory => {
  const directory = createDirectory();
  writeRepository(directory.file('repository'), files);
  const baseurl = pathToFileURL(directory.file('repository')).href;
  writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
  return directory;
};

const withRepomd = (repomd: string, ...entries: readonly MetadataEntry[]): Map<string, Uint8Array> =>
  repositoryFiles(...entries).set('repodata/repomd.xml', bytes(repomd));

const changed = (change: (entry: string) => string): Map<string, Uint8Array> =>
  repositoryFiles(metadata('primary', XML, { change }));

const gz = gzipSync(bytes(XML));
const HREF = 'repodata/primary.xml.gz';

describe('a repository that cannot be used', () => {
  for (const [title, files, file, message] of [
    ['has no index', new Map([['x', bytes('')]]), 'repodata/repomd.xml', /ENOENT/],
    [
      'has an index that is no XML',
      withRepomd('404 not found'),
      'repodata/repomd.xml',
      /text data outside of root node/,
    ],
    ['has a web page for an index', withRepomd('<html/>'), 'repodata/repomd.xml', /holds <html>, no <repomd>/],
    [
      'has an index that ends too early',
      withRepomd('<repomd><data type="primary">'),
      'repodata/repomd.xml',
      /unclosed tag/,
    ],
    ['has no list of packages', withRepomd(repomdXml()), 'repodata/repomd.xml', /^names no list of packages$/],
    [
      'has a list without address',
      changed((entry) => entry.replace(/<location[^>]*>/, '')),
      'repodata/repomd.xml',
      /^its entry of primary has no location$/,
    ],
    [
      'has a list without checksum',
      changed((entry) => entry.replace(/<checksum.*?<\/checksum>/, '')),
      'repodata/repomd.xml',
      /^its entry of primary has no checksum$/,
    ],
    [
      'has a checksum that proves nothing',
      changed((entry) =>
        entry.replace(/<checksum.*?<\/checksum>/, `<checksum type="sha">${checksumOf(gz, 'sha1')}</checksum>`),
      ),
      'repodata/repomd.xml',
      /^its entry of primary has a checksum that proves nothing: sha [0-9a-f]{40}$/,
    ],
    [
      'has half a checksum',
      changed((entry) => entry.replace(/<checksum.*?<\/checksum>/, '<checksum type="sha256">abcdef</checksum>')),
      'repodata/repomd.xml',
      /^its entry of primary has a checksum that proves nothing: sha256 abcdef$/,
    ],
    ...['../../etc/passwd', '/etc/passwd', 'file:///etc/passwd', 'repodata/../../x'].map(
      (href) =>
        [
          `leads out of itself, to ${href}`,
          changed((entry) => entry.replace(HREF, href)),
          'repodata/repomd.xml',
          /^its entry of primary has the location ".*", which leads out of the repository$/,
        ] as const,
    ),
    [
      'leads out of itself by an escape',
      changed((entry) => entry.replace(HREF, '%2e%2e/x')),
      '%2e%2e/x',
      /^leads out of the repository, to file:/,
    ],
    ['lacks a file', withRepomd(repomdXml(metadata('primary', XML))), HREF, /^ENOENT: no such file or directory/],
    [
      'has a file with another checksum',
      repositoryFiles(metadata('primary', XML)).set(HREF, bytes('other')),
      HREF,
      new RegExp(`^has the wrong checksum: the sha256 of the file is ${checksumOf('other')}, not ${checksumOf(gz)}`),
    ],
    [
      'has a content with another checksum',
      repositoryFiles(metadata('primary', XML, { open: bytes(XML.replace('bash', 'dash')) })),
      HREF,
      new RegExp(`^has the wrong checksum: the sha256 of the content is ${checksumOf(XML)}, not [0-9a-f]{64}$`),
    ],
    [
      'has a file that is not compressed as it says',
      repositoryFiles(holding(bytes(XML))),
      HREF,
      /^is no valid gz data/,
    ],
    [
      'has a file that ends too early',
      repositoryFiles(holding(gz.subarray(0, -20))),
      HREF,
      /^is no valid gz data, or ends too early: /,
    ],
    [
      'has a damaged file',
      repositoryFiles(holding(Buffer.concat([gz.subarray(0, 30), Buffer.alloc(20), gz.subarray(50)]))),
      HREF,
      /^is no valid gz data, or ends too early: /,
    ],
    [
      'has a file of zstd that ends too early',
      repositoryFiles(
        metadata('primary', XML, { suffix: '.zst', data: zstdCompressSync(bytes(XML)).subarray(0, -20) }),
      ),
      'repodata/primary.xml.zst',
      /^is no valid zst data, or ends too early: /,
    ],
    [
      'has more in a file than it says',
      repositoryFiles(metadata('primary', XML, { open: bytes(XML.slice(0, 100)) })),
      HREF,
      /^holds more than the 100 bytes that were announced$/,
    ],
    ...(
      [
        ['has a list that is no XML', 'not at all', /text data outside of root node/],
        ['has a list that ends too early', XML.slice(0, -12), /unclosed|end of file/],
        ['has another list in place of that of packages', '<comps/>', /^holds <comps>, no list of packages$/],
        ['has a package without name', primaryXml({ name: '' }), /^holds a package without name$/],
        ['has a package without version', XML.replace(/<version[^>]*>/, ''), /^holds a package without version$/],
        [
          'has an entity of its own',
          XML.replace('?>', '?><!DOCTYPE metadata [<!ENTITY a "b">]>').replace('vim', '&a;'),
          /undefined entity/,
        ],
      ] as const
    ).map(([title, xml, message]) => [title, repositoryFiles(metadata('primary', xml)), HREF, message] as const),
    [
      'has a list that is not UTF-8',
      repositoryFiles(
        holding(gzipSync(Buffer.from(XML.replace('bash', 'b\xe4sh'), 'latin1')), {
          open: Buffer.from(XML.replace('bash', 'b\xe4sh'), 'latin1'),
        }),
      ),
      HREF,
      /not valid for encoding utf-8/,
    ],
    [
      'has groups that are no XML',
      repositoryFiles(metadata('primary', XML), metadata('group', '<comps><group>')),
      'repodata/comps.xml.gz',
      /unclosed tag/,
    ],
    [
      'has something else for groups',
      repositoryFiles(metadata('primary', XML), metadata('group', '<html/>')),
      'repodata/comps.xml.gz',
      /^holds <html>, no groups$/,
    ],
    [
      'has modules that are no YAML',
      repositoryFiles(metadata('primary', XML), metadata('modules', '---\ndata: [\n...\n')),
      'repodata/modules.yaml.gz',
      /^is no YAML: /,
    ],
  ] as const) {
    it(`${title} is reported with its URL`, async () => {
      using directory = setUp(files);
      const { lines, ...result } = await runPackages(directory);
      expect(result).to.deep.equal({ repositories: 1, unchanged: 0, changed: 0, problems: 1 });
      expect(lines).to.have.length(1);
      const [line = ''] = lines;
      expect(line.startsWith(`${PLACE} ${file}: `), line).to.equal(true);
      expect(line.slice(`${PLACE} ${file}: `.length)).to.match(message);
      expect(line).to.not.include('\n');
      expect(readdirSync(directory.file('data/centos-9'))).to.deep.equal(['centos-9.json']);
    });
  }

  it('reports a damaged xz file with its URL', async function () {
    needTools(this, 'xz');
    const data = execFileSync('xz', ['-c'], { input: XML });
    for (const damaged of [
      data.subarray(0, -30),
      Buffer.concat([data.subarray(0, 40), Buffer.alloc(20), data.subarray(60)]),
    ]) {
      using directory = setUp(repositoryFiles(holding(damaged, { href: 'repodata/primary.xml.xz' })));
      const { lines, problems } = await runPackages(directory);
      expect(problems).to.equal(1);
      expect(lines[0]).to.match(
        /^centos-9 x86_64 base repodata\/primary\.xml\.xz: is no valid xz data, or ends too early/,
      );
    }
    {
      const short = { href: 'repodata/primary.xml.xz', open: bytes(XML.slice(0, 100)) };
      using directory = setUp(repositoryFiles(holding(data, short)));
      const { lines } = await runPackages(directory);
      expect(lines[0]).to.match(/primary\.xml\.xz: holds more than the 100 bytes that were announced$/);
    }
    // The decoder is one for all: it must be free for the next file.
    using directory = setUp(repositoryFiles(holding(data, { href: 'repodata/primary.xml.xz' })));
    expect((await runPackages(directory)).problems).to.equal(0);
  });

  it('leaves its lists unchanged', async () => {
    using directory = setUp(repositoryFiles(metadata('primary', XML)));
    await runPackages(directory);
    const list = directory.file('data/centos-9/centos-9-x86_64-base-packages.json');
    const before = statSync(list, { bigint: true });
    directory.write(`repository/${HREF}`, 'damaged');
    expect((await runPackages(directory)).problems).to.equal(1);
    const { ino, mtimeNs } = statSync(list, { bigint: true });
    expect({ ino, mtimeNs }).to.deep.equal({ ino: before.ino, mtimeNs: before.mtimeNs });
  });

  it('does not prevent the update of other repositories', async () => {
    using directory = createDirectory();
    writeRepository(directory.file('good'), repositoryFiles(metadata('primary', XML)));
    writeRepository(directory.file('bad'), repositoryFiles(metadata('primary', 'no XML')));
    const [good, bad] = ['good', 'bad'].map((name) => pathToFileURL(directory.file(name)).href);
    writeDefinitions(
      directory,
      definitionOf('centos-9', [
        { id: 'bad', baseurl: bad },
        { id: 'good', baseurl: good },
      ]),
      definitionOf('centos-10', [{ id: 'bad', baseurl: bad }]),
    );
    const { lines, ...result } = await runPackages(directory);
    expect(result).to.deep.equal({ repositories: 3, unchanged: 0, changed: 1, problems: 2 });
    // One repository in two distributions: each of them has the problem.
    for (const place of ['centos-9 x86_64 bad', 'centos-10 x86_64 bad']) {
      expect(
        lines.filter((line) => line.startsWith(`${place} ${HREF}: `) && line.includes('text data outside')),
      ).to.have.length(1);
    }
    expect(readList(directory, 'centos-9', 'x86_64-good-packages')).to.have.length(2);
  });
});

describe('an unusual but valid repository', () => {
  for (const [title, files] of [
    ['has no checksum of the content', changed((entry) => entry.replace(/<open-checksum.*?<\/open-checksum>/, ''))],
    ['says nothing of sizes', changed((entry) => entry.replaceAll(/<(open-)?size>.*?<\/(open-)?size>/g, ''))],
    ['has checksums of sha512', repositoryFiles(metadata('primary', XML, { algorithm: 'sha512' }))],
    ['has checksums of sha384', repositoryFiles(metadata('primary', XML, { algorithm: 'sha384' }))],
    [
      'has checksums in capital letters',
      changed((entry) => entry.replaceAll(/[0-9a-f]{64}/g, (sum) => ` ${sum.toUpperCase()}\n`)),
    ],
    [
      'lists the same file in further formats',
      changed((entry) => `<data type="primary_zck"><location href="x.zck"/></data>${entry}<data type="primary_db"/>`),
    ],
    [
      'describes modules of no kind that is known',
      repositoryFiles(
        metadata('primary', XML),
        metadata('modules', '---\ndocument: modulemd-obsoletes\nversion: 1\ndata: {module: a}\n...\n--- null\n...\n'),
      ),
    ],
    [
      'has groups without anything in them',
      repositoryFiles(metadata('primary', XML), metadata('group', '<comps><group><id/></group><langpacks/></comps>')),
    ],
  ] as const) {
    it(`${title}, and is read`, async () => {
      using directory = setUp(files);
      const { lines, problems } = await runPackages(directory);
      expect(problems, lines.join('\n')).to.equal(0);
      expect(readList(directory, 'centos-9', 'x86_64-base-packages')).to.deep.equal([
        { name: 'bash', summary: 'The usual command shell' },
        { name: 'vim', summary: 'vim' },
      ]);
    });
  }
});
