import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composesOfBlueprint } from '../../../src/domain/blueprints/blueprint-composes.ts';
import { clientIdOf } from '../../../src/domain/blueprints/client-id.ts';
import type { ImageType } from '../../../src/domain/compose-requests/types.ts';
import type { BlueprintRow } from '../../../src/db/queries/blueprints.ts';
import { guestImageRequest } from '../../support/given.ts';
import { HASH } from './support.ts';

const image = (type: ImageType, architecture = 'x86_64') => ({
  ...{ architecture, image_type: type },
  upload_request: guestImageRequest.upload_request,
});

const blueprint = (body: object, given: Partial<BlueprintRow> = {}): BlueprintRow => ({
  ...{ id: 'id', name: 'web', description: 'nginx', metadata: null, version_id: 'version', version: 3 },
  body: { customizations: {}, image_requests: [guestImageRequest], ...body },
  ...{ service_snapshots: null, labels: null, row_version: '3', needs_indexing: false },
  ...given,
});

const types = (stored: readonly ImageType[], wanted?: readonly ImageType[]) =>
  composesOfBlueprint(blueprint({ image_requests: stored.map((type) => image(type)) }), wanted, 'api').map(
    ({ request }) => request.image_requests[0]?.image_type,
  );

describe('composes of a blueprint', () => {
  it('are created per image request, in stored order', () => {
    const imageRequests = [image('aws'), image('guest-image', 'aarch64'), image('gcp')];
    const customizations = { users: [{ name: 'u', password: HASH }] };
    const body = { distribution: 'centos-9', customizations, image_requests: imageRequests };
    const orders = composesOfBlueprint(blueprint(body), undefined, 'ui');
    expect(orders).to.deep.equal(
      imageRequests.map((imageRequest) => ({
        request: {
          ...{ distribution: 'centos-9', customizations, image_requests: [imageRequest] },
          ...{ image_name: 'web', image_description: 'nginx', client_id: 'ui' },
        },
        blueprint: { id: 'id', versionId: 'version', version: 3 },
      })),
    );
  });

  it('are in image mode when the blueprint has both a base image and a distribution', () => {
    const bootc = { reference: 'registry.test/x' };
    const [order] = composesOfBlueprint(blueprint({ bootc, distribution: 'centos-9' }), undefined, 'api');
    expect(order?.request).to.include.keys('bootc').and.not.include.keys('distribution');
  });

  it('have an empty description when the blueprint has none', () => {
    const [order] = composesOfBlueprint(blueprint({}, { description: null }), undefined, 'api');
    expect(order?.request.image_description).to.equal('');
  });

  it('omit the password members that earlier releases stored', () => {
    const users = [{ name: 'u', password: HASH, hasPassword: true }];
    const [order] = composesOfBlueprint(blueprint({ customizations: { users } }), undefined, 'api');
    expect(order?.request.customizations?.users).to.deep.equal([{ name: 'u', password: HASH }]);
  });

  const ALL: readonly ImageType[] = ['aws', 'gcp', 'guest-image', 'aws'];
  for (const [what, wanted, chosen] of [
    ['are all of them without a selection', undefined, ALL],
    ['are none when nothing is selected', [], []],
    ['are those of the selected types, however often and in which order', ['gcp', 'aws'], ['aws', 'gcp', 'aws']],
    ['are none when the blueprint has nothing of the selected types', ['oci', 'wsl'], []],
  ] as const) {
    it(what, () => expect(types(ALL, wanted)).to.deep.equal(chosen));
  }

  for (const [alias, name] of [
    ['ami', 'aws'],
    ['vhd', 'azure'],
    ['rhel-edge-commit', 'edge-commit'],
    ['rhel-edge-installer', 'edge-installer'],
  ] as const) {
    it(`do not depend on whether a type is called ${alias} or ${name}`, () => {
      expect(types([alias, name], [name])).to.deep.equal([alias, name]);
      expect(types([alias, name], [alias])).to.deep.equal([alias, name]);
    });
  }
});

describe('client id of a build', () => {
  for (const [header, id] of [
    [undefined, 'api'],
    ['', 'api'],
    ['mcp', 'mcp'],
    ['MCP', 'ui'],
    ['true', 'ui'],
    ['0', 'ui'],
  ] as const) {
    it(`is ${id} for the header ${JSON.stringify(header)}`, () => expect(clientIdOf(header)).to.equal(id));
  }
});
