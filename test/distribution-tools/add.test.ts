import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { checkDirectory } from '../../packages/distribution-tools/src/check/check.ts';
import { readContractFacts } from '../../packages/distribution-tools/src/check/contract.ts';
import { loadDistributions } from '../../src/domain/distributions/registry.ts';
import { ROOT } from '../../src/lib/root.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';

interface Contract {
  readonly components: { readonly schemas: { readonly Distributions: { readonly enum: readonly string[] } } };
}

const read = (path: string): string => readFileSync(path, 'utf8');
const namesIn = (text: string): readonly string[] => (parse(text) as Contract).components.schemas.Distributions.enum;

const CONTRACT = read(join(ROOT, 'api/openapi.yaml'));
const FEDORA = JSON.parse(read(join(ROOT, 'distributions/fedora-45/fedora-45.json'))) as object;

const withFedora = () =>
  createDirectory({
    'distributions/fedora-45/fedora-45.json': FEDORA,
    ...Object.fromEntries(
      ['x86_64', 'aarch64'].flatMap((architecture) =>
        ['fedora', 'updates'].map((id) => [
          `distributions/fedora-45/fedora-45-${architecture}-${id}-packages.json`,
          [],
        ]),
      ),
    ),
    'openapi.yaml': CONTRACT,
  });

const add = (directory: TemporaryDirectory, ...args: readonly string[]) => {
  const program = join(ROOT, 'packages/distribution-tools/bin/add.ts');
  const where = ['--dir', directory.file('distributions'), '--contract', directory.file('openapi.yaml')];
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...where, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

const FEDORA_46 = ['fedora-46', '--like', 'fedora-45', '--description', 'Fedora Linux 46'] as const;
const REPLACE = ['--replace', 'fedora-45=fedora-46', '--replace', 'f45=f46'] as const;
const FINGERPRINT = '0123456789ABCDEF0123456789ABCDEF01234567';

describe('distributions:add', () => {
  it('adds a distribution that the check accepts, the service loads and requests can name', async () => {
    using directory = withFedora();
    const { status, stdout, stderr } = add(directory, ...FEDORA_46, ...REPLACE, '--fingerprint', FINGERPRINT);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.include('fedora-46 x86_64 updates: has no key: npm run distributions:keys -- --distro fedora-46');

    const contract = read(directory.file('openapi.yaml'));
    expect(namesIn(contract)).to.deep.equal(
      namesIn(CONTRACT).flatMap((name) => (name === 'fedora-45' ? [name, 'fedora-46'] : [name])),
    );
    expect(contract.replace('        - fedora-46\n', '')).to.equal(CONTRACT);

    const facts = { ...readContractFacts(), distributions: new Set(namesIn(contract)) };
    const dir = directory.file('distributions');
    const issues = await checkDirectory({ dir, facts, probe: null, parallel: 1, distributions: ['fedora-46'] });
    expect(issues.filter(({ severity }) => severity === 'error')).to.deep.equal([]);

    const added = loadDistributions(dir).find('fedora-46', { entitled: true });
    expect(added).to.include({ name: 'fedora-46', description: 'Fedora Linux 46', nameAtComposer: 'fedora-46' });
    expect(added).to.include({ hasPackageLists: false, restrictedAccess: true });
  });

  it('leaves to the check what is missing', async () => {
    using directory = withFedora();
    add(directory, ...FEDORA_46, ...REPLACE);
    const facts = { ...readContractFacts(), distributions: new Set(['fedora-46']) };
    const dir = directory.file('distributions');
    const issues = await checkDirectory({ dir, facts, probe: null, parallel: 1, distributions: ['fedora-46'] });
    const messages = issues.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    expect(new Set(messages)).to.deep.equal(new Set(['needs gpgkey_fingerprints beside it, and the other way round']));
  });

  it('changes the addresses of repositories, and drops the keys of other addresses', () => {
    using directory = withFedora();
    add(directory, ...FEDORA_46, ...REPLACE);
    const text = read(directory.file('distributions/fedora-46/fedora-46.json'));
    expect(text).to.include('repo=fedora-46&arch=x86_64').and.include('raw/f46/f/RPM-GPG-KEY-fedora-46-primary');
    expect(text).to.include('platform:f46').and.not.include('BEGIN PGP').and.not.include('starter_package_list');
  });

  it('keeps the keys where their address stays', () => {
    using directory = withFedora();
    const { stdout } = add(directory, 'fedora-45.1', ...FEDORA_46.slice(1), '--composer-name', 'fedora-45');
    expect(stdout).not.to.include('has no key');
    const { x86_64: architecture, distribution } = JSON.parse(
      read(directory.file('distributions/fedora-45.1/fedora-45.1.json')),
    ) as { x86_64: object; distribution: object };
    expect(architecture).to.deep.equal((FEDORA as { x86_64: object }).x86_64);
    expect(distribution).to.include({ composer_name: 'fedora-45' });
  });

  for (const [what, args, message] of [
    ['a name that exists', ['fedora-45', '--like', 'fedora-45', '--description', 'x'], /^fedora-45: exists already/],
    ['a name that is none', ['../x', '--like', 'fedora-45', '--description', 'x'], /^\.\.\/x: no name/],
    ['a relative that does not exist', ['a-1', '--like', 'b-1', '--description', 'x'], /^b-1: no such distribution/],
    ['a replacement that is none', [...FEDORA_46, '--replace', 'x'], /^--replace x: must be FROM=TO/],
    ['no description', ['a-1', '--like', 'fedora-45'], /^usage: /],
  ] as const) {
    it(`refuses ${what}, and changes nothing`, () => {
      using directory = withFedora();
      const { status, stderr } = add(directory, ...args);
      expect(status).to.equal(1);
      expect(stderr).to.match(message);
      expect(read(directory.file('openapi.yaml'))).to.equal(CONTRACT);
    });
  }
});
