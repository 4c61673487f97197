import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeItemText } from '../../src/compose/stored-request.ts';
import { composeRequest } from './support.ts';

describe('an entry of the list of builds', () => {
  const row = {
    ...{ job_id: 'j', request: JSON.stringify(composeRequest()), created_at: '2026-01-02T03:04:05Z' },
    ...{ image_name: null, client_id: null, blueprint_id: null, blueprint_version: null },
  };

  const item = (more: object = {}): unknown => JSON.parse(composeItemText({ ...row, ...more }));

  it('leaves out what it has no value for', () => {
    expect(item()).to.deep.equal({
      id: 'j',
      request: composeRequest(),
      created_at: '2026-01-02T03:04:05Z',
    });
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
    expect(composeItemText({ ...row, request })).to.contain('"size":18446744073709551615');
  });

  it('takes texts that look like JSON for texts', () => {
    const values = { image_name: '"},{"', client_id: 'a\n"b' };
    expect(item(values)).to.deep.include(values);
  });
});
