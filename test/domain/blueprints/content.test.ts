import { expect } from 'chai';
import { describe, it } from 'mocha';
import { contentOf, redactContent, toContent } from '../../../src/domain/blueprints/content.ts';
import type { BlueprintBody } from '../../../src/db/queries/blueprints.ts';
import { guestImageRequest } from '../../support/given.ts';
import { blueprintRequest, HASH } from './support.ts';

const stored = (body: object) => contentOf({ body: body as unknown as BlueprintBody });

describe('content of a blueprint', () => {
  it('is what the request says, without name, description and metadata', () => {
    const bootc = { reference: 'registry.test/x', iso_payload_reference: 'registry.test/y' };
    const metadata = { parent_id: null, exported_at: '', is_on_prem: true };
    const request = blueprintRequest({ bootc, metadata, customizations: { packages: ['nginx'] } });
    expect(toContent(request, undefined, null)).to.deep.equal({
      ...{ distribution: 'centos-9', bootc, customizations: { packages: ['nginx'] } },
      image_requests: [guestImageRequest],
    });
  });

  it('has no distribution and no base image when the request has none', () => {
    const { distribution: _, ...request } = blueprintRequest();
    expect(Object.keys(toContent(request, undefined, null)).sort()).to.deep.equal(['customizations', 'image_requests']);
  });

  it('keeps credentials of the version before, and none where users are not mentioned', () => {
    const previous = stored({ customizations: { users: [{ name: 'u', password: HASH }] }, image_requests: [] });
    const request = blueprintRequest();
    expect(toContent(request, [{ name: 'u' }], previous).customizations.users).to.deep.equal([
      { name: 'u', password: HASH },
    ]);
    expect(toContent(request, undefined, previous).customizations).to.deep.equal({});
    expect(toContent(request, [], previous).customizations).to.deep.equal({ users: [] });
  });

  it('is read from versions that hold more than content', () => {
    const body = {
      ...{ name: 'n', description: 'd', metadata: null, bootc: null, distribution: 'centos-9' },
      customizations: { users: [{ name: 'u', password: HASH, hasPassword: true }], hostname: 'h' },
      image_requests: [guestImageRequest],
    };
    expect(stored(body)).to.deep.equal({
      distribution: 'centos-9',
      customizations: { users: [{ name: 'u', password: HASH }], hostname: 'h' },
      image_requests: [guestImageRequest],
    });
  });

  it('is read from versions that hold less', () => {
    expect(stored({})).to.deep.equal({ customizations: {}, image_requests: [] });
  });

  it('is redacted without passwords', () => {
    const users = [{ name: 'a', password: HASH, ssh_key: 'k' }, { name: 'b' }, { name: 'c', password: '' }];
    expect(redactContent(stored({ customizations: { users } })).customizations.users).to.deep.equal([
      { name: 'a', ssh_key: 'k', hasPassword: true },
      { name: 'b', hasPassword: false },
      { name: 'c', hasPassword: false },
    ]);
  });
});
