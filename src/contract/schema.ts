// The parts of OpenAPI that the service reads.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly format?: string;
  /** Whether the empty text stands for no value. */
  readonly 'x-go-type-skip-optional-pointer'?: boolean;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface ContractResponse extends Content {
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface ContractOperation {
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, ContractResponse>>;
}

export interface ContractDocument {
  readonly openapi: string;
  readonly info: { readonly version: string };
  /** By path template and lower-case method. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, ContractOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const PREFIX = '#/components/schemas/';

/** Follows `$ref`, and `allOf` with one element, which describes a reference. */
export function resolveSchema(document: ContractDocument, schema: Schema): Schema {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.slice(PREFIX.length)];
    if (!target) throw new Error(`unresolvable ${schema.$ref}`);
    return resolveSchema(document, target);
  }
  const [only, ...others] = schema.allOf ?? [];
  return only && others.length === 0 && !schema.properties ? resolveSchema(document, only) : schema;
}

export function schemaName(schema: Schema): string | null {
  return schema.$ref?.startsWith(PREFIX) ? schema.$ref.slice(PREFIX.length) : null;
}
