import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { operationSizes, totalSize } from '../../scripts/contract/document-size.ts';
import type { OpenApiDocument } from '../../scripts/generate/document.ts';
import { contractOperations } from '../security/contract.ts';
import { published as contract } from './support.ts';

interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly object[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly responses: Readonly<Record<string, object>>;
  };
}

const text = readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8');
const published = JSON.parse(text) as Document;

/** Characters of the original's document without its prose, divided by its 25 operations. */
const ORIGINAL_SIZE_PER_OPERATION = 1_450;

const operationsOf = ({ paths }: Document): readonly Operation[] =>
  Object.values(paths).flatMap((item) => Object.values(item).filter((one) => !Array.isArray(one)));

/** Structure alone: keywords that only people read are left out, members of objects are not. */
const structure = (value: unknown, namesMembers = false): unknown => {
  if (Array.isArray(value)) return value.map((one) => structure(one));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, member]) =>
      namesMembers ||
      (!['description', 'summary', 'example', 'title'].includes(key) && !(key === 'required' && member === false)),
  );
  return Object.fromEntries(
    kept.map(([key, member]) => [key, structure(member, !namesMembers && key === 'properties')]),
  );
};

/** Every `$ref` of a value. */
const referencesIn = (value: unknown): readonly string[] =>
  [...JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference);

describe('the published document', () => {
  it('has at most 1.3 times the size of the original for each operation', () => {
    const size = text.trimEnd().length / contractOperations.length;
    expect(size).to.be.below(1.3 * ORIGINAL_SIZE_PER_OPERATION);
  });

  it('costs one who reads single operations at most 1.3 times what the original costs', () => {
    const sizes = operationSizes(JSON.parse(text) as OpenApiDocument);
    expect(sizes).to.have.lengthOf(25);
    for (const { operationId, characters, original } of [...sizes, totalSize(sizes)])
      expect(characters, operationId).to.be.at.most(1.3 * original);
  });

  it('has every operation of the contract, with its parameters and its body', () => {
    const complete = new Map(operationsOf(contract as unknown as Document).map((one) => [one.operationId, one]));
    expect(operationsOf(published).map(({ operationId }) => operationId)).to.deep.equal([...complete.keys()]);
    for (const { operationId, parameters = [], requestBody } of operationsOf(published)) {
      const { parameters: all = [], requestBody: body } = complete.get(operationId)!;
      const expected = all.filter((one) => !JSON.stringify(one).includes('/IfNoneMatch'));
      expect(structure(parameters), operationId).to.deep.equal(structure(expected));
      expect(referencesIn(requestBody ?? {})).to.deep.equal(referencesIn(body ?? {}));
    }
  });

  it('has every schema of the contract as it is there, except for its prose', () => {
    const { schemas } = (contract as unknown as Document).components;
    expect(structure(published.components.schemas)).to.deep.equal(structure(schemas));
  });

  it('has the same success statuses, and the form of errors as the default where it is not most of the text', () => {
    const complete = new Map(operationsOf(contract as unknown as Document).map((one) => [one.operationId, one]));
    const successes = ({ responses }: Operation) => Object.keys(responses).filter((status) => status.startsWith('2'));
    const sizes = new Map(operationSizes(JSON.parse(text) as OpenApiDocument).map((one) => [one.operationId, one]));
    const { responses, schemas } = published.components;
    const form = [responses['Error'], schemas['HTTPErrorList'], schemas['HTTPError']].map((one) => JSON.stringify(one));
    for (const operation of operationsOf(published)) {
      const { operationId } = operation;
      expect(successes(operation)).to.deep.equal(successes(complete.get(operationId)!));
      const size = sizes.get(operationId);
      if (operation.responses['default'] === undefined)
        expect(size!.characters + form.join('').length, operationId).to.be.above(1.3 * size!.original);
      else expect(operation.responses['default'], operationId).to.deep.equal({ $ref: '#/components/responses/Error' });
    }
  });

  it('has a target for every reference', () => {
    for (const reference of new Set(referencesIn(published))) {
      const [, ...keys] = reference.split('/');
      const target = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], published);
      expect(target, reference).to.be.an('object');
    }
  });

  it('describes everything that callers write', () => {
    const { schemas } = published.components;
    for (const name of ['ComposeRequest', 'Customizations', 'User', 'ImageRequest', 'CreateWebhookRequest'])
      for (const [member, schema] of Object.entries((schemas[name]?.['properties'] ?? {}) as Record<string, object>))
        expect(schema, `${name}.${member}`).to.satisfy(
          (one: object) => '$ref' in one || ('description' in one && one.description !== ''),
        );
  });

  it('has nothing that stops a generator of clients', () => {
    const names = new Set(Object.keys(published.components.schemas));
    for (const { operationId, tags = [] } of operationsOf(published)) {
      expect(tags, operationId).to.have.length.below(2);
      const name = `${operationId[0]!.toUpperCase()}${operationId.slice(1)}Response`;
      // A schema of the original with such a name has another one in Go.
      if (names.has(name)) expect(published.components.schemas[name], name).to.have.property('x-go-name');
    }
    expect(text).to.not.include('composer.');
  });
});
