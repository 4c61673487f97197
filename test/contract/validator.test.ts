import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Schema } from '../../src/contract/schema.ts';
import {
  responseCompiler,
  describeError,
  mostSpecificError,
  requestCompiler,
  type SchemaCompiler,
} from '../../src/contract/validator.ts';
import { contractOf, published, ref } from './support.ts';

type Problem = { pointer: string; reason: string } | null;

/** What a validator says of a value, `null` where it fits. */
const problemOf = (compiler: SchemaCompiler, schema: Schema, value: unknown): Problem => {
  const validate = compiler.compile(schema);
  return validate(value) ? null : describeError(validate.errors ?? [], value);
};

const compiler = requestCompiler(published);
const requestProblem = (request: unknown): Problem => problemOf(compiler, ref('ComposeRequest'), request);

const image = { architecture: 'x86_64', image_type: 'aws', upload_request: { type: 'aws', options: {} } };
const withImage = (more: object) => ({ image_requests: [{ ...image, ...more }] });
const customized = (customizations: object) => ({ image_requests: [image], customizations });
const AT = { image: '/image_requests/0', customizations: '/customizations' };

const MAX = Number.MAX_SAFE_INTEGER;
const INT64 = `value must be an integer from -${MAX} to ${MAX}`;
const SIZE = `value must be an integer from 0 to ${MAX}`;

