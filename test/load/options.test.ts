import { expect } from 'chai';
import { describe, it } from 'mocha';
import { readLoadOptions } from '../../scripts/load/options.ts';

describe('the options of the load test', () => {
  it('are optional: the default is a minute against a service of its own', () => {
    expect(readLoadOptions({})).to.deep.equal({
      ...{ url: null, headers: {}, readsPerSecond: 100, buildsPerSecond: 2, seconds: 60, report: null },
      bounds: { read: 500, build: 4_000 },
    });
  });

  it('request no composes where LOAD_URL names a service', () => {
    const LOAD_URL = 'https://example.test/api/image-builder/v1/';
    expect(readLoadOptions({ LOAD_URL })).to.include({ url: LOAD_URL.slice(0, -1), buildsPerSecond: 0 });
    expect(readLoadOptions({ LOAD_URL, LOAD_BUILDS_PER_SECOND: '0.5' })).to.include({ buildsPerSecond: 0.5 });
  });

  it('take the identity for the header that is named', () => {
    expect(readLoadOptions({ LOAD_IDENTITY: 'abc' }).headers).to.deep.equal({ 'x-rh-identity': 'abc' });
    expect(
      readLoadOptions({ LOAD_IDENTITY: 'Bearer abc', LOAD_IDENTITY_HEADER: 'authorization' }).headers,
    ).to.deep.equal({ authorization: 'Bearer abc' });
  });

  const wrong = {
    LOAD_URL: ['example.test', 'ftp://example.test', 'http://user:secret@example.test', 'http://example.test?a=b'],
    LOAD_READS_PER_SECOND: ['-1', '10001', 'many', '1e3', ' 5'],
    LOAD_BUILDS_PER_SECOND: ['-1', '1001', 'NaN'],
    LOAD_READ_LATENCY_MS: ['0', '10001', '1s'],
    LOAD_BUILD_LATENCY_MS: ['0', '10001', '1s'],
    LOAD_DURATION_SECONDS: ['0', '86401', '1m'],
    LOAD_IDENTITY: ['two\nlines', 'é'],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      it(`name ${name} when it is ${JSON.stringify(value)}`, () => {
        let message = '';
        try {
          readLoadOptions({ [name]: value });
        } catch (error) {
          ({ message } = error as Error);
        }
        expect(message).to.match(new RegExp(`^${name}: must be .+$`));
        // A digit or two may well be part of the limits that are named.
        if (value.length > 2) expect(message).not.to.include(value);
      });
    }
  }
});
