// npm run bench:distributions [-- --packages 60000]: measures time and memory of `distributions:packages` for one large
// repository, which this script creates and serves locally. The whole command is measured.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip, createZstdCompress } from 'node:zlib';

/** Every so many packages there is one that is another version of the one before it, as updates have them. */
const TWICE = 10;
const ROOT = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
/** What the npm script gives to node, flags included. */
const command = scripts['distributions:packages']?.split(' ').slice(1) ?? [];
const COMPRESSIONS = ['gz', 'zst', 'xz', ''] as const;
type Compression = (typeof COMPRESSIONS)[number];

/** One package as createrepo_c describes it: about three kilobytes, most of which the command skips. */
const packageXml = (index: number): string => {
  const own = `package-${index % TWICE === 0 ? index + 1 : index}`;
  const entries = (element: string, count: number, entry: (number: number) => string): string =>
    `    <rpm:${element}>\n${Array.from({ length: count }, (_, number) => `      ${entry(number)}\n`).join('')}    </rpm:${element}>\n`;
  return (
    `<package type="rpm">\n  <name>${own}</name>\n  <arch>${index % 3 === 0 ? 'noarch' : 'x86_64'}</arch>\n` +
    `  <version epoch="0" ver="${index % 7}.${index % 31}" rel="${index % 5}.fc45"/>\n` +
    `  <checksum type="sha256" pkgid="YES">${createHash('sha256').update(`${own} ${index}`).digest('hex')}</checksum>\n` +
    `  <summary>What the package ${own} is for &amp; whom it serves</summary>\n` +
    `  <description>${`${own} does what it says, and here is what that is. `.repeat(8)}</description>\n` +
    `  <packager>Example</packager>\n  <url>https://example.com/${own}</url>\n` +
    `  <time file="1700000000" build="1700000000"/>\n  <size package="${index}" installed="${index * 3}" archive="${index * 4}"/>\n` +
    `  <location href="Packages/p/${own}.rpm"/>\n  <format>\n    <rpm:license>MIT</rpm:license>\n` +
    entries('provides', 8, (number) => `<rpm:entry name="lib${own}-${number}.so.1()(64bit)"/>`) +
    entries('requires', 12, (number) => `<rpm:entry name="libc.so.6(GLIBC_2.${number})(64bit)"/>`) +
    `    <file>/usr/bin/${own}</file>\n    <file>/etc/${own}.conf</file>\n  </format>\n</package>\n`
  );
};

async function* primaryXml(count: number): AsyncGenerator<string> {
  const namespaces = 'xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm"';
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<metadata ${namespaces} packages="${count}">\n`;
  for (let index = 0; index < count; index += 1) yield packageXml(index);
  yield '</metadata>\n';
}

const sha256 = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(piece);
  return hash.digest('hex');
};

const hasXz = (): boolean => {
  try {
    execFileSync('xz', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const compress = async (from: string, to: string, compression: Compression): Promise<void> => {
  if (compression === 'xz') execFileSync('sh', ['-c', 'xz -2 -T0 -c "$1" > "$2"', 'sh', from, to]);
  else {
    const transform = compression === 'gz' ? createGzip({ level: 4 }) : createZstdCompress();
    await pipeline(createReadStream(from), transform, createWriteStream(to));
  }
};

/** Makes a repository of one list of packages. */
const makeRepository = async (directory: string, open: string, compression: Compression): Promise<void> => {
  const repodata = join(directory, 'repodata');
  await mkdir(repodata, { recursive: true });
  const name = compression === '' ? 'primary.xml' : `primary.xml.${compression}`;
  const path = join(repodata, name);
  if (compression === '') await pipeline(createReadStream(open), createWriteStream(path));
  else await compress(open, path, compression);
  await writeFile(
    join(repodata, 'repomd.xml'),
    `<repomd xmlns="http://linux.duke.edu/metadata/repo"><data type="primary">` +
      `<checksum type="sha256">${await sha256(path)}</checksum>` +
      `<open-checksum type="sha256">${await sha256(open)}</open-checksum>` +
      `<location href="repodata/${name}"/><size>${(await stat(path)).size}</size>` +
      `<open-size>${(await stat(open)).size}</open-size></data></repomd>`,
  );
};

/** Module that prints peak memory and processor time when the process ends. */
const REPORT_USAGE =
  "data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=" +
  'process.resourceUsage();writeSync(3,JSON.stringify([maxRSS,userCPUTime+systemCPUTime]))})';

interface Measured {
  readonly seconds: number;
  /** Seconds of one processor. */
  readonly processor: number;
  /** Megabytes. */
  readonly peak: number;
}

/** Runs the command as its npm script does, and returns its costs. */
const measure = async (args: readonly string[]): Promise<Measured> => {
  const started = performance.now();
  const child = spawn(process.execPath, [`--import=${REPORT_USAGE}`, ...command, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let usage = '';
  child.stdio[3]?.on('data', (piece: Buffer) => (usage += piece.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the command ended with ${code}`);
  const [kilobytes, microseconds] = JSON.parse(usage) as [number, number];
  const seconds = (performance.now() - started) / 1_000;
  return { seconds, processor: microseconds / 1_000_000, peak: kilobytes / 1_024 };
};

const { values } = parseArgs({ options: { packages: { type: 'string', default: '60000' } } });
const count = Number(values.packages);
const work = await mkdtemp(join(tmpdir(), 'image-builder-bench-'));
try {
  const open = join(work, 'primary.xml');
  await pipeline(primaryXml(count), createWriteStream(open));
  const megabytes = (await stat(open)).size / 1_000_000;
  console.log(`${count} packages, ${megabytes.toFixed(0)} MB of XML\n`);
  console.log('| compression | seconds | processor seconds | peak RSS, MB | packages listed |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const compression of COMPRESSIONS) {
    const name = compression || 'none';
    if (compression === 'xz' && !hasXz()) {
      console.log(`| xz | skipped: there is no xz here to compress with | | | |`);
      continue;
    }
    const repository = join(work, `repository-${name}`);
    await makeRepository(repository, open, compression);
    const key = 'bench-1';
    const directory = join(work, `data-${name}`);
    await mkdir(join(directory, key), { recursive: true });
    const baseurl = pathToFileURL(`${repository}/`).href;
    await writeFile(
      join(directory, key, `${key}.json`),
      JSON.stringify({ distribution: { name: key }, x86_64: { repositories: [{ id: 'base', baseurl }] } }),
    );
    const { seconds, processor, peak } = await measure(['--dir', directory, '--cache', join(work, 'cache')]);
    const list = JSON.parse(
      await readFile(join(directory, key, `${key}-x86_64-base-packages.json`), 'utf8'),
    ) as unknown[];
    console.log(`| ${name} | ${seconds.toFixed(1)} | ${processor.toFixed(1)} | ${peak.toFixed(0)} | ${list.length} |`);
    await rm(repository, { recursive: true });
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
