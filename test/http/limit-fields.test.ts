import { expect } from 'chai';
import { describe, it } from 'mocha';
import { jsonResponse } from '../../src/http/send-response.ts';
import { withLimitFields } from '../../src/http/limit-fields.ts';

const FIELDS = { RateLimit: '"builds";r=1;t=2', 'RateLimit-Policy': '"builds";q=3;w=4' };

describe('the rate-limit fields of a response', () => {
  it('are added without changing the rest of the response', () => {
    const answer = jsonResponse(201, { id: 'x' }, { ETag: '"a"' });
    expect(withLimitFields(answer, FIELDS)).to.deep.equal({ ...answer, headers: { ETag: '"a"', ...FIELDS } });
    expect(answer.headers).to.deep.equal({ ETag: '"a"' });
  });

  it('leave the encoded body unchanged', () => {
    const encoded = { ...jsonResponse(200, {}, { 'Content-Encoding': 'br' }), bytes: Buffer.from('encoded') };
    const { bytes, headers } = withLimitFields(encoded, FIELDS);
    expect([bytes, headers]).to.deep.equal([encoded.bytes, { 'Content-Encoding': 'br', ...FIELDS }]);
  });

  it("follow the fields of the operation's own limit", () => {
    const own = { RateLimit: '"quota";r=9;t=8', 'RateLimit-Policy': '"quota";q=7;w=6' };
    expect(withLimitFields(jsonResponse(201, {}, own), FIELDS).headers).to.deep.equal({
      RateLimit: '"quota";r=9;t=8, "builds";r=1;t=2',
      'RateLimit-Policy': '"quota";q=7;w=6, "builds";q=3;w=4',
    });
  });
});
