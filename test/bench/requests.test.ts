import { expect } from 'chai';
import { describe, it } from 'mocha';
import { asLarge } from '../../scripts/bench/tenants.ts';
import { largeRowRequest, rowRequest } from '../../scripts/bench/requests.ts';

const organizationOf = (headers: Readonly<Record<string, string>>): string => {
  const text = Buffer.from(headers['x-rh-identity'] ?? '', 'base64').toString();
  return (JSON.parse(text) as { identity: { org_id: string } }).identity.org_id;
};

const tenant = { organization: 'bench', composeId: 'c', blueprintId: 'b' };

describe('requests of the benchmark', () => {
  it('are those of the tenant, about what it has', () => {
    const request = rowRequest('compose-status', tenant);
    expect([request.method, request.path, organizationOf(request.headers)]).to.deep.equal([
      ...['GET', '/api/image-builder/v1/composes/c', 'bench'],
    ]);
    expect(rowRequest('blueprint', tenant).path).to.equal('/api/image-builder/v1/blueprints/b');
  });

  it('start builds of another organization, so that lists stay as they are', () => {
    const { method, headers, body } = rowRequest('compose', tenant);
    expect([method, headers['content-type']]).to.deep.equal(['POST', 'application/json']);
    expect(organizationOf(headers)).not.to.equal('bench');
    expect(JSON.parse(body ?? '')).to.have.keys('distribution', 'image_name', 'image_requests', 'customizations');
  });

  it('ask a large tenant for its deep pages, and a small one for its first', () => {
    const large = { ...tenant, composesOffset: 900, blueprintsOffset: 90, searched: 'number 0000050' };
    expect(largeRowRequest('composes-deep', large).path).to.match(/limit=10&offset=900$/);
    expect(largeRowRequest('blueprints-search', large).path).to.match(/search=number%200000050$/);
    expect(largeRowRequest('composes-deep', asLarge(tenant)).path).to.match(/limit=10&offset=0$/);
  });
});
