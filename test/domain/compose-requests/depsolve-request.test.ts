import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  packagesHash,
  resolvedPackages,
  requestedNames,
  toDepsolveRequest,
} from '../../../src/domain/compose-requests/depsolve-request.ts';
import type { ComposePlan } from '../../../src/domain/compose-requests/compose-plan.ts';
import type { ComposeRepositories } from '../../../src/domain/compose-requests/composer-request.ts';

const REPOSITORIES: ComposeRepositories = {
  image: [{ baseurl: 'https://base.test', rhsm: false }],
  payload: [{ baseurl: 'https://payload.test', rhsm: false }],
  custom: [{ id: 'custom', baseurl: ['https://custom.test'] }],
  labels: [],
  detected: null,
};

const plan = (customizations: object = {}): ComposePlan =>
  ({
    request: { customizations },
    image: { architecture: 'aarch64' },
    imageType: 'guest-image',
    source: { mode: 'package', distribution: { nameAtComposer: 'rhel-9.6' } },
  }) as unknown as ComposePlan;

const entry = (name: string, more: object = {}) => ({
  type: 'rpm',
  name,
  version: '1',
  release: '2',
  arch: 'noarch',
  ...more,
});
const resolved = (...packages: object[]) => resolvedPackages({ packages })!;

describe('the depsolve request', () => {
  it('names distribution, architecture, and the repositories that the build installs from', () => {
    expect(toDepsolveRequest(plan(), REPOSITORIES)).to.deep.equal({
      ...{ distribution: 'rhel-9.6', architecture: 'aarch64' },
      repositories: [...REPOSITORIES.image, ...REPOSITORIES.payload],
      blueprint: { name: 'depsolve' },
    });
  });

  it('has packages, groups and module streams apart, and nothing else of the customizations', () => {
    const customizations = {
      packages: ['nginx', '@development', 'tmux'],
      enabled_modules: [{ name: 'nodejs', stream: '22', more: true }],
      users: [{ name: 'admin', password: 'secret' }],
    };
    expect(toDepsolveRequest(plan(customizations), REPOSITORIES)?.blueprint).to.deep.equal({
      name: 'depsolve',
      packages: [{ name: 'nginx' }, { name: 'tmux' }],
      groups: [{ name: 'development' }],
      enabled_modules: [{ name: 'nodejs', stream: '22' }],
    });
  });

  it('names the image type where it brings no repositories, so that composer takes its own', () => {
    const request = toDepsolveRequest(plan(), { ...REPOSITORIES, image: [], payload: [] });
    expect(request).to.include({ image_type: 'guest-image' }).and.not.have.property('repositories');
  });

  it('has the packages of a minimal system on request, each once', () => {
    const customizations = { packages: ['nginx', 'kernel'] };
    const options = { withMinimalSystem: true };
    expect(toDepsolveRequest(plan(customizations), REPOSITORIES, options)?.blueprint).to.deep.include({
      packages: [{ name: 'nginx' }, { name: 'kernel' }],
      groups: [{ name: 'core' }],
    });
  });

  it('lists the requested names as users write them', () => {
    const customizations = { packages: ['nginx', '@core'], enabled_modules: [{ name: 'nodejs', stream: '22' }] };
    const request = toDepsolveRequest(plan(customizations), REPOSITORIES)!;
    expect(requestedNames(request)).to.deep.equal(['nginx', '@core', 'nodejs:22']);
  });

  it('names the minor version of the pinned content', () => {
    const detected = { nameAtComposer: 'rhel-9.4', version: null };
    expect(toDepsolveRequest(plan(), { ...REPOSITORIES, detected })?.distribution).to.equal('rhel-9.4');
  });

  it('does not exist in image mode', () => {
    const source = { mode: 'image', bootc: { reference: 'x' } } as ComposePlan['source'];
    expect(toDepsolveRequest({ ...plan(), source }, REPOSITORIES)).to.equal(null);
  });
});

describe('resolved packages', () => {
  it('are sorted by name, with an epoch only where there is one', () => {
    expect(resolved(entry('b', { epoch: '0' }), entry('a', { epoch: '3' }), entry('c', { epoch: 1 }))).to.deep.equal({
      packages: [
        { name: 'a', epoch: '3', version: '1', release: '2', arch: 'noarch' },
        { name: 'b', version: '1', release: '2', arch: 'noarch' },
        { name: 'c', epoch: '1', version: '1', release: '2', arch: 'noarch' },
      ],
      downloadSize: null,
    });
  });

  it('have a download size when the size of every package is known', () => {
    expect(resolved(entry('a', { download_size: 3 }), entry('b', { download_size: 4 })).downloadSize).to.equal(7);
    expect(resolved(entry('a', { download_size: 3 }), entry('b')).downloadSize).to.equal(null);
    for (const size of [-1, 0.5, '4', null, 2 ** 53])
      expect(resolved(entry('a', { download_size: size })).downloadSize).to.equal(null);
    expect(resolved(entry('a', { download_size: 0 })).downloadSize).to.equal(0);
    expect(resolved().downloadSize).to.equal(null);
  });

  for (const body of [undefined, null, [], {}, { packages: {} }, { packages: [null] }, { packages: [{ name: 'a' }] }]) {
    it(`are not read from ${JSON.stringify(body)}`, () => {
      expect(resolvedPackages(body)).to.equal(null);
    });
  }
});

describe('the hash of packages', () => {
  const base = packagesHash([resolved(entry('a'), entry('b'))], ['v1']);

  it('depends neither on the order of the packages nor on other members', () => {
    expect(packagesHash([resolved(entry('b', { checksum: 'x' }), entry('a', { epoch: '0' }))], ['v1'])).to.equal(base);
  });

  for (const [what, images, more] of [
    ['a version', [resolved(entry('a', { version: '2' }), entry('b'))], ['v1']],
    ['a release', [resolved(entry('a', { release: '3' }), entry('b'))], ['v1']],
    ['an epoch', [resolved(entry('a', { epoch: '1' }), entry('b'))], ['v1']],
    ['an architecture', [resolved(entry('a', { arch: 'x86_64' }), entry('b'))], ['v1']],
    ['a package that is gone', [resolved(entry('a'))], ['v1']],
    ['another image', [resolved(entry('a'), entry('b')), resolved(entry('a'))], ['v1']],
    ['what else makes it another build', [resolved(entry('a'), entry('b'))], ['v2']],
  ] as const) {
    it(`differs for ${what}`, () => {
      expect(packagesHash(images, more)).not.to.equal(base);
    });
  }
});
