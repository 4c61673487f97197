import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { toFindings, type SchemaFinding } from '../definition.ts';

/** What the contracts know about the data. */
export interface ContractFacts {
  /** Keys of distributions that requests can name. */
  readonly distributions: ReadonlySet<string>;
  /** Image types that requests can ask for. */
  readonly imageTypes: ReadonlySet<string>;
  /** Image types that are built though no request can ask for them. */
  readonly otherImageTypes: ReadonlySet<string>;
  /** Security profiles that requests can name. */
  readonly profiles: ReadonlySet<string>;
  /** What keeps a value from being an answer of getOscapCustomizations. */
  readonly validateCustomizations: (value: unknown) => readonly SchemaFinding[];
}

interface Document {
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly enum?: readonly string[] } | undefined>>;
  };
}

const ROOT = new URL('../../../../', import.meta.url);

/** The build tools make images for OpenStack, and composer's contract does not say so. */
const BEYOND_CONTRACTS = ['openstack'];

const namesOf = (document: Document, schema: string): readonly string[] =>
  document.components.schemas[schema]?.enum ?? [];

/** Reads the contract of the service and that of composer. */
export function readContractFacts(): ContractFacts {
  const document = JSON.parse(readFileSync(new URL('generated/openapi.json', ROOT), 'utf8')) as Document;
  const composer = parse(readFileSync(new URL('api/upstream/composer.yaml', ROOT), 'utf8')) as Document;
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false });
  ajv.addSchema(document, 'contract');
  const validate = ajv.compile({ $ref: 'contract#/components/schemas/Customizations' });
  return {
    distributions: new Set(namesOf(document, 'Distributions')),
    imageTypes: new Set(namesOf(document, 'ImageTypes')),
    otherImageTypes: new Set([...namesOf(composer, 'ImageTypes'), ...BEYOND_CONTRACTS]),
    profiles: new Set(namesOf(document, 'DistributionProfileItem')),
    validateCustomizations: (value) => (validate(value) ? [] : toFindings(validate.errors)),
  };
}