const REFUSED: readonly (readonly [title: string, request: unknown, pointer: string, reason: string | RegExp])[] = [
  ['nothing to build', { image_requests: [] }, '/image_requests', 'minimum number of items is 1'],
  [
    'two images',
    { image_requests: [image, { ...image, architecture: 'aarch64' }] },
    ...(['/image_requests', 'maximum number of items is 1'] as const),
  ],
  ['no images', {}, '/image_requests', 'property "image_requests" is missing'],
  ['null', null, '', 'Value is not nullable'],
  ['a list', [], '', 'value must be an object'],
  ['an unknown member', { image_requests: [image], Distribution: 'x' }, '', 'property "Distribution" is unsupported'],
  [
    'an unknown architecture',
    withImage({ architecture: 's390x' }),
    `${AT.image}/architecture`,
    /^value is not one of the allowed values \["x86_64"/,
  ],
  [
    'an architecture that is null',
    withImage({ architecture: null }),
    `${AT.image}/architecture`,
    'Value is not nullable',
  ],
  [
    'an unknown target',
    withImage({ upload_request: { type: 'x', options: {} } }),
    `${AT.image}/upload_request/type`,
    /^value is not one of/,
  ],
  [
    'no target',
    withImage({ upload_request: { options: {} } }),
    `${AT.image}/upload_request/type`,
    'property "type" is missing',
  ],
  [
    'a long name',
    { image_requests: [image], image_name: 'x'.repeat(101) },
    '/image_name',
    'maximum string length is 100',
  ],
  ['a name that is a number', { image_requests: [image], image_name: 5 }, '/image_name', 'value must be a string'],
  ['a size that is a text', withImage({ size: '1' }), `${AT.image}/size`, SIZE],
  ['a negative size', withImage({ size: -1 }), `${AT.image}/size`, SIZE],
  ['a size that is a fraction', withImage({ size: 1.5 }), `${AT.image}/size`, SIZE],
  ['a size that would be rounded', withImage({ size: MAX + 1 }), `${AT.image}/size`, SIZE],
  ['a size that is null', withImage({ size: null }), `${AT.image}/size`, 'Value is not nullable'],
  ['packages that are a text', customized({ packages: 'vim' }), '/customizations/packages', 'value must be an array'],
  [
    'a package that is a number',
    customized({ packages: ['a', 1] }),
    '/customizations/packages/1',
    'value must be a string',
  ],
  ['a user without name', customized({ users: [{}] }), '/customizations/users/0/name', 'property "name" is missing'],
  [
    'an empty list of services',
    customized({ services: { enabled: [] } }),
    '/customizations/services/enabled',
    'minimum number of items is 1',
  ],
  [
    'an unknown member of the kernel',
    customized({ kernel: { Name: 'x' } }),
    '/customizations/kernel',
    'property "Name" is unsupported',
  ],
  [
    'a group id beyond 64 bits',
    customized({ groups: [{ name: 'g', gid: 1e300 }] }),
    '/customizations/groups/0/gid',
    INT64,
  ],
  ['an owner beyond 64 bits', customized({ files: [{ path: '/f', user: 1e19 }] }), '/customizations/files/0/user', /./],
  ['an owner that is a flag', customized({ files: [{ path: '/f', user: true }] }), '/customizations/files/0/user', /./],
];

const ACCEPTED: readonly (readonly [title: string, request: unknown])[] = [
  ['as little as possible', { image_requests: [image] }],
  ['a size of 0', withImage({ size: 0 })],
  ['the largest size that is exact', withImage({ size: MAX })],
  [
    'an address that is none: formats say what a text is about',
    customized({ custom_repositories: [{ id: 'i', baseurl: ['non-content-sources.org'] }] }),
  ],
  [
    'an empty proxy',
    customized({
      subscription: {
        ...{ organization: 1, 'activation-key': '', 'server-url': '' },
        'base-url': '',
        insights: true,
        insights_client_proxy: '',
      },
    }),
  ],
  ['a member of another branch, whatever it is', customized({ openscap: { profile_id: 'p', policy_id: null } })],
  ['an owner by number and by name', customized({ files: [{ path: '/f', user: 0, group: 'root' }] })],
  ['a partition without type', customized({ disk: { partitions: [{ fs_type: 'xfs' }] } })],
];

describe('a compose request', () => {
  for (const [title, request] of ACCEPTED) {
    it(`may have ${title}`, () => expect(requestProblem(request)).to.equal(null));
  }

  for (const [title, request, pointer, reason] of REFUSED) {
    it(`may not have ${title}, and the error has a pointer and a reason`, () => {
      const problem = requestProblem(request);
      expect(problem?.pointer).to.equal(pointer);
      if (typeof reason === 'string') expect(problem?.reason).to.equal(reason);
      else expect(problem?.reason).to.match(reason);
    });
  }

  for (const openscap of [{}, { profile_id: 'p', policy_id: 'q' }, { profile_id: 5 }]) {
    it(`may not be hardened by ${JSON.stringify(openscap)}`, () => {
      expect(requestProblem(customized({ openscap }))?.pointer).to.match(/^\/customizations\/openscap/);
    });
  }
});

describe('the text of an error', () => {
  const document = contractOf({});
  const reason = (schema: object, value: unknown): string | undefined =>
    problemOf(requestCompiler(document), schema as Schema, value)?.reason;
  for (const [schema, value, text] of [
    [{ minLength: 2 }, 'x', 'minimum string length is 2'],
    [{ minimum: 1 }, 0, 'number must be at least 1'],
    [{ maximum: 1 }, 2, 'number must be at most 1'],
    [{ uniqueItems: true }, ['a', 'b', 'a'], 'items must differ, items 0 and 2 are equal'],
    [{ pattern: '^a$' }, 'b', 'string doesn\'t match the regular expression "^a$"'],
    [{ type: 'integer' }, 1.5, 'value must be an integer'],
    [{ type: 'number' }, 'x', 'value must be a number'],
    [{ type: 'string', nullable: true }, 5, 'value must be a string'],
    [{ type: 'integer', format: 'int32' }, 2 ** 31, 'value is not a valid int32'],
    [{ type: 'integer', format: 'int32' }, -(2 ** 31) - 1, 'value is not a valid int32'],
    [{ type: 'integer', format: 'uint64' }, -1, 'value is not a valid uint64'],
    [{ type: 'integer', format: 'uint64' }, 2 ** 53, 'value is not a valid uint64'],
    [{ oneOf: [{}, {}] }, 1, "value doesn't match exactly one of the allowed schemas"],
    [{ type: 'integer', format: 'int64' }, 2 ** 53, INT64],
    [{ type: 'integer' }, -1e300, INT64],
    [{ multipleOf: 2 }, 3, 'must be multiple of 2'],
  ] as const) {
    it(`"${text}"`, () => expect(reason(schema, value)).to.equal(text));
  }

  for (const [format, value] of [
    ['int32', 2 ** 31 - 1],
    ['int32', -(2 ** 31)],
    ['int64', -MAX],
    ['uint64', 0],
    ['uint64', MAX],
  ] as const) {
    it(`is absent for the ${format} ${value}`, () => {
      expect(reason({ type: 'integer', format }, value)).to.equal(undefined);
    });
  }

  it('has escaped pointers to members whose names need it', () => {
    const schema = { properties: { 'a/b': { properties: { 'c~d': { type: 'string' } } } } } as Schema;
    expect(problemOf(requestCompiler(document), schema, { 'a/b': { 'c~d': null } })).to.deep.equal({
      ...{ pointer: '/a~1b/c~0d', reason: 'Value is not nullable' },
    });
  });

  it('has a default without an error', () => {
    expect(describeError([], {})).to.deep.equal({ pointer: '', reason: 'value does not match' });
  });

  it('is about the deepest error, which is the most specific one of a union', () => {
    const schema = {
      anyOf: [{ type: 'string' }, { properties: { a: { properties: { b: { type: 'string' } } } } }],
    } as Schema;
    expect(problemOf(requestCompiler(document), schema, { a: { b: 5 } })).to.deep.equal({
      pointer: '/a/b',
      reason: 'value must be a string',
    });
    expect(mostSpecificError([])).to.equal(undefined);
  });
});

describe('a response', () => {
  const answers = responseCompiler(published);
  const upload = (type: string, options: object) => ({ status: 'success', type, options });

  for (const value of [
    upload('aws.s3', { url: 'u' }),
    upload('oci.objectstorage', { url: 'u' }),
    upload('azure', { image_name: 'n' }),
  ]) {
    it(`may match several branches of a union (${value.type})`, () => {
      expect(problemOf(answers, ref('UploadStatus'), value)).to.equal(null);
    });
  }

  it('must match one branch', () => {
    expect(problemOf(answers, ref('UploadStatus'), upload('aws.s3', {}))).to.not.equal(null);
  });

  it('is validated by schemas that stay unchanged', () => {
    expect(published.components.schemas['OpenSCAP']).to.have.property('oneOf');
  });
});

describe('a validator', () => {
  it('follows references of the schema it is made from', () => {
    const document = contractOf({ Name: { type: 'string' } });
    const schema = { type: 'object', properties: { name: ref('Name') } } as Schema;
    expect(problemOf(requestCompiler(document), schema, { name: 'n' })).to.equal(null);
    expect(problemOf(requestCompiler(document), schema, { name: 5 })?.pointer).to.equal('/name');
  });

  it('reports errors of the last value only', () => {
    const validate = requestCompiler(contractOf({})).compile({ type: 'string' });
    expect(validate(5)).to.equal(false);
    expect(validate.errors).to.have.lengthOf(1);
    expect(validate('x')).to.equal(true);
    expect(validate.errors).to.equal(null);
  });

  it('is compiled on first use, so that an invalid schema that is not used does no harm', () => {
    const validate = requestCompiler(contractOf({})).compile(ref('Unknown'));
    expect(() => validate({})).to.throw();
  });
});
