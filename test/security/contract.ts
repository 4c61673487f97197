// The operations of the contract, read from the document itself: a new one is there without being named anywhere.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationId } from '../../src/http/operation.ts';

interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
}

export interface ParameterObject {
  readonly $ref?: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: SchemaObject;
}

interface OperationObject {
  readonly operationId?: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

type PathItem = Readonly<Record<string, OperationObject>> & { readonly parameters?: readonly ParameterObject[] };

export interface ContractDocument {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface ContractOperation {
  readonly id: OperationId;
  readonly method: string;
  /** Template below the API's prefix, parameters in braces. */
  readonly path: string;
  readonly parameters: readonly ParameterObject[];
  readonly hasBody: boolean;
  /** The status of success. */
  readonly success: number;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

const contract = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../generated/contract.json'), 'utf8'),
) as ContractDocument;

/** What a reference of the document stands for; anything else is itself. */
const resolve = <T extends { readonly $ref?: string }>(object: T): T => {
  if (object.$ref === undefined) return object;
  const [, , kind = '', name = ''] = object.$ref.split('/');
  return contract.components[kind]?.[name] as T;
};

const toParameter = (given: ParameterObject): ParameterObject => {
  const parameter = resolve(given);
  return { ...parameter, schema: resolve(parameter.schema) };
};

export const contractOperations: readonly ContractOperation[] = Object.entries(contract.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    if (!operation) return [];
    const success = Object.keys(operation.responses).find((status) => status.startsWith('2'));
    return [
      {
        id: operation.operationId as OperationId,
        method: method.toUpperCase(),
        path,
        parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(toParameter),
        hasBody: operation.requestBody !== undefined,
        success: Number(success),
      },
    ];
  }),
);
