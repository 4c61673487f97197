import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { offeredProfiles } from '../../../packages/distribution-tools/src/oscap/offered.ts';
import { openContent, requireOscap, type ScapContent } from '../../../packages/distribution-tools/src/oscap/tool.ts';
import { updateProfiles, type UpdateProfilesOptions } from '../../../packages/distribution-tools/src/oscap/update.ts';
import { plainProgress } from '../../../packages/distribution-tools/src/progress.ts';
import { startService } from '../../support/service.ts';
import { needTools } from '../sources/rpm-tools.ts';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';

const CONTENT = '/usr/share/xml/scap/ssg/content';
const PREFIX = 'xccdf_org.ssgproject.content_profile_';
const EL9 = offeredProfiles('rhel-9.8', 'rhel9');

const define = (directory: TemporaryDirectory, name: string, oscap_name: string | null): void =>
  directory.write(`${name}/${name}.json`, {
    oscap_name,
    distribution: { name, no_package_list: true },
    x86_64: { image_types: ['guest-image'], repositories: [{ id: 'b', baseurl: 'https://v.test/', rhsm: false }] },
  });

/** Content that makes everything up, but for profiles it does not have. */
const contentWithout =
  (asked: string[], ...missing: readonly string[]) =>
  (product: string): Promise<ScapContent> =>
    Promise.resolve({
      file: `ssg-${product}-ds.xml`,
      profiles: () =>
        Promise.resolve(
          new Map(
            EL9.filter((profile) => !missing.includes(profile.slice(PREFIX.length))).map((profile) => [
              profile,
              'A title',
            ]),
          ),
        ),
      customizations: (profile) => {
        asked.push(`${product} ${profile.slice(PREFIX.length)}`);
        if (profile.endsWith('hipaa')) return Promise.reject(new Error('no blueprint\nof this one'));
        return Promise.resolve({
          openscap: { profile_description: '', profile_id: profile, profile_name: `Größe ${product}` },
        });
      },
    });

const run = async (directory: TemporaryDirectory, options: Partial<UpdateProfilesOptions>) => {
  const lines: string[] = [];
  const result = await updateProfiles({
    dir: directory.path,
    openContent: contentWithout([]),
    parallel: 2,
    skipMissing: false,
    progress: plainProgress((line) => void lines.push(line)),
    ...options,
  });
  return { ...result, lines };
};

