import { expect } from 'chai';
import { describe, it } from 'mocha';
import { refuseMalformedMetadata } from '../../../src/domain/blueprints/metadata.ts';

const check = (parent: string | null) => () =>
  refuseMalformedMetadata({ parent_id: parent, exported_at: 'x', is_on_prem: false });

describe('metadata of a blueprint', () => {
  for (const parent of [null, '6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10', '6E1B0C9A-53C4-4BB8-9D0F-2F6A1C7F4E10']) {
    it(`may name the parent ${parent}`, () => expect(check(parent)).not.to.throw());
  }

  for (const parent of ['', 'x', '6e1b0c9a53c44bb89d0f2f6a1c7f4e10', '{6e1b0c9a-53c4-4bb8-9d0f-2f6a1c7f4e10}']) {
    it(`may not name the parent ${JSON.stringify(parent)}`, () => {
      expect(check(parent)).to.throw(/^cannot parse request body: metadata\.parent_id must be a UUID/);
    });
  }

  it('may be missing', () => expect(() => refuseMalformedMetadata(undefined)).not.to.throw());
});
