import { expect } from 'chai';
import { describe, it } from 'mocha';
import { compileNormaliser } from '../../src/contract/normalise.ts';
import type { Schema } from '../../src/contract/schema.ts';
import { contractOf, published, ref } from './support.ts';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean', default: false };
const object = (properties: Readonly<Record<string, Schema>>, more: Partial<Schema> = {}): Schema => ({
  ...{ type: 'object', properties },
  ...more,
});

const document = contractOf({
  Flag: flag,
  Item: object({ name: text, flag }),
  Tree: object({ name: text, flag, children: { type: 'array', items: ref('Tree') } }),
});

const normalised = (schema: Schema, value: unknown): unknown => {
  const copy = structuredClone(value);
  compileNormaliser(document, schema)(copy);
  return copy;
};

const SCALARS: readonly unknown[] = [null, 'x', 5, true, [], ['x'], {}, undefined];

const CASES: readonly (readonly [title: string, Schema, given: unknown, expected: unknown])[] = [
  ['drops members the schema does not know', object({ a: text }), { a: 'x', b: 1, A: 'y' }, { a: 'x' }],
  [
    'keeps them where they are allowed',
    object({ a: text }, { additionalProperties: true }),
    { a: 'x', b: 1 },
    { a: 'x', b: 1 },
  ],
  [
    'keeps them where they are forbidden, to be refused',
    object({ a: text }, { additionalProperties: false }),
    { b: 1 },
    { b: 1 },
  ],
  ['writes a default where there is no member', object({ flag }), {}, { flag: false }],
  ['writes a default where the member is null', object({ flag }), { flag: null }, { flag: false }],
  [
    'leaves null where the schema allows it',
    object({ flag: { ...flag, nullable: true } }),
    { flag: null },
    { flag: null },
  ],
  ['leaves null where there is no default, to be refused', object({ a: text }), { a: null }, { a: null }],
  ['does not touch what is given', object({ flag }), { flag: true }, { flag: true }],
  ['does not touch what is wrong, to be refused', object({ flag }), { flag: 'yes' }, { flag: 'yes' }],
  ['writes defaults of a component', object({ flag: ref('Flag') }), {}, { flag: false }],
  ['writes defaults of a described component', object({ flag: { allOf: [ref('Flag')] } }), {}, { flag: false }],
  [
    'goes into members',
    object({ item: ref('Item') }),
    { item: { name: 'n', x: 1 } },
    { item: { name: 'n', flag: false } },
  ],
  ['does not make members up to go into them', object({ item: ref('Item') }), {}, {}],
  [
    'goes into lists',
    object({ items: { type: 'array', items: ref('Item') } }),
    { items: [{}, { flag: true, x: 1 }, 'x', null] },
    { items: [{ flag: false }, { flag: true }, 'x', null] },
  ],
  [
    'goes into lists of lists',
    { type: 'array', items: { type: 'array', items: ref('Item') } },
    [[{}]],
    [[{ flag: false }]],
  ],
  [
    'goes into maps',
    { type: 'object', additionalProperties: ref('Item') },
    { a: { x: 1 }, b: { flag: true } },
    { a: { flag: false }, b: { flag: true } },
  ],
  ['leaves maps of anything alone', { type: 'object', additionalProperties: text }, { a: 1, b: 'x' }, { a: 1, b: 'x' }],
  [
    'follows a schema that contains itself',
    ref('Tree'),
    { name: 'a', children: [{ x: 1, children: [{ flag: true }] }] },
    { name: 'a', flag: false, children: [{ flag: false, children: [{ flag: true }] }] },
  ],
  [
    'drops an empty text that stands for none',
    object({ a: { ...text, 'x-go-type-skip-optional-pointer': true } }),
    { a: '' },
    {},
  ],
  [
    'keeps other texts of that kind',
    object({ a: { ...text, 'x-go-type-skip-optional-pointer': true } }),
    { a: ' ' },
    { a: ' ' },
  ],
  ['keeps an empty text elsewhere', object({ a: text }), { a: '' }, { a: '' }],
  [
    'keeps unions exactly as they came',
    object({ a: { oneOf: [ref('Item')] }, b: { anyOf: [ref('Item'), {}] } }),
    { a: { x: null }, b: { y: '' } },
    { a: { x: null }, b: { y: '' } },
  ],
];