describe('updateProfiles', () => {
  it('makes each profile of a product once, for all distributions that offer it', async () => {
    using directory = createDirectory();
    define(directory, 'rhel-9.8', 'rhel9');
    define(directory, 'rhel-95', 'rhel9');
    define(directory, 'centos-9', 'cs9');
    define(directory, 'hummingbird', 'hummingbird');
    directory.link('rhel-9', 'rhel-9.8');
    const asked: string[] = [];
    const { lines, ...result } = await run(directory, { openContent: contentWithout(asked) });
    expect(asked).to.have.length(2 * EL9.length);
    expect(new Set(asked).size).to.equal(asked.length);
    expect(result).to.deep.equal({ profiles: 57, unchanged: 0, changed: 54, missing: 0, drafts: 0, problems: 3 });
    expect(lines).to.have.members(
      ['rhel-9.8', 'rhel-95', 'centos-9'].map((name) => `${name} ${PREFIX}hipaa: no blueprint of this one`),
    );
    expect(readdirSync(directory.file('rhel-95/oscap'))).to.have.length(18);
    expect(readdirSync(directory.file('hummingbird'))).to.deep.equal(['hummingbird.json']);

    const file = `rhel-95/oscap/${PREFIX}cis/customizations.json`;
    expect(directory.read(file)).to.equal(
      '{\n  "openscap": {\n    "profile_description": "",\n' +
        `    "profile_id": "${PREFIX}cis",\n    "profile_name": "Gr\\u00f6\\u00dfe rhel9"\n  }\n}\n`,
    );
    expect(statSync(directory.file(file)).mode & 0o777).to.equal(0o644 & ~process.umask());
  });

  it('does not write unchanged files', async () => {
    using directory = createDirectory();
    define(directory, 'rhel-9.8', 'rhel9');
    await run(directory, {});
    expect(await run(directory, {})).to.deep.include({ unchanged: 18, changed: 0 });
  });

  it('counts profiles that the content lacks as problems, or does not', async () => {
    using directory = createDirectory();
    define(directory, 'rhel-9.8', 'rhel9');
    const options = { openContent: contentWithout([], 'ccn_basic', 'hipaa') };
    const strict = await run(directory, options);
    expect(strict).to.deep.include({ missing: 2, problems: 2, changed: 17 });
    expect(strict.lines).to.have.members([
      `rhel-9.8 ${PREFIX}ccn_basic: ssg-rhel9-ds.xml has no such profile`,
      `rhel-9.8 ${PREFIX}hipaa: ssg-rhel9-ds.xml has no such profile`,
    ]);
    expect(await run(directory, { ...options, skipMissing: true })).to.deep.include({ missing: 2, problems: 0 });
  });

  it('refuses a draft by name, and writes nothing for it', async () => {
    using directory = createDirectory();
    define(directory, 'rhel-9.8', 'rhel9');
    const made = contentWithout([], 'hipaa');
    const openDraft = async (product: string): Promise<ScapContent> => {
      const content = await made(product);
      const profiles = async () => new Map([...(await content.profiles()), [`${PREFIX}cui`, 'DRAFT - Some title']]);
      return { ...content, profiles };
    };
    const strict = await run(directory, { openContent: openDraft });
    expect(strict).to.deep.include({ missing: 1, drafts: 1, problems: 2, changed: 17 });
    expect(strict.lines).to.include(
      `rhel-9.8 ${PREFIX}cui: ssg-rhel9-ds.xml has a draft of it only: DRAFT - Some title`,
    );
    expect(existsSync(directory.file(`rhel-9.8/oscap/${PREFIX}cui`))).to.equal(false);
    const lenient = await run(directory, { openContent: openDraft, skipMissing: true });
    expect(lenient).to.deep.include({ drafts: 1, problems: 0, unchanged: 17 });
  });

  it('makes no profiles for the versions of RHEL that composer refuses them for', async () => {
    using directory = createDirectory();
    for (const name of ['rhel-84', 'rhel-85', 'rhel-86']) define(directory, name, 'rhel8');
    define(directory, 'rhel-90', 'rhel9');
    expect(await run(directory, {})).to.deep.include({ profiles: 0, problems: 0, lines: [] });
    expect(readdirSync(directory.file('rhel-84'))).to.deep.equal(['rhel-84.json']);
  });

  it('updates the named distributions, and reports one without profiles', async () => {
    using directory = createDirectory();
    define(directory, 'rhel-9.8', 'rhel9');
    define(directory, 'hummingbird', null);
    const { lines, profiles } = await run(directory, { distributions: ['hummingbird', 'gone'] });
    expect({ lines, profiles }).to.deep.equal({
      lines: ['gone: no such distribution', 'hummingbird: no security profiles are made for it'],
      profiles: 0,
    });
  });

  it('continues with the other distributions after an invalid content or definition', async () => {
    using directory = createDirectory({ 'rhel-91/rhel-91.json': '{' });
    define(directory, 'rhel-9.8', 'rhel9');
    define(directory, 'centos-9', 'cs9');
    const content = contentWithout([], 'hipaa');
    const { lines, problems, changed } = await run(directory, {
      skipMissing: true,
      openContent: (product) => (product === 'cs9' ? Promise.reject(new Error('no content')) : content(product)),
    });
    expect({ problems, changed }).to.deep.equal({ problems: 2, changed: 18 });
    expect(lines).to.include('centos-9: no content');
  });
});

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => '',
    (error: Error) => error.message,
  );

describe('requireOscap', () => {
  /** A program that prints a version, as oscap does. */
  const program = (directory: TemporaryDirectory, version: string): string => {
    directory.write('oscap', `#!/bin/sh\necho "OpenSCAP command line tool (oscap) ${version}"\n`);
    chmodSync(directory.file('oscap'), 0o755);
    return directory.file('oscap');
  };

  for (const version of ['1.4.0', '1.4.6', '1.10.1', '2.0.0']) {
    it(`accepts version ${version}`, async () => {
      using directory = createDirectory();
      await requireOscap(program(directory, version));
    });
  }

  for (const version of ['1.3.7', '1.2.17', '0.9']) {
    it(`refuses version ${version} by name`, async () => {
      using directory = createDirectory();
      const oscap = program(directory, version);
      expect(await failure(requireOscap(oscap))).to.equal(
        `${oscap} is version ${version}: install OpenSCAP 1.4 or newer, or name another --oscap`,
      );
    });
  }

  it('refuses a program that prints no version, and one that does not exist', async () => {
    using directory = createDirectory();
    expect(await failure(requireOscap(program(directory, 'unknown')))).to.match(/is of an unknown version: install/);
    expect(await failure(requireOscap(directory.file('none')))).to.match(/--version: there is no such program/);
  });
});

