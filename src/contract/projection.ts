import { compileNormaliser, type Normaliser } from './normalise.ts';
import type { ContractDocument } from './schema.ts';

const compiled = new WeakMap<ContractDocument, Map<string, Normaliser>>();

/** Copies a value of another service with the members of a contract schema only, at every level. */
export function project(document: ContractDocument, schemaName: string, value: unknown): unknown {
  const known = compiled.get(document) ?? new Map<string, Normaliser>();
  compiled.set(document, known);
  let normalise = known.get(schemaName);
  if (!normalise) {
    normalise = compileNormaliser(document, { $ref: `#/components/schemas/${schemaName}` });
    known.set(schemaName, normalise);
  }
  const copy = structuredClone(value);
  normalise(copy);
  return copy;
}
