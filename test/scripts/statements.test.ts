// What a build states about itself: its bill of materials and its provenance.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { makeProvenance } from '../../scripts/support/provenance.ts';
import { lockfileHash, makeSbom } from '../../scripts/support/sbom.ts';
import { ROOT } from '../../src/lib/root.ts';

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Readonly<Record<string, string>>
>;

const purl = ([name, version]: readonly [string, string]): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

describe('the bill of materials', () => {
  it('is in CycloneDX, and has every package of production with licence and hash, and none of the tools', () => {
    const { bomFormat, components } = makeSbom(null);
    expect(bomFormat).to.equal('CycloneDX');
    const purls = components.map((component) => component.purl);
    expect(purls).to.include.members(Object.entries(dependencies).map(purl));
    for (const [name] of Object.entries(devDependencies).filter(([tool]) =>
      ['mocha', 'typescript', 'esbuild'].includes(tool),
    ))
      expect(components.map((component) => component.name)).not.to.include(name);
    for (const component of components) expect(component, component.name).to.include.keys('licenses', 'hashes');
  });

  it('is the same for the same lockfile', () => {
    expect(makeSbom('2026-01-02T03:04:05Z')).to.deep.equal(makeSbom('2026-01-02T03:04:05Z'));
    expect(makeSbom(null).metadata).not.to.have.property('timestamp');
  });
});

describe('the provenance', () => {
  it('is a statement of in-toto about every file of the build, its commit and its packages', () => {
    const work = mkdtempSync(join(tmpdir(), 'image-builder-provenance-'));
    try {
      const dist = join(work, 'dist');
      mkdirSync(join(dist, 'below'), { recursive: true });
      writeFileSync(join(dist, 'main.js'), 'one');
      writeFileSync(join(dist, 'below/chunk.js'), 'two');
      const commit = 'a'.repeat(40);
      const [startedOn, finishedOn] = [new Date('2026-01-02T03:04:05Z'), new Date('2026-01-02T03:04:09Z')];
      const run = { commit, modified: false, builder: 'https://ci.example.com', startedOn, finishedOn };
      const statement = makeProvenance(dist, run);
      const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
      expect(statement).to.deep.include({
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://slsa.dev/provenance/v1',
        subject: [
          { name: 'dist/below/chunk.js', digest: { sha256: sha256('two') } },
          { name: 'dist/main.js', digest: { sha256: sha256('one') } },
        ],
      });
      const { buildDefinition, runDetails } = statement.predicate;
      expect(buildDefinition.externalParameters).to.deep.equal({ command: 'npm run build', commit });
      const [sources, lockfile, ...packages] = buildDefinition.resolvedDependencies;
      expect(sources).to.deep.equal({ name: 'sources', digest: { gitCommit: commit } });
      expect(lockfile).to.deep.equal({ name: 'package-lock.json', digest: { sha256: lockfileHash() } });
      expect(packages.map(({ uri }) => uri)).to.include.members(Object.entries(dependencies).map(purl));
      for (const { uri, digest } of packages) expect(digest['sha512'], uri).to.match(/^[0-9a-f]{128}$/);
      expect(runDetails).to.deep.equal({
        builder: { id: 'https://ci.example.com' },
        metadata: { startedOn: '2026-01-02T03:04:05Z', finishedOn: '2026-01-02T03:04:09Z' },
      });
    } finally {
      rmSync(work, { recursive: true });
    }
  });
});
