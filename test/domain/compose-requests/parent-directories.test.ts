import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parentDirectories } from '../../../src/domain/compose-requests/parent-directories.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';

const file = (path: string, ensure_parents = true) => ({ path, ensure_parents });
const derive = (customizations: Customizations, imageType = 'guest-image', mode: 'package' | 'image' = 'package') =>
  parentDirectories(customizations, { imageType, mode });

describe('directories of files with ensure_parents', () => {
  it('are created once', () =>
    expect(derive({ files: [file('/etc/a/b/c'), file('/etc/a/b/d')] })).to.deep.equal(['/etc/a/b']));
  it('are not created without the member', () =>
    expect(derive({ files: [file('/etc/a/b', false)] })).to.deep.equal([]));
  it('are not created where every image has them', () =>
    expect(derive({ files: [file('/etc/motd'), file('/usr/local/bin/run')] })).to.deep.equal([]));
  it('are not created where the request creates them, or something below', () => {
    const files = [file('/etc/a/b'), file('/srv/x/y')];
    expect(derive({ files, directories: [{ path: '/etc/a' }, { path: '/srv/x/z' }] })).to.deep.equal([]);
  });
  it('are not created in place of a file', () =>
    expect(derive({ files: [file('/etc/a', false), file('/etc/a/b')] })).to.deep.equal([]));
  it('are created below /etc alone in an OSTree commit', () =>
    expect(derive({ files: [file('/root/a/b'), file('/etc/a/b')] }, 'edge-commit')).to.deep.equal(['/etc/a']));
  it('are created below /etc alone in image mode', () =>
    expect(derive({ files: [file('/root/a/b'), file('/etc/a/b')] }, 'aws', 'image')).to.deep.equal(['/etc/a']));
});