describe('the content of a product', () => {
  it('is refused when the file does not exist', async () => {
    using directory = createDirectory();
    expect(await failure(openContent('oscap', directory.path, 'rhel9'))).to.equal(
      `${directory.file('ssg-rhel9-ds.xml')}: cannot be read: install a SCAP security guide that has it, or name another --content`,
    );
  });

  it('cannot be read without oscap', async () => {
    using directory = createDirectory({ 'ssg-rhel9-ds.xml': '' });
    const content = await openContent(directory.file('no-oscap'), directory.path, 'rhel9');
    expect(await failure(Promise.resolve(content.profiles()))).to.match(
      /^\S+ info --profiles: there is no such program/,
    );
  });

  it('is refused by oscap when it is no content', async function () {
    needTools(this, 'oscap');
    using directory = createDirectory({ 'ssg-rhel9-ds.xml': '<html/>' });
    const content = await openContent('oscap', directory.path, 'rhel9');
    expect(await failure(Promise.resolve(content.profiles()))).to.match(/^oscap info --profiles: \S/);
  });
});

describe('profiles made by oscap from the SCAP security guide', function () {
  // Content of one product has twenty megabytes, and oscap reads all of it for each question.
  this.timeout(600_000);

  it('are served by the service, for RHEL 8, RHEL 9 and CentOS Stream 9', async function () {
    needTools(this, 'oscap');
    const refusal = await failure(requireOscap('oscap'));
    if (refusal !== '') {
      console.warn(`      NOT TESTED: ${refusal}`);
      this.skip();
    }
    const products = { 'rhel-8.10': 'rhel8', 'rhel-9.8': 'rhel9', 'centos-9': 'cs9' };
    const there = existsSync(CONTENT) ? readdirSync(CONTENT) : [];
    if (Object.values(products).some((product) => !there.includes(`ssg-${product}-ds.xml`))) {
      console.warn('      NOT TESTED: the SCAP security guide lacks one of RHEL 8, RHEL 9 and CentOS Stream 9');
      this.skip();
    }
    using directory = createDirectory();
    for (const [name, product] of Object.entries(products)) define(directory, name, product);
    directory.link('rhel-9', 'rhel-9.8');
    const chosen = ['cis', 'stig'].map((name) => `${PREFIX}${name}`);
    const { lines, ...result } = await run(directory, {
      skipMissing: true,
      openContent: async (product) => {
        const content = await openContent('oscap', CONTENT, product);
        const profiles = async () => {
          const all = await content.profiles();
          return new Map([...all].filter(([profile]) => chosen.includes(profile)));
        };
        return { ...content, profiles };
      },
    });
    expect(result, lines.join('\n')).to.deep.include({ changed: 6, problems: 0 });

    await using service = await startService({ env: { DISTRIBUTIONS_DIR: directory.path } });
    for (const name of [...Object.keys(products), 'rhel-9']) {
      const offered = await service.as().get(`/oscap/${name}/profiles`);
      expect(offered.body).to.include.members(chosen);
      for (const profile of chosen) {
        // The service compares what it answers with the contract.
        const { status, body } = await service.as().get(`/oscap/${name}/${profile}/customizations`);
        expect(status).to.equal(200);
        expect(body.openscap.profile_id).to.equal(profile);
        expect(body.openscap.profile_name).to.include(name.startsWith('rhel-8') ? 'Linux 8' : 'Linux 9');
        expect(body.openscap.profile_description).to.not.equal('');
        expect(body.packages).to.include('aide');
        expect(body.services.enabled).to.not.be.empty;
        expect(body.services).to.not.have.property('disabled');
        expect(body.filesystem.map(({ mountpoint }: { mountpoint: string }) => mountpoint)).to.include('/var/log');
        expect(body.kernel.append).to.include('audit=1');
      }
    }
  });
});
