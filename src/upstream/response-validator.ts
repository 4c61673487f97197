import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ajv, ValidateFunction } from 'ajv';
import { createAjv } from '../lib/ajv.ts';
import { ROOT } from '../lib/root.ts';
import type { UpstreamOperation } from './types.ts';

/** Returns how a response violates the contract, or `null`. */
export type ResponseValidator = (
  operation: UpstreamOperation,
  status: number,
  value: unknown,
) => { readonly field: string; readonly problem: string } | null;

interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses?: Record<string, { content?: Record<string, { schema?: object }> }> }>
  >;
}

/**
 * Relaxes a contract: ajv rejects `nullable` without `type`, services may add members, and composer's unions overlap.
 */
const relaxed = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { nullable, additionalProperties, ...rest } = value as Record<string, unknown>;
  return {
    ...rest,
    ...(nullable === undefined || !('type' in rest) ? {} : { nullable }),
    ...(additionalProperties === undefined || additionalProperties === false ? {} : { additionalProperties }),
  };
};

const CONTRACTS = join(ROOT, 'generated/upstream');

/** Validates responses by the contract of a service, which is read and compiled on first use. */
export function createResponseValidator(contract: string): ResponseValidator {
  let loaded: { document: Document; ajv: Ajv } | null = null;
  const compiled = new Map<string, ValidateFunction | null>();

  const load = (): { document: Document; ajv: Ajv } => {
    const text = readFileSync(join(CONTRACTS, `${contract}.json`), 'utf8');
    const document = JSON.parse(text.replaceAll('"oneOf":', '"anyOf":'), relaxed) as Document;
    const ajv = createAjv({ validateFormats: false });
    ajv.addSchema(document, contract);
    return { document, ajv };
  };

  const compile = ({ path, method }: UpstreamOperation, status: number): ValidateFunction | null => {
    loaded ??= load();
    const { document, ajv } = loaded;
    const responses = document.paths[path]?.[method.toLowerCase()]?.responses;
    const schema = (responses?.[status] ?? responses?.['default'])?.content?.['application/json']?.schema;
    if (!schema) return null;
    return ajv.compile(
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${contract}#/components/`)) as object,
    );
  };

  return (operation, status, value) => {
    const key = `${operation.operationId} ${status}`;
    let validate = compiled.get(key);
    if (validate === undefined) {
      validate = compile(operation, status);
      compiled.set(key, validate);
    }
    if (!validate || validate(value)) return null;
    const [error] = validate.errors ?? [];
    return { field: error?.instancePath ?? '', problem: error?.message ?? '' };
  };
}
