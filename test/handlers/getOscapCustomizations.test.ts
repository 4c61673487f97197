import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const DISTRIBUTIONS = join(import.meta.dirname, '../fixtures/distributions');
const CIS = 'xccdf_org.ssgproject.content_profile_cis';
const STIG = 'xccdf_org.ssgproject.content_profile_stig';
const NONE = 'no customizations for the specified distribution and profile';

const dataOf = async (distribution: string): Promise<unknown> =>
  JSON.parse(await readFile(join(DISTRIBUTIONS, distribution, 'oscap', CIS, 'customizations.json'), 'utf8'));

/** The distributions of the tests with one customizations file replaced. */
const changedDistributions = async (content: string) => {
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-oscap-'));
  await cp(DISTRIBUTIONS, directory, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(directory, 'rhel-9.6/oscap', CIS, 'customizations.json'), content);
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
};

describe('getOscapCustomizations', () => {
  it('gives the data of the distribution for the profile', async () => {
    await using service = await startService();
    const reply = await service.as().get(`/oscap/rhel-9.6/${CIS}/customizations`);
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body).to.deep.equal(await dataOf('rhel-9.6'));
  });

  it('needs neither a subscription nor a list of profiles that has it, and follows aliases', async () => {
    await using service = await startService();
    for (const name of ['rhel-8', 'rhel-8.10']) {
      const reply = await service.as({ entitled: false }).get(`/oscap/${name}/${CIS}/customizations`);
      expect(reply.status, name).to.equal(200);
      expect(reply.body, name).to.deep.equal(await dataOf('rhel-8.10'));
    }
  });

  it('refuses a profile without data, and a distribution without any', async () => {
    await using service = await startService();
    expect(await service.as().get(`/oscap/rhel-9.6/${STIG}/customizations`)).to.be.refused(400, NONE);
    expect(await service.as().get(`/oscap/fedora-42/${CIS}/customizations`)).to.be.refused(400, NONE);
    expect(await service.as().get(`/oscap/rhel-94/${CIS}/customizations`)).to.be.refused(400, NONE);
  });

  it('refuses a profile that the contract does not know: it never becomes a path', async () => {
    await using service = await startService();
    for (const profile of ['nothing', '..%2F..%2Foscap', '%2e%2e']) {
      const reply = await service.as().get(`/oscap/rhel-9.6/${profile}/customizations`);
      expect(reply).to.be.refused(400, /^parameter "profile" in path has an error: /);
    }
  });

  for (const [what, content] of [
    ['is not JSON', '{'],
    ['has no openscap member', '{"packages":["aide"]}'],
    ['is null', 'null'],
  ] as const) {
    it(`refuses, without telling where its data is, when the data ${what}`, async () => {
      await using changed = await changedDistributions(content);
      await using service = await startService({ env: { DISTRIBUTIONS_DIR: changed.directory } });
      expect(await service.as().get(`/oscap/rhel-9.6/${CIS}/customizations`)).to.be.refused(400, NONE);
    });
  }
});
