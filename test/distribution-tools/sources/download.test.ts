import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { useRealConnections } from '../../upstream/loopback.ts';
import { PATIENCE, STANDSTILL } from '../../support/patience.ts';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';
import { rangeOf, serveFiles, type Special } from './file-server.ts';
import {
  checksumOf,
  definitionOf,
  metadata,
  primaryXml,
  readList,
  repositoryFiles,
  runPackages,
  writeDefinitions,
} from './repositories.ts';

const NAMES = Array.from({ length: 400 }, (_, index) => `package-${String(index).padStart(3, '0')}`);
const PRIMARY = metadata('primary', primaryXml(...NAMES.map((name) => ({ name, summary: checksumOf(name) }))));
const { href, data } = PRIMARY;
const SIZE = data.byteLength;
const FILES = repositoryFiles(PRIMARY);
const PLACE = 'centos-9 x86_64 base';

const partialOf = (directory: TemporaryDirectory): string =>
  join(directory.file('cache'), `sha256-${checksumOf(data)}.part`);

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Sends a part of the file, and breaks the connection when that has arrived, as if the rest were still to come. */
const breakAfter =
  (bytes: number, directory: TemporaryDirectory): Special =>
  (response, request, whole) => {
    const from = rangeOf(request);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': SIZE - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${SIZE - 1}/${SIZE}` } : {}),
    });
    const sent = whole.subarray(from, from + bytes);
    const breakOff = (): void => {
      if (sizeOf(partialOf(directory)) >= from + sent.byteLength) response.destroy();
      else setImmediate(breakOff);
    };
    if (from + bytes >= SIZE) response.end(sent);
    else response.write(sent, breakOff);
    return true;
  };

/** Answers that come one after the other, the last one again and again; `null` for the usual one. */
const inTurn = (...answers: readonly (Special | null)[]): Special => {
  let next = 0;
  return (...args) => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    return answer?.(...args) ?? false;
  };
};

const status =
  (code: number): Special =>
  (response) => {
    response.writeHead(code).end('not the file');
    return true;
  };

const cacheOf = (directory: TemporaryDirectory): string[] => readdirSync(directory.file('cache')).sort();
const listed = (directory: TemporaryDirectory): string[] =>
  (readList(directory, 'centos-9', 'x86_64-base-packages') as { name: string }[]).map(({ name }) => name);

