import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseDefinition } from '../../../src/domain/distributions/definition.ts';

const parse = (json: unknown) => parseDefinition(json, 'd.json');
const withRepository = (repository: unknown) => ({ x86_64: { repositories: [repository] } });
const URL_ONLY = { baseurl: 'http://r.test' };

describe('the definition of a distribution', () => {
  it('is parsed with all its members', () => {
    const repository = { id: 'r', baseurl: 'http://r.test', gpgkey: 'k', check_gpg: true, rhsm: true };
    const definition = parse({
      ...{ module_platform_id: 'platform:el9', oscap_name: 'rhel9', more: [] },
      distribution: {
        ...{
          name: 'rhel-9.6',
          description: 'RHEL',
          composer_name: 'rhel-9-6',
          restricted_access: true,
          no_package_list: true,
        },
      },
      x86_64: {
        image_types: ['aws', 'gcp'],
        repositories: [{ ...repository, image_type_tags: ['gcp'], gpgkey_fingerprints: ['F'] }],
        bootc: [{ type: 'iso', reference: 'ref', iso_payload_references: ['a'] }],
      },
      aarch64: { image_types: [], repositories: [{ metalink: 'http://m.test' }] },
    });
    const { architectures, ...others } = definition;
    expect(others).to.deep.equal({
      ...{
        name: 'rhel-9.6',
        description: 'RHEL',
        composerName: 'rhel-9-6',
        restrictedAccess: true,
        hasPackageLists: false,
        hasStarterLists: false,
      },
    });
    expect([...architectures]).to.deep.equal([
      [
        'x86_64',
        {
          imageTypes: ['aws', 'gcp'],
          repositories: [{ ...repository, imageTypeTags: ['gcp'], gpgkeyFingerprints: ['F'] }],
          bootc: [{ type: 'iso', reference: 'ref', isoPayloadReferences: ['a'] }],
        },
      ],
      [
        'aarch64',
        {
          ...{ imageTypes: [], bootc: [] },
          repositories: [{ id: '', metalink: 'http://m.test', rhsm: false, imageTypeTags: [], gpgkeyFingerprints: [] }],
        },
      ],
    ]);
  });

  it('may have almost no members', () => {
    const { architectures, ...others } = parse({});
    expect(others).to.deep.equal({
      ...{ name: '', description: '', composerName: null, restrictedAccess: false },
      ...{ hasPackageLists: true, hasStarterLists: false },
    });
    expect(architectures.size).to.equal(0);
  });

  it('may have null for every member without a value', () => {
    const nothing = { id: null, metalink: null, gpgkey: null, check_gpg: null, rhsm: null, image_type_tags: null };
    const definition = parse({
      distribution: {
        name: null,
        description: null,
        composer_name: null,
        restricted_access: null,
        no_package_list: null,
      },
      x86_64: { image_types: null, repositories: [{ ...nothing, ...URL_ONLY }], bootc: null },
      aarch64: null,
    });
    expect([...definition.architectures.keys()]).to.deep.equal(['x86_64']);
    expect(definition.architectures.get('x86_64')?.repositories).to.deep.equal([
      { ...URL_ONLY, id: '', rhsm: false, imageTypeTags: [], gpgkeyFingerprints: [] },
    ]);
    expect(parse({ distribution: null })).to.deep.equal(parse({}));
  });

  it('has no name at composer when that is empty', () => {
    expect(parse({ distribution: { composer_name: '' } }).composerName).to.equal(null);
  });

  const wrong: readonly (readonly [title: string, json: unknown, field: string])[] = [
    ['a list', [], ''],
    ['null', null, ''],
    ['a text', 'x', ''],
    ['a name that is no text', { distribution: { name: 9 } }, '/distribution/name'],
    ['a description that is no text', { distribution: { description: [] } }, '/distribution/description'],
    [
      'a restriction that is no flag',
      { distribution: { restricted_access: 'yes' } },
      '/distribution/restricted_access',
    ],
    ['a distribution that is a text', { distribution: 'rhel' }, '/distribution'],
    ['an architecture that is a list', { x86_64: [] }, '/x86_64'],
    ['image types that are no list', { aarch64: { image_types: 'aws' } }, '/aarch64/image_types'],
    ['an image type that is no text', { x86_64: { image_types: ['aws', 1] } }, '/x86_64/image_types/1'],
    ['repositories that are no list', { x86_64: { repositories: {} } }, '/x86_64/repositories'],
    ['a repository that is null', withRepository(null), '/x86_64/repositories/0'],
    ['a repository whose address is no text', withRepository({ baseurl: 1 }), '/x86_64/repositories/0/baseurl'],
    ['a flag that is a text', withRepository({ ...URL_ONLY, rhsm: 'true' }), '/x86_64/repositories/0/rhsm'],
    ['a check that is a number', withRepository({ ...URL_ONLY, check_gpg: 1 }), '/x86_64/repositories/0/check_gpg'],
    [
      'tags that are a text',
      withRepository({ ...URL_ONLY, image_type_tags: 'gcp' }),
      '/x86_64/repositories/0/image_type_tags',
    ],
    ['a container whose reference is no text', { x86_64: { bootc: [{ reference: 1 }] } }, '/x86_64/bootc/0/reference'],
  ];
  for (const [title, json, field] of wrong) {
    it(`is refused for ${title}, by file and field`, () => {
      expect(() => parse(json)).to.throw(Error, new RegExp(`^d\\.json: ${field}: must be `));
    });
  }

  for (const repository of [
    {},
    { baseurl: 'http://r.test', metalink: 'http://m.test' },
    { baseurl: null },
    { metalink: null },
    { baseurl: null, metalink: null },
  ]) {
    it(`is refused for a repository with ${JSON.stringify(repository)}: one address, and only one`, () => {
      expect(() => parse({ aarch64: { repositories: [URL_ONLY, repository] } })).to.throw(
        'd.json: /aarch64/repositories/1: repository must always have one of these properties: baseurl, metalink',
      );
    });
  }

  for (const repository of [
    { baseurl: 'http://r.test', metalink: null },
    { baseurl: null, metalink: 'http://m.test' },
  ]) {
    it(`takes a repository with ${JSON.stringify(repository)}`, () => {
      expect(parse(withRepository(repository)).architectures.get('x86_64')?.repositories).to.have.lengthOf(1);
    });
  }
});
