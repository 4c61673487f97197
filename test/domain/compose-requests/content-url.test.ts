import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  onContentHost,
  snapshotUrl,
  UnusableContentPathError,
  withoutTrailingSlash,
} from '../../../src/domain/compose-requests/content-url.ts';

type Case = readonly [repoUrl: string, repoPrefix: string, path: string, expected: string];

const SNAPSHOTS: readonly Case[] = [
  ['https://h', '/api/x', '/snappy/baseos', 'https://h/api/x/snappy/baseos'],
  ['https://h/', '/api/x/', '/snappy/baseos', 'https://h/api/x/snappy/baseos'],
  ['https://h', 'api/x', 'snappy/baseos/', 'https://h/api/x/snappy/baseos/'],
  ['https://h:8443/base', '/api', 'p', 'https://h:8443/base/api/p'],
  ['https://h', '', '/p', 'https://h/p'],
  ['https://h', '/api', '//a///b//', 'https://h/api/a/b/'],
  ['https://h', '/api', '/a/./b/../c', 'https://h/api/a/c'],
  ['https://h', '/api', '/a%20b/c%2Fd', 'https://h/api/a%20b/c%2Fd'],
  ['https://h', '/api', '/ä', 'https://h/api/ä'],
];

const PUBLISHED: readonly (readonly [repoUrl: string, address: string, expected: string])[] = [
  ['https://h', 'http://other/a/b/', 'https://h/a/b/'],
  ['https://h', 'http://other/a/b', 'https://h/a/b'],
  ['https://h', 'https://other', 'https://h'],
  ['https://h', 'https://other/', 'https://h'],
  ['https://h', 'https://other/a?query=1#fragment', 'https://h/a'],
  ['https://h', 'https://user:secret@other:1/a/', 'https://h/a/'],
  ['https://h/base', 'https://other/a/', 'https://h/base/a/'],
  ['https://h/base', 'https://other', 'https://h/base'],
  ['https://h/base', 'https://other/', 'https://h/base/'],
  ['https://h', 'https://other/a%2Fb/', 'https://h/a%2Fb/'],
  ['https://h', 'https://other/a%25b/', 'https://h/a%25b/'],
  ['https://h', 'https://other/a/../../b', 'https://h/b'],
];

describe('address of a snapshot on the content host', () => {
  for (const [repoUrl, repoPrefix, path, expected] of SNAPSHOTS) {
    it(`is ${expected} for ${repoUrl}, ${repoPrefix || 'no prefix'} and ${path}`, () => {
      expect(snapshotUrl({ repoUrl, repoPrefix }, path)).to.equal(expected);
    });
  }

  for (const path of ['/a%zz', '/a%', '/a%2', '/a b', '/a?b', '/a#b', '/a\\b', '/a\nb']) {
    it(`does not exist for ${JSON.stringify(path)}`, () => {
      expect(() => snapshotUrl({ repoUrl: 'https://h', repoPrefix: '/api' }, path)).to.throw(
        UnusableContentPathError,
        'no path',
      );
    });
  }
});

describe('address on the content host of what is published elsewhere', () => {
  for (const [repoUrl, address, expected] of PUBLISHED) {
    it(`is ${expected} for ${address}`, () => {
      expect(onContentHost({ repoUrl, repoPrefix: '/never/used' }, address)).to.equal(expected);
    });
  }

  for (const address of ['', '/path', 'path', '//host/path', 'mailto:x', 'https://', 'https://[', 'https://h/a%zz']) {
    it(`does not exist for ${JSON.stringify(address)}`, () => {
      expect(() => onContentHost({ repoUrl: 'https://h', repoPrefix: '' }, address)).to.throw(UnusableContentPathError);
    });
  }
});

describe('an address without slashes at its end', () => {
  for (const [given, expected] of [
    ['https://h/a', 'https://h/a'],
    ['https://h/a/', 'https://h/a'],
    ['https://h/a//', 'https://h/a'],
    ['', ''],
  ] as const) {
    it(`is ${JSON.stringify(expected)} for ${JSON.stringify(given)}`, () => {
      expect(withoutTrailingSlash(given)).to.equal(expected);
    });
  }
});