describe('a download', () => {
  useRealConnections();

  const run = async (answer: Special | null, directory: TemporaryDirectory, timeout = PATIENCE) => {
    await using server = await serveFiles(FILES, answer ? { [href]: answer } : {});
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl: server.url }]));
    const result = await runPackages(directory, { settings: { timeout } });
    return { ...result, asked: server.requested(href), url: `${server.url}/${href}` };
  };

  it('is not made again as long as the file is the same', async () => {
    using directory = createDirectory();
    expect((await run(null, directory)).asked).to.deep.equal([undefined]);
    const again = await run(null, directory);
    expect(again.asked).to.deep.equal([]);
    expect(again.unchanged).to.equal(1);
  });

  it('is repeated when the cached file is damaged', async () => {
    using directory = createDirectory();
    await run(null, directory);
    writeFileSync(join(directory.file('cache'), `sha256-${checksumOf(data)}`), 'damaged');
    expect(await run(null, directory)).to.deep.include({ problems: 0, asked: [undefined] });
  });

  it('resumes where the connection broke, as long as it makes progress', async () => {
    using directory = createDirectory();
    const piece = Math.ceil(SIZE / 8);
    const { problems, asked } = await run(breakAfter(piece, directory), directory);
    expect(problems).to.equal(0);
    const starts = [1, 2, 3, 4, 5, 6, 7].map((number) => `bytes=${number * piece}-`);
    expect(asked).to.deep.equal([undefined, ...starts]);
    expect(listed(directory)).to.deep.equal(NAMES);
  });

  it('resumes in the next run', async () => {
    using directory = createDirectory();
    const failed = await run(inTurn(breakAfter(1_000, directory), breakAfter(0, directory)), directory);
    expect(failed.problems).to.equal(1);
    expect(failed.asked).to.have.length(4);
    expect(existsSync(directory.file('data/centos-9/centos-9-x86_64-base-packages.json'))).to.equal(false);

    const { problems, asked } = await run(null, directory);
    expect({ problems, asked }).to.deep.equal({ problems: 0, asked: ['bytes=1000-'] });
    expect(listed(directory)).to.deep.equal(NAMES);
    expect(cacheOf(directory)).to.deep.equal([`sha256-${checksumOf(data)}`]);
  });

  it('takes the whole file from a server without range support', async () => {
    using directory = createDirectory({ 'cache/x': '' });
    writeFileSync(partialOf(directory), data.subarray(0, 100));
    const whole: Special = (response, _request, all) => {
      response.writeHead(200).end(all);
      return true;
    };
    expect(await run(whole, directory)).to.deep.include({ problems: 0, asked: ['bytes=100-'] });
    expect(listed(directory)).to.deep.equal(NAMES);
  });

  for (const [title, beginning] of [
    ['that is wrong', Buffer.alloc(100)],
    ['that is longer than the file', Buffer.concat([data, data])],
    ['that is as long as the file, and another one', Buffer.alloc(SIZE)],
  ] as const) {
    it(`starts over when there is a partial file ${title}`, async () => {
      using directory = createDirectory({ 'cache/x': '' });
      writeFileSync(partialOf(directory), beginning);
      const { problems, asked, lines } = await run(null, directory);
      expect(problems, lines.join('\n')).to.equal(0);
      expect(asked.at(-1)).to.equal(undefined);
      expect(listed(directory)).to.deep.equal(NAMES);
    });
  }

  it('stores the partial file after a refusal: another mirror may have the rest', async () => {
    using directory = createDirectory({ 'cache/x': '' });
    writeFileSync(partialOf(directory), data.subarray(0, 100));
    expect(await run(status(404), directory)).to.deep.include({ problems: 1, asked: ['bytes=100-'] });
    expect(existsSync(partialOf(directory))).to.equal(true);
  });

  it('is tried again when the server is busy', async () => {
    using directory = createDirectory();
    expect((await run(inTurn(status(503), status(429), null), directory)).problems).to.equal(0);
  });

  it('stores a compressed file unchanged, whichever encoding the server declares', async () => {
    using directory = createDirectory();
    const encoded: Special = (response, _request, all) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/xml' }).end(all);
      return true;
    };
    expect((await run(encoded, directory)).problems).to.equal(0);
  });

  it('follows redirects', async () => {
    using directory = createDirectory();
    await using elsewhere = await serveFiles(new Map([['other/place', data]]));
    const redirect: Special = (response) => {
      response.writeHead(302, { location: `${elsewhere.url}/other/place` }).end();
      return true;
    };
    expect((await run(redirect, directory)).problems).to.equal(0);
    expect(elsewhere.requested('other/place')).to.have.length(1);
  });

  for (const [title, answer, message, attempts] of [
    ['is not there', status(404), 'responded with 404 Not Found', 1],
    ['is forbidden', status(403), 'responded with 403 Forbidden', 1],
    ['is never ready', status(503), 'responded with 503 Service Unavailable', 3],
    [
      'is cut off at its beginning',
      ((response) => {
        response.writeHead(200, { 'content-length': SIZE });
        response.flushHeaders();
        response.destroy();
        return true;
      }) satisfies Special,
      /hang up|aborted|reset|mismatch/i,
      3,
    ],
    [
      'ends too early',
      ((response, request, all) => {
        const from = rangeOf(request);
        const head = from > 0 ? { 'content-range': `bytes ${from}-499/500` } : {};
        response.writeHead(from > 0 ? 206 : 200, head).end(all.subarray(from, 500));
        return true;
      }) satisfies Special,
      `ends after 500 of ${SIZE} bytes`,
      4,
    ],
    [
      'does not end',
      ((response, _request, all) => {
        response.writeHead(200).end(Buffer.concat([all, all]));
        return true;
      }) satisfies Special,
      `holds more than the ${SIZE} bytes that repomd.xml declares`,
      1,
    ],
    [
      'has another content',
      ((response) => {
        response.writeHead(200).end(Buffer.alloc(SIZE));
        return true;
      }) satisfies Special,
      `has the wrong checksum: the sha256 of the file is ${checksumOf(Buffer.alloc(SIZE))}, not ${checksumOf(data)}`,
      1,
    ],
    [
      'is redirected in a circle',
      ((response) => {
        response.writeHead(302, { location: `/${href}` }).end();
        return true;
      }) satisfies Special,
      /redirect/i,
      11,
    ],
    [
      'starts at another offset than the requested one',
      ((response) => {
        response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('01234');
        return true;
      }) satisfies Special,
      'responded with another range than the requested one',
      1,
    ],
  ] as const satisfies readonly (readonly [string, Special, string | RegExp, number])[]) {
    it(`that ${title} is reported with its URL, and leaves no file behind`, async () => {
      using directory = createDirectory();
      const { lines, problems, asked, url } = await run(answer, directory);
      expect(problems).to.equal(1);
      expect(lines).to.have.length(1);
      const [line = ''] = lines;
      expect(line.startsWith(`${PLACE} ${href}: `), line).to.equal(true);
      expect(line.endsWith(` (${url})`), line).to.equal(true);
      const found = line.slice(`${PLACE} ${href}: `.length, -` (${url})`.length);
      if (typeof message === 'string') expect(found).to.equal(message);
      else expect(found).to.match(message);
      expect(asked).to.have.length(attempts);
      expect(readdirSync(directory.file('data/centos-9'))).to.deep.equal(['centos-9.json']);
    });
  }

  it('reports no password of its URL', async () => {
    using directory = createDirectory();
    await using server = await serveFiles(FILES, { [href]: status(404) });
    const baseurl = server.url.replace('http://', 'http://user:secret@');
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
    const { lines } = await runPackages(directory);
    expect(lines).to.deep.equal([`${PLACE} ${href}: responded with 404 Not Found (${server.url}/${href})`]);
    expect(server.requests[0]?.headers.authorization).to.equal(
      `Basic ${Buffer.from('user:secret').toString('base64')}`,
    );
  });

  it('that is too slow fails', async () => {
    using directory = createDirectory();
    const drip: Special = (response, _request, all) => {
      response.writeHead(200, { 'content-length': SIZE });
      response.write(all.subarray(0, 10));
      return true;
    };
    const { lines, problems } = await run(drip, directory, STANDSTILL);
    expect(problems).to.equal(1);
    expect(lines[0]).to.match(/^centos-9 x86_64 base repodata\/primary\.xml\.gz: is slow: \d+ bytes in 2 s \(http/);
  });

  it('that does not start fails', async () => {
    using directory = createDirectory();
    const { lines, problems } = await run(() => true, directory, STANDSTILL);
    expect(problems).to.equal(1);
    expect(lines[0]).to.match(/^centos-9 x86_64 base repodata\/primary\.xml\.gz: .*timeout/i);
  });
});
