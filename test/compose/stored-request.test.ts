import { expect } from 'chai';
import { describe, it } from 'mocha';
import { toComposeItem } from '../../src/compose/stored-request.ts';
import { composeRequest } from './support.ts';

describe('an entry of the list of builds', () => {
  const row = {
    ...{ job_id: 'j', request: { ...composeRequest() }, created_at: '2026-01-02T03:04:05Z' },
    ...{ image_name: null, client_id: null, blueprint_id: null, blueprint_version: null },
  };

  it('leaves out what it has no value for', () => {
    expect(toComposeItem(row)).to.deep.equal({
      id: 'j',
      request: composeRequest(),
      created_at: '2026-01-02T03:04:05Z',
    });
  });

  it('has the values there are, empty and small ones as well', () => {
    const values = { image_name: '', client_id: 'ui', blueprint_id: 'b', blueprint_version: 1 };
    expect(toComposeItem({ ...row, ...values })).to.deep.include(values);
  });

  it('shows no password', () => {
    const users = [{ name: 'u', password: 'p' }];
    const { request } = toComposeItem({ ...row, request: { ...composeRequest(), customizations: { users } } });
    expect(request.customizations?.users).to.deep.equal([{ name: 'u', hasPassword: true }]);
  });
});
