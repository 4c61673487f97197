import { BANNER, operationsOf, type OpenApiDocument } from './document.ts';

/**
 * A module with method and path template of every operation of a contract, the runtime counterpart of the type `operations`.
 * @param source file of the contract, as the first line names it
 * @param types module with the type, beside this one
 * @param name of the exported table
 */
export function operationTable(document: OpenApiDocument, source: string, types: string, name: string): string {
  const rows = operationsOf(document).map(({ method, path, operation: { operationId, summary } }) => {
    const comment = summary === undefined ? '' : `  /** ${summary.replace(/\s+/g, ' ').trim()} */\n`;
    return `${comment}  ${operationId}: { method: '${method.toUpperCase()}', path: '${path}' },`;
  });
  return [
    BANNER(source),
    `import type { operations } from '${types}';\n`,
    '/** Method and path template of every operation of the contract. */',
    `export const ${name} = {`,
    ...rows,
    '} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };\n',
  ].join('\n');
}
