import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseStoredJson } from '../../src/lib/stored-json.ts';
import { parseRequestJson } from '../../src/contract/json.ts';

describe('a member name with a quote or a backslash', () => {
  const documents = ['{"\\\\":1}', '{"\\"":1}', '{"a\\\\":{"\\"":[]}}', '{"a\\"":{"\\\\":[]}}'];

  it('is read as it was sent, whatever was read before', () => {
    const read = documents.map((text) => JSON.stringify(parseRequestJson(text).resolveNumbers()));
    expect(read).to.deep.equal(documents);
  });

  it('is read as it was stored', () => {
    expect(documents.map((text) => JSON.stringify(parseStoredJson(text)))).to.deep.equal(documents);
  });
});
