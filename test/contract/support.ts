import { readFileSync } from 'node:fs';
import type { ContractDocument, Schema } from '../../src/contract/schema.ts';

/** A contract with these components and nothing else. */
export const contractOf = (schemas: Readonly<Record<string, Schema>>): ContractDocument => ({
  ...{ openapi: '3.0.1', info: { version: '1.0' }, paths: {}, components: { schemas } },
});

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** The published contract. */
export const published = JSON.parse(
  readFileSync(new URL('../../generated/contract.json', import.meta.url), 'utf8'),
) as ContractDocument;
