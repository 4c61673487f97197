import { expect } from 'chai';
import { describe, it } from 'mocha';
import { exportTime, withCommunityRepositories } from '../../../src/domain/blueprints/export.ts';

describe('export of a blueprint', () => {
  it('takes the shared repositories instead of copies of them', () => {
    const find = (url: string | undefined) =>
      url === 'https://epel.test/9/' ? { uuid: 'shared', name: 'EPEL 9' } : undefined;
    const customizations = {
      custom_repositories: [
        { id: 'mine', name: 'my epel', baseurl: ['https://epel.test/9/', 'https://other.test'], priority: 5 },
        { id: 'second', baseurl: ['https://other.test', 'https://epel.test/9/'] },
        { id: 'third' },
      ],
      payload_repositories: [
        { rhsm: false, id: 'mine', baseurl: 'https://epel.test/9/' },
        { rhsm: false, baseurl: 'https://other.test' },
        { rhsm: true, id: 'third' },
      ],
    };
    expect(withCommunityRepositories(customizations, find)).to.deep.equal({
      custom_repositories: [
        { ...customizations.custom_repositories[0], id: 'shared', name: 'EPEL 9' },
        ...customizations.custom_repositories.slice(1),
      ],
      payload_repositories: [
        { rhsm: false, id: 'shared', baseurl: 'https://epel.test/9/' },
        ...customizations.payload_repositories.slice(1),
      ],
    });
  });

  it('contains its time in UTC', () => {
    expect(exportTime(new Date('2026-11-23T17:51:20.594Z'))).to.equal('2026-11-23 17:51:20.594000 +0000 UTC');
  });
});
