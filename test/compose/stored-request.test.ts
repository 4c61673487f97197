import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeTexts } from '../../src/compose/stored-request.ts';
import { composeRequest } from './support.ts';

describe('an item of the list of composes', () => {
  const row = {
    ...{ request: JSON.stringify(composeRequest()) },
    ...{ image_name: null, client_id: null, blueprint_id: null, blueprint_version: null },
  };

  const item = (more: object = {}): unknown => {
    const { requestText, itemMembers } = composeTexts({ ...row, ...more });
    return JSON.parse(`{"id":"j","request":${requestText}${itemMembers}}`);
  };

  it('leaves out what it has no value for', () => {
    expect(item()).to.deep.equal({ id: 'j', request: composeRequest() });
  });

  it('has the values there are, empty and small ones as well', () => {
    const values = { image_name: '', client_id: 'ui', blueprint_id: 'b', blueprint_version: 1 };
    expect(item(values)).to.deep.include(values);
  });

  it('shows no password', () => {
    const users = [{ name: 'u', password: 'p' }];
    expect(
      item({ request: JSON.stringify({ ...composeRequest(), customizations: { users } }) }),
    ).to.deep.nested.include({
      'request.customizations.users': [{ name: 'u', hasPassword: true }],
    });
  });

  it('shows numbers as they were sent, also where JavaScript would round them', () => {
    const request = '{"image_requests": [{"size": 18446744073709551615}], "customizations": {"users": []}}';
    expect(composeTexts({ ...row, request }).requestText).to.contain('"size":18446744073709551615');
  });

  it('takes texts that look like JSON for texts', () => {
    const values = { image_name: '"},{"', client_id: 'a\n"b' };
    expect(item(values)).to.deep.include(values);
  });
});

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
