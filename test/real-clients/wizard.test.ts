// The web console's wizard hides the steps whose customizations an image type does not take. It reads them from the details of a
// distribution, by the names and aliases of image types, on the sandbox and the built-in distributions that `npm start` runs.
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { startSandbox, type Sandbox } from '../../packages/sandbox/src/server.ts';
import { ROOT } from '../../src/lib/root.ts';
import { startService, type TestService } from '../support/service.ts';

interface ImageTypeInfo {
  readonly aliases?: readonly string[];
  readonly supported_blueprint_options?: readonly string[];
}

/** Options of composer, with the steps of the wizard that they stand for. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  packages: ['packages'],
  'customizations.filesystem': ['filesystem'],
  'customizations.kernel': ['kernel'],
  'customizations.kernel.append': ['kernel'],
  'customizations.kernel.name': ['kernel'],
  'customizations.timezone': ['timezone'],
  'customizations.locale': ['locale'],
  'customizations.firewall': ['firewall'],
  'customizations.services': ['services'],
  'customizations.hostname': ['hostname'],
  'customizations.openscap': ['openscap'],
  'customizations.repositories': ['repositories'],
  'customizations.user': ['users'],
  'customizations.rhsm': ['registration'],
  'customizations.fips': ['fips'],
  'customizations.files': ['first boot', 'automation platform'],
};
const ALL = [...new Set(Object.values(STEPS).flat())].sort();

describe('the web console: the steps of the wizard', () => {
  let sandbox: Sandbox;
  let service: TestService;
  before(async () => {
    sandbox = await startSandbox({ port: 0 });
    const composer = { COMPOSER_URL: sandbox.url, COMPOSER_TOKEN_URL: `${sandbox.url}/token` };
    service = await startService({ env: { ...composer, DISTRIBUTIONS_DIR: join(ROOT, 'distributions') } });
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await sandbox.close();
  });

  /** The image types of an answer, under every name that the console finds them by. */
  const imageTypes = async (distribution: string, type: string): Promise<ReadonlyMap<string, ImageTypeInfo>> => {
    const path = `/distributions/${distribution}?architecture=x86_64&image_type=${type}`;
    const { status, body, text } = await service.as().get(path);
    expect(status, text).to.equal(200);
    const found = Object.entries(body.architectures.x86_64.image_types as Readonly<Record<string, ImageTypeInfo>>);
    return new Map(found.flatMap(([name, info]) => [name, ...(info.aliases ?? [])].map((one) => [one, info] as const)));
  };
  const stepsOf = (info: ImageTypeInfo | undefined): readonly string[] => {
    const options = info?.supported_blueprint_options ?? [];
    return [...new Set(options.flatMap((option) => STEPS[option] ?? []))].sort();
  };
  const without = (...steps: readonly string[]): readonly string[] => ALL.filter((step) => !steps.includes(step));

  for (const [distribution, type, steps] of [
    ['rhel-10', 'guest-image', ALL],
    ['rhel-10', 'aws', ALL],
    ['rhel-10', 'image-installer', without('filesystem')],
    ['rhel-10', 'network-installer', ['fips', 'locale']],
    ['rhel-9', 'guest-image', ALL],
    ['rhel-9', 'edge-commit', without('filesystem', 'openscap')],
    ['rhel-9', 'edge-installer', ['fips', 'locale', 'timezone', 'users']],
    ['rhel-9', 'wsl', without('filesystem', 'fips', 'kernel', 'openscap')],
    ['centos-9', 'guest-image', ALL],
  ] as const) {
    it(`are the right ones for ${type} of ${distribution}`, async () => {
      const info = (await imageTypes(distribution, type)).get(type);
      expect(stepsOf(info)).to.deep.equal(steps);
    });
  }

  for (const type of ['edge-commit', 'edge-installer']) {
    it(`are none for ${type} of RHEL 10, which has no edge images`, async () => {
      expect([...(await imageTypes('rhel-10', type)).keys()]).to.deep.equal([]);
    });
  }

  it('are those of every selected image type', async () => {
    const { body } = await service.as().get('/distributions/rhel-10?image_type=guest-image&image_type=image-installer');
    expect(Object.keys(body.architectures.x86_64.image_types)).to.deep.equal(['qcow2', 'image-installer']);
  });
});
