// The contract as pages are made of it: references left in place, so that they become links.
import { readContract } from '../generate/document.ts';
import { firstSentence } from './html.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
  readonly example?: unknown;
  readonly nullable?: boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly 'x-go-type'?: string;
}

export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

export interface MediaType {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Example>>;
}

export interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface Header {
  readonly $ref?: string;
  readonly description?: string;
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly description?: string;
    readonly required?: boolean;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Components {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly headers: Readonly<Record<string, Header>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly securitySchemes: Readonly<Record<string, { readonly description: string }>>;
}

export interface Contract {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Components;
}

/** An operation where it is in the document, with the parameters of its path among its own. */
export interface PlacedOperation extends Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

/** Members that are only a reference get the description of its target. */
const withDescriptions = (contract: Contract): Contract => {
  const { schemas } = contract.components;
  const describe = (schema: Schema): Schema => {
    const target = schema.$ref === undefined ? undefined : schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target ? { allOf: [schema], description: firstSentence(target.description ?? '') } : schema;
  };
  const described = Object.entries(schemas).map(([name, { properties, ...schema }]): [string, Schema] => [
    name,
    properties
      ? {
          ...schema,
          properties: Object.fromEntries(Object.entries(properties).map(([key, of]) => [key, describe(of)])),
        }
      : schema,
  ]);
  return { ...contract, components: { ...contract.components, schemas: Object.fromEntries(described) } };
};

export async function loadContract(file: string): Promise<Contract> {
  return withDescriptions((await readContract(file)) as unknown as Contract);
}

type Kind = 'parameters' | 'headers' | 'responses';

/** What a reference leads to, or the thing itself. */
export function resolve<K extends Kind>(
  { components }: Contract,
  kind: K,
  item: Components[K][string],
): Components[K][string] {
  if (item.$ref === undefined) return item;
  const found = (components[kind] as Readonly<Record<string, Components[K][string]>>)[
    item.$ref.split('/').at(-1) ?? ''
  ];
  if (found === undefined) throw new Error(`the contract has no ${item.$ref}`);
  return found;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** All operations in the order of the document. */
export function operationsOf(contract: Contract): readonly PlacedOperation[] {
  return Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined;
      if (operation === undefined) return [];
      const shared = (item['parameters'] ?? []) as readonly Parameter[];
      const parameters = [...shared, ...(operation.parameters ?? [])];
      return [
        {
          ...{ ...operation, method: method.toUpperCase(), path },
          parameters: parameters.map((parameter) => resolve(contract, 'parameters', parameter)),
        },
      ];
    }),
  );
}
