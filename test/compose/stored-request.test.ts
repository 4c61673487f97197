import { expect } from 'chai';
import { describe, it } from 'mocha';
import { redactCustomizations, redactRequest, toComposeItem } from '../../src/compose/stored-request.ts';
import type { Customizations } from '../../src/compose/types.ts';
import { composeRequest } from './support.ts';

type User = NonNullable<Customizations['users']>[number];

const USERS: readonly (readonly [title: string, stored: User, shown: User])[] = [
  [
    'a hashed password',
    { name: 'u', password: '$6$a$b', ssh_key: 'k' },
    { name: 'u', ssh_key: 'k', hasPassword: true },
  ],
  ['an empty password', { name: 'u', password: '' }, { name: 'u', hasPassword: false }],
  ['no password', { name: 'u', groups: ['g'] }, { name: 'u', groups: ['g'], hasPassword: false }],
  ['a wrong claim to have one', { name: 'u', hasPassword: true }, { name: 'u', hasPassword: false }],
  ['a wrong claim to have none', { name: 'u', password: 'p', hasPassword: false }, { name: 'u', hasPassword: true }],
];

describe('a stored request', () => {
  for (const [title, stored, shown] of USERS) {
    it(`shows of a user with ${title} whether there is one, and no more`, () => {
      const customizations: Customizations = { users: [stored], packages: ['vim'] };
      expect(redactCustomizations(customizations)).to.deep.equal({ users: [shown], packages: ['vim'] });
      const request = { ...composeRequest(), customizations };
      expect(redactRequest({ ...request })).to.deep.equal({
        ...request,
        customizations: { users: [shown], packages: ['vim'] },
      });
      expect(customizations.users, 'the stored one is not changed').to.deep.equal([stored]);
    });
  }

  for (const more of [{}, { customizations: {} }, { customizations: { packages: ['vim'] } }]) {
    it(`without users is shown as it is (${JSON.stringify(more)})`, () => {
      expect(redactRequest({ ...composeRequest(), ...more })).to.deep.equal({ ...composeRequest(), ...more });
    });
  }

  it('may have more members than are known today', () => {
    expect(redactRequest({ older: 1 })).to.deep.equal({ older: 1 });
  });
});

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
