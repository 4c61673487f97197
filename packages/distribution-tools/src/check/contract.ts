import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { toIssues, type SchemaIssue } from '../definition.ts';

/** What the contracts know about the data. */
export interface ContractFacts {
  /** Keys of distributions that requests can name. */
  readonly distributions: ReadonlySet<string>;
  /** Image types that requests can name. */
  readonly imageTypes: ReadonlySet<string>;
  /** Image types that composer builds although no request can name them. */
  readonly otherImageTypes: ReadonlySet<string>;
  /** Security profiles that requests can name. */
  readonly profiles: ReadonlySet<string>;
  /** Issues of a value as a response of getOscapCustomizations. */
  readonly validateCustomizations: (value: unknown) => readonly SchemaIssue[];
}

interface Document {
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly enum?: readonly string[] } | undefined>>;
  };
}

const ROOT = new URL('../../../../', import.meta.url);

/** The build tools make images for OpenStack, and composer's contract does not declare them. */
const BEYOND_CONTRACTS = ['openstack'];

const namesOf = (document: Document, schema: string): readonly string[] =>
  document.components.schemas[schema]?.enum ?? [];

/** Reads the contract of the service and that of composer. */
export function readContractFacts(): ContractFacts {
  const document = JSON.parse(readFileSync(new URL('generated/contract.json', ROOT), 'utf8')) as Document;
  const composer = parse(readFileSync(new URL('api/upstream/composer.yaml', ROOT), 'utf8')) as Document;
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false });
  ajv.addSchema(document, 'contract');
  const validate = ajv.compile({ $ref: 'contract#/components/schemas/Customizations' });
  return {
    distributions: new Set(namesOf(document, 'Distributions')),
    imageTypes: new Set(namesOf(document, 'ImageTypes')),
    otherImageTypes: new Set([...namesOf(composer, 'ImageTypes'), ...BEYOND_CONTRACTS]),
    profiles: new Set(namesOf(document, 'DistributionProfileItem')),
    validateCustomizations: (value) => (validate(value) ? [] : toIssues(validate.errors)),
  };
}
