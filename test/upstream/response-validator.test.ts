import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createResponseValidator } from '../../src/upstream/response-validator.ts';
import type { UpstreamOperation } from '../../src/upstream/types.ts';

const operation = (operationId: string, method: string, path: string): UpstreamOperation => ({
  operationId,
  method,
  path,
});

const LIST = operation('listRepositories', 'GET', '/repositories/');
const SOURCE = operation('getSourceUploadInfo', 'GET', '/sources/{ID}/upload_info');
const COMPOSE = operation('postCompose', 'POST', '/compose');
const POLICY = operation('getPolicy', 'GET', '/policies/{policy_id}');
const ID = '12345678-90ab-cdef-1234-567890abcdef';
const COMPOSE_ID = { href: '/compose', kind: 'ComposeId', id: ID };

type Case = readonly [service: string, UpstreamOperation, status: number, value: unknown];

const FITTING: readonly Case[] = [
  ['content-sources', LIST, 200, { data: [] }],
  [
    'content-sources',
    LIST,
    200,
    { data: [{ uuid: 'u', url: 'http://r.test', more: 1 }], meta: { count: 1 }, more: {} },
  ],
  ['composer', COMPOSE, 201, COMPOSE_ID],
  // A format says what a text is about, and is not judged.
  ['composer', COMPOSE, 201, { ...COMPOSE_ID, id: 'no uuid' }],
  ['provisioning', SOURCE, 200, { aws: { account_id: '123456789012' } }],
  ['provisioning', SOURCE, 200, { aws: null }],
];

const BROKEN: readonly (readonly [...Case, field: string])[] = [
  ['content-sources', LIST, 200, null, ''],
  ['content-sources', LIST, 200, { data: 'x' }, '/data'],
  ['content-sources', LIST, 200, { data: [{ uuid: 'u' }, { uuid: 5 }] }, '/data/1/uuid'],
  ['content-sources', LIST, 200, { meta: { count: '1' } }, '/meta/count'],
  ['composer', COMPOSE, 201, { ...COMPOSE_ID, id: 5 }, '/id'],
  ['composer', COMPOSE, 201, {}, ''],
  ['provisioning', SOURCE, 200, { aws: { account_id: 5 } }, '/aws/account_id'],
];

describe('the response validator', () => {
  for (const [service, of, status, value] of FITTING) {
    it(`accepts ${JSON.stringify(value)} of ${service} ${of.operationId}`, () => {
      expect(createResponseValidator(service)(of, status, value)).to.equal(null);
    });
  }

  for (const [service, of, status, value, field] of BROKEN) {
    it(`names the field ${JSON.stringify(field)} of ${JSON.stringify(value)} of ${service} ${of.operationId}`, () => {
      const mismatch = createResponseValidator(service)(of, status, value);
      expect(mismatch?.field).to.equal(field);
      expect(mismatch?.problem).to.be.a('string').and.to.not.equal('');
    });
  }

  for (const [title, of, status] of [
    ['a status of which the contract says nothing', LIST, 299],
    ['a path that the contract does not have', operation('x', 'GET', '/x'), 200],
    ['a method that the path does not have', operation('x', 'DELETE', '/repositories/'), 200],
  ] as const) {
    it(`accepts ${title}`, () => {
      expect(createResponseValidator('content-sources')(of, status, 5)).to.equal(null);
    });
  }

  it('validates each response independently', () => {
    const validate = createResponseValidator('content-sources');
    for (let i = 0; i < 2; i += 1) {
      expect(validate(LIST, 200, { data: 5 })?.field).to.equal('/data');
      expect(validate(LIST, 200, { data: [] })).to.equal(null);
    }
  });

  for (const [service, of] of [
    ['composer', operation('getComposeStatus', 'GET', '/composes/{id}')],
    ['composer', operation('getComposeMetadata', 'GET', '/composes/{id}/metadata')],
    ['composer', operation('getDistribution', 'GET', '/distributions/{distro}')],
    ['content-sources', operation('getTemplate', 'GET', '/templates/{uuid}')],
    ['content-sources', operation('listSnapshotsByDate', 'POST', '/snapshots/for_date/')],
    ['compliance', POLICY],
    ['recommendations', operation('getRecommendedPackages', 'POST', '/packages/recommendations')],
  ] as const) {
    it(`can read the contract of ${service} ${of.operationId}`, () => {
      expect(() => createResponseValidator(service)(of, 200, {})).to.not.throw();
    });
  }

  it('reads a contract on first use', () => {
    const validate = createResponseValidator('no such service');
    expect(() => validate(LIST, 200, {})).to.throw(/no such service\.json/);
  });
});
