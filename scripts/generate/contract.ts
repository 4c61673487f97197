import { BANNER, operationsOf, readContract } from './document.ts';
import { typesOf } from './types.ts';

const SOURCE = 'api/openapi.yaml';

/**
 * Everything made from the public contract:
 * - `openapi.json`: the document as the service publishes and compiles it (reading YAML would cost start-up time);
 * - `image-builder.ts`: its types;
 * - `operations.ts`: the list of operations, the runtime counterpart of the type `operations`.
 */
export async function generateContract(path: string): Promise<[string, string][]> {
  const document = await readContract(path);
  const rows = operationsOf(document).map(
    ({ method, path: template, operation }) =>
      `  ${operation.operationId}: { method: '${method.toUpperCase()}', path: '${template}' },`,
  );
  const operations = [
    BANNER(SOURCE),
    "import type { operations } from './image-builder.ts';\n",
    '/** Method and path template of every operation of the contract. */',
    'export const operationTable = {',
    ...rows,
    '} as const satisfies { readonly [Id in keyof operations]: { readonly method: string; readonly path: string } };\n',
  ].join('\n');
  return [
    ['openapi.json', `${JSON.stringify(document)}\n`],
    ['image-builder.ts', BANNER(SOURCE) + (await typesOf(document))],
    ['operations.ts', operations],
  ];
}
