import { Ajv, type ErrorObject } from 'ajv';
import { ARCHITECTURES, definitionPath, readJson, type Architecture, type DistributionDirectory } from './directory.ts';

/** A definition as its file has it, once it has passed `validateDefinition`. */
export interface Definition {
  readonly module_platform_id?: string | null;
  readonly oscap_name?: string | null;
  readonly distribution: {
    readonly name: string;
    readonly description?: string | null;
    readonly composer_name?: string | null;
    readonly restricted_access?: boolean | null;
    readonly no_package_list?: boolean | null;
    readonly starter_package_list?: boolean | null;
  };
  readonly x86_64?: ArchitectureDefinition | null;
  readonly aarch64?: ArchitectureDefinition | null;
}

export interface ArchitectureDefinition {
  readonly image_types?: readonly string[] | null;
  readonly repositories?: readonly RepositoryDefinition[] | null;
  readonly bootc?: readonly BootcDefinition[] | null;
}

export interface RepositoryDefinition {
  readonly id: string;
  readonly baseurl?: string | null;
  readonly metalink?: string | null;
  /** For tools: where package lists are read. The service knows the other two only. */
  readonly mirrorlist?: string | null;
  readonly rhsm?: boolean | null;
  readonly check_gpg?: boolean | null;
  readonly gpgkey?: string | null;
  readonly gpgkey_url?: string | readonly string[] | null;
  readonly gpgkey_fingerprints?: string | readonly string[] | null;
  readonly image_type_tags?: readonly string[] | null;
}

export interface BootcDefinition {
  readonly type: string;
  readonly reference: string;
  readonly iso_payload_references?: readonly string[] | null;
}

const maybe = (schema: object): object => ({ anyOf: [{ type: 'null' }, schema] });
const text = maybe({ type: 'string' });
const flag = maybe({ type: 'boolean' });
const names = { type: 'array', items: { type: 'string', minLength: 1 } };
const address = maybe({ type: 'string', pattern: '^(?:https?://[^/\\s]+|file:///)\\S*$' });
const oneOrMore = maybe({
  anyOf: [
    { type: 'string', minLength: 1 },
    { ...names, minItems: 1 },
  ],
});

const repository = {
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  properties: {
    // A part of file names.
    id: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._+-]*$' },
    ...{ baseurl: address, metalink: address, mirrorlist: address },
    ...{ rhsm: flag, check_gpg: flag, image_type_tags: maybe(names) },
    ...{ gpgkey: text, gpgkey_url: oneOrMore, gpgkey_fingerprints: oneOrMore },
  },
};

const bootc = {
  type: 'object',
  required: ['type', 'reference'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', minLength: 1 },
    reference: { type: 'string', minLength: 1 },
    iso_payload_references: maybe(names),
  },
};

const architecture = {
  type: 'object',
  additionalProperties: false,
  properties: {
    image_types: maybe(names),
    repositories: maybe({ type: 'array', items: repository }),
    bootc: maybe({ type: 'array', items: bootc }),
  },
};

const schema = {
  type: 'object',
  required: ['distribution'],
  additionalProperties: false,
  properties: {
    ...{ module_platform_id: text, oscap_name: text },
    distribution: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1 },
        ...{ description: text, composer_name: text, restricted_access: flag },
        ...{ no_package_list: flag, starter_package_list: flag },
      },
    },
    x86_64: maybe(architecture),
    aarch64: maybe(architecture),
  },
};

/** A violation of a schema in a file. */
export interface SchemaIssue {
  /** JSON pointer. */
  readonly field: string;
  readonly message: string;
  /** An unknown member: perhaps a mistake, but without effect. */
  readonly isUnknownMember: boolean;
}

const toIssue = ({ instancePath, keyword, message = '', params }: ErrorObject): SchemaIssue => {
  const unknown = keyword === 'additionalProperties' ? String(params['additionalProperty']) : null;
  return {
    field: unknown === null ? instancePath : `${instancePath}/${unknown}`,
    message: unknown === null ? message : 'is an unknown member without effect',
    isUnknownMember: unknown !== null,
  };
};

/** Issues without "no alternative matches", where another issue has the reason. */
export function toIssues(errors: readonly ErrorObject[] | null | undefined): SchemaIssue[] {
  const all = (errors ?? []).filter(({ keyword, params }) => !(keyword === 'type' && params['type'] === 'null'));
  const telling = all.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf');
  return (telling.length > 0 ? telling : all).map(toIssue);
}

const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);

/** What is wrong with the shape of a definition; nothing for one that is a `Definition`. */
export function validateDefinition(json: unknown): SchemaIssue[] {
  validate(json);
  return toIssues(validate.errors);
}

/**
 * Reads a distribution's definition.
 * @throws Error naming the first invalid field
 */
export async function readDefinition(directory: DistributionDirectory): Promise<Definition> {
  const json = await readJson(definitionPath(directory));
  const problem = validateDefinition(json).find(({ isUnknownMember }) => !isUnknownMember);
  if (problem) throw new Error(`${directory.name}.json ${problem.field}: ${problem.message}`);
  return json as Definition;
}

/** The architectures of a definition, with their names. */
export function architecturesOf(definition: Definition): [Architecture, ArchitectureDefinition][] {
  return ARCHITECTURES.flatMap((name) => {
    const found = definition[name];
    return found ? [[name, found]] : [];
  });
}
