import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeTexts } from '../../../src/domain/compose-requests/compose-texts.ts';
import { composeRequest } from './support.ts';

describe('the texts that are stored of a compose', () => {
  const textsOf = (request: unknown, more: object = {}) =>
    composeTexts({
      ...{
        request: JSON.stringify(request),
        image_name: null,
        client_id: null,
        blueprint_id: null,
        blueprint_version: null,
      },
      ...more,
    });

  it('are the request without passwords, the members of its list item, its distribution and the type of its first image', () => {
    const users = [{ name: 'u', password: 'p' }];
    const request = { ...composeRequest(), customizations: { users } };
    const members = { image_name: 'an "image"', client_id: 'api', blueprint_id: 'b', blueprint_version: 3 };
    const texts = textsOf(request, members);
    expect(JSON.parse(texts.requestText)).to.deep.equal({
      ...request,
      customizations: { users: [{ name: 'u', hasPassword: true }] },
    });
    expect(JSON.parse(`{"id":"j"${texts.itemMembers}}`)).to.deep.equal({ id: 'j', ...members });
    expect(texts).to.include({ distribution: request.distribution, imageType: request.image_requests[0]?.image_type });
  });

  it('have no member without a value', () => {
    expect(textsOf(composeRequest()).itemMembers).to.equal('');
  });

  it('have members with empty values, and with values that look like JSON', () => {
    const members = { image_name: '', client_id: '"},{"', blueprint_id: 'b', blueprint_version: 1 };
    expect(JSON.parse(`{"id":"j"${textsOf(composeRequest(), members).itemMembers}}`)).to.deep.equal({
      id: 'j',
      ...members,
    });
  });

  const image = (type: unknown) => ({ image_requests: [{ image_type: type }] });
  for (const request of [
    ...[null, 'text', '"users"', 5, [], [1], {}, { distribution: 9, image_requests: {} }, { image_requests: [] }],
    ...[{ image_requests: 'aws' }, { image_requests: [null] }, { image_requests: ['aws'] }, image(['aws'])],
    { distribution: 'd'.repeat(101), ...image('t'.repeat(101)) },
  ]) {
    it(`have no value to filter by of the request ${JSON.stringify(request)}`, () => {
      const texts = textsOf(request);
      expect(JSON.parse(texts.requestText)).to.deep.equal(request);
      expect(texts).to.include({ distribution: null, imageType: null });
    });
  }

  it('have values to filter by of up to 100 characters', () => {
    const [distribution, type] = ['\u{1F4BF}'.repeat(100), 't'.repeat(100)];
    expect(textsOf({ distribution, ...image(type) })).to.include({ distribution, imageType: type });
  });

  it('have numbers as they were sent', () => {
    const request = '{"size": 18446744073709551615, "customizations": {"users": []}}';
    expect(textsOf(null, { request }).requestText).to.contain('18446744073709551615');
  });
});
