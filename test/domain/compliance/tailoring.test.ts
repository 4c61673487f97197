import { expect } from 'chai';
import { describe, it } from 'mocha';
import { NO_REQUIREMENTS } from '../../../src/domain/compliance/requirements.ts';
import { MalformedTailoringError, parseTailoring } from '../../../src/domain/compliance/tailoring.ts';
import { TAILORING } from './support.ts';

describe('a tailoring', () => {
  it('asks for packages, file systems, services, kernel parameters and FIPS', () => {
    expect(parseTailoring(TAILORING)).to.deep.equal({
      packages: ['aide'],
      filesystem: [{ mountpoint: '/tmp', min_size: 1_073_741_824 }],
      services: { enabled: ['auditd'], masked: ['cups'], disabled: ['rpcbind'] },
      kernel: { name: null, parameters: ['audit=1', 'audit_backlog_limit=8192'] },
      fips: true,
    });
  });

  for (const toml of [
    '',
    'name = "x"\ndistro = "rhel-9"\n[[containers]]\nsource = "x"',
    '[customizations]\nfips = false',
  ]) {
    it(`asks for nothing: ${JSON.stringify(toml)}`, () => expect(parseTailoring(toml)).to.deep.equal(NO_REQUIREMENTS));
  }

  it('names packages first, then modules, then groups, with the versions that matter, and nothing twice', () => {
    const toml = `
      groups = [{ name = "core" }]
      modules = [{ name = "nodejs", version = "22" }, { name = "aide" }]
      packages = [{ name = "aide", version = "" }, { name = "b", version = "*" }, { name = "c", version = "1.*" }, {}]`;
    expect(parseTailoring(toml).packages).to.deep.equal(['aide', 'b', 'c-1.*', 'nodejs-22', '@core']);
  });

  it('names a kernel', () => {
    expect(parseTailoring('[customizations.kernel]\nname = "kernel-rt"\nappend = ""').kernel).to.deep.equal({
      name: 'kernel-rt',
      parameters: [],
    });
  });

  it('splits kernel parameters at blanks and skips empty ones', () => {
    expect(parseTailoring('customizations.kernel.append = "  a=1   b  a=1 "').kernel.parameters).to.deep.equal([
      'a=1',
      'b',
    ]);
  });

  for (const [size, bytes] of [
    ['size = 4096', 4096],
    ['minsize = 4096', 4096],
    ['minsize = "2 MiB"', 2_097_152],
    ['size = "1.5 GB"', 1_500_000_000],
  ] as const) {
    it(`takes a file system with ${size}`, () => {
      const toml = `customizations.filesystem = [{ mountpoint = "/var", ${size} }]`;
      expect(parseTailoring(toml).filesystem).to.deep.equal([{ mountpoint: '/var', min_size: bytes }]);
    });
  }

  it('takes the largest of several sizes for one mount point', () => {
    const toml = `customizations.filesystem = [
      { mountpoint = "/var", size = 2 }, { mountpoint = "/", size = 1 }, { mountpoint = "/var", size = 3 }]`;
    expect(parseTailoring(toml).filesystem).to.deep.equal([
      { mountpoint: '/var', min_size: 3 },
      { mountpoint: '/', min_size: 1 },
    ]);
  });

  for (const toml of [
    'this is = = not toml',
    'packages = "aide"',
    'packages = ["aide"]',
    'packages = [{ name = 1 }]',
    'customizations = 1',
    'customizations.services = []',
    'customizations.services.enabled = "auditd"',
    'customizations.services.enabled = [1]',
    'customizations.kernel.append = ["a"]',
    'customizations.fips = "yes"',
    'customizations.filesystem = [{ mountpoint = "/var" }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = 1, minsize = 1 }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = 0 }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = -1 }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = 1.5 }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = true }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = "big" }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = "0" }]',
    'customizations.filesystem = [{ mountpoint = 1, size = 1 }]',
    'customizations.filesystem = [{ mountpoint = "/var", size = 9223372036854775807 }]',
  ]) {
    it(`is refused: ${toml}`, () => expect(() => parseTailoring(toml)).to.throw(MalformedTailoringError));
  }
});
