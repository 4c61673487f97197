import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bytesOf } from '../../../src/domain/build-rules/data-size.ts';
import { isRequestUri } from '../../../src/domain/build-rules/request-uri.ts';
import { select } from '../../../src/domain/build-rules/rule.ts';
import { isTimeZone } from '../../../src/domain/build-rules/time-zone.ts';
import { pathOf } from '../../../src/lib/pointer.ts';

describe('sizes', () => {
  for (const [text, bytes] of [
    ['4096', 4096],
    ['10 GiB', 10 * 1024 ** 3],
    [' 1.5GB ', 1_500_000_000],
    ['1.5', null],
    ['1 XB', null],
    ['10 gib', null],
    ['-1', null],
    ['', null],
    ['8388608 TiB', null],
  ] as const)
    it(`read ${JSON.stringify(text)}`, () => expect(bytesOf(text)).to.equal(bytes));
});

describe('addresses', () => {
  for (const text of ['https://a.test/b', 'http://[::1]:80/', '/a/path', 'mailto:a', 'https://user:pw@a.test:8080/%20'])
    it(`take ${text}`, () => expect(isRequestUri(text)).to.equal(true));
  for (const text of [
    '',
    'nonsense',
    'a.test/b',
    'https://a b/',
    'https://a.test:port/',
    'https:',
    '/%zz',
    '/%a',
    '/%ag',
    '/a\nb',
  ])
    it(`refuse ${JSON.stringify(text)}`, () => expect(isRequestUri(text)).to.equal(false));
});

describe('time zones', () => {
  for (const name of ['UTC', 'Europe/Prague', 'US/Pacific', 'Etc/GMT+5', 'posix/Asia/Tokyo', 'Factory'])
    it(`have ${name}`, () => expect(isTimeZone(name)).to.equal(true));
  for (const name of ['', 'utc', 'Mars/Olympus', 'EUROPE/PRAGUE', '+01:00', '../etc/passwd', 'x'.repeat(65)])
    it(`do not have ${name.slice(0, 20)}`, () => expect(isTimeZone(name)).to.equal(false));
});

describe('places', () => {
  it('are selected with their pointers, and escaped', () => {
    expect(select({ a: [{ 'b/c': 1 }, { 'b/c': 2 }] }, 'a/#').map(({ pointer }) => pointer)).to.deep.equal([
      ...['/customizations/a/0', '/customizations/a/1'],
    ]);
    expect(select({ 'x/y': 1 }, '#')).to.deep.equal([{ pointer: '/customizations/x~1y', value: 1 }]);
    expect(select({ a: null }, 'a/#/b')).to.deep.equal([]);
  });
  it('are shown as paths', () => expect(pathOf('/image_requests/0/ostree')).to.equal('image_requests[0].ostree'));
});