describe('normalising a value', () => {
  for (const [title, schema, given, expected] of CASES) {
    it(title, () => expect(normalised(schema, given)).to.deep.equal(expected));
  }

  for (const value of SCALARS) {
    it(`leaves ${JSON.stringify(value)} alone where the schema defines nothing`, () => {
      for (const schema of [text, {}, { oneOf: [text] }]) expect(normalised(schema, value)).to.deep.equal(value);
    });
  }

  for (const value of [null, 'x', 5, true, ['x'], undefined]) {
    it(`leaves ${JSON.stringify(value)} to the validator where an object is expected`, () => {
      expect(normalised(ref('Item'), value)).to.deep.equal(value);
      expect(normalised({ type: 'object', additionalProperties: ref('Item') }, value)).to.deep.equal(value);
    });
  }

  for (const value of [null, 'x', 5, {}, undefined]) {
    it(`leaves ${JSON.stringify(value)} to the validator where a list is expected`, () => {
      expect(normalised({ type: 'array', items: ref('Item') }, value)).to.deep.equal(value);
    });
  }

  it("is not led astray by members with the names of an object's own", () => {
    const given = JSON.parse('{"constructor": 1, "__proto__": {"flag": true}, "toString": 2, "flag": true}') as object;
    expect(normalised(object({ flag }), given)).to.deep.equal({ flag: true });
  });
});

describe('normalising a compose request', () => {
  const normalise = compileNormaliser(published, ref('ComposeRequest'));
  const normalisedRequest = (given: object): unknown => {
    const copy = structuredClone(given);
    normalise(copy);
    return copy;
  };
  const image_requests = [{ architecture: 'x86_64', image_type: 'aws', upload_request: { type: 'aws', options: {} } }];
  const customized = (customizations: object) => ({ client_id: 'api', image_requests, customizations });

  const cases: readonly (readonly [title: string, given: object, expected: object])[] = [
    ['says who asks', { image_requests }, { client_id: 'api', image_requests }],
    ['says who asks in place of null', { client_id: null, image_requests }, { client_id: 'api', image_requests }],
    ['believes who says so', { client_id: 'ui', image_requests }, { client_id: 'ui', image_requests }],
    ['keeps what is refused for not being known', { image_requests, x: 1 }, { client_id: 'api', image_requests, x: 1 }],
    [
      'drops customizations in other letters, and unknown ones',
      customized({ Packages: ['vim'], HOSTNAME: 'h', unknown: null }),
      customized({}),
    ],
    [
      'knows that an image is not FIPS unless asked for',
      customized({ fips: {} }),
      customized({ fips: { enabled: false } }),
    ],
    [
      'completes files and directories',
      customized({ files: [{ path: '/f' }], directories: [{ path: '/d', ensure_parents: null }] }),
      customized({
        files: [{ path: '/f', data_encoding: 'plain', ensure_parents: false }],
        directories: [{ path: '/d', ensure_parents: false }],
      }),
    ],
    [
      'completes repositories of the build, not those of the image',
      customized({ payload_repositories: [{ rhsm: false }], custom_repositories: [{ id: 'i' }] }),
      customized({
        payload_repositories: [{ rhsm: false, check_repo_gpg: false }],
        custom_repositories: [{ id: 'i' }],
      }),
    ],
    [
      'drops an empty authority of the registration',
      customized({
        aap_registration: { ansible_callback_url: '', host_config_key: '', tls_certificate_authority: '' },
      }),
      customized({ aap_registration: { ansible_callback_url: '', host_config_key: '' } }),
    ],
    [
      'keeps members of other kinds in hardening, partitions and upload options',
      customized({
        openscap: { profile_id: 'p', policy_id: null, more: '' },
        disk: { partitions: [{ fs_type: 'xfs', subvolumes: null, more: 1 }] },
      }),
      customized({
        openscap: { profile_id: 'p', policy_id: null, more: '' },
        disk: { partitions: [{ fs_type: 'xfs', subvolumes: null, more: 1 }] },
      }),
    ],
  ];
  for (const [title, given, expected] of cases) {
    it(title, () => expect(normalisedRequest(given)).to.deep.equal(expected));
  }

  it('writes no default into upload options', () => {
    const given = {
      ...image_requests[0],
      upload_request: { type: 'azure', options: { resource_group: 'g', x: null } },
    };
    expect(normalisedRequest({ image_requests: [given] })).to.deep.equal({ client_id: 'api', image_requests: [given] });
  });
});
