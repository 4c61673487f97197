import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';

/** The parts of an OpenAPI 3.0 document that the generators read. */
export interface OpenApiDocument {
  readonly info: { readonly title: string };
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export interface PathItem {
  readonly parameters?: readonly Parameter[];
  readonly [method: string]: Operation | readonly Parameter[] | undefined;
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean };
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** First line of every generated source file. */
export const BANNER = (source: string): string => `// Made from ${source} by \`npm run generate\`. Do not edit.\n`;

/** Reads a contract as strict YAML 1.2. Throws when it is not. */
export async function readContract(path: string): Promise<OpenApiDocument> {
  const document = parseDocument(await readFile(path, 'utf8'), { version: '1.2', strict: true, uniqueKeys: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw new Error(`${path}: ${problem.message}`);
  return document.toJS() as OpenApiDocument;
}

/** Every operation of a document, in document order. */
export function operationsOf(
  document: OpenApiDocument,
): { method: string; path: string; operation: Operation; parameters: readonly Parameter[] }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined;
      if (!operation) return [];
      return [{ method, path, operation, parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])] }];
    }),
  );
}
