import { BANNER, readContract } from './document.ts';
import { operationTable } from './operation-table.ts';
import { typesOf } from './types.ts';

const camelCase = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Everything made from the contract of one service we call:
 * - `upstream/<name>.json`: the document, for validating responses at run time;
 * - `upstream/<name>.ts`: its types;
 * - `upstream/<name>-operations.ts`: its operations.
 */
export async function generateUpstream(name: string, path: string): Promise<[string, string][]> {
  const source = `api/upstream/${name}.yaml`;
  const document = await readContract(path);
  return [
    [`upstream/${name}.json`, `${JSON.stringify(document)}\n`],
    [`upstream/${name}.ts`, BANNER(source) + (await typesOf(document))],
    [
      `upstream/${name}-operations.ts`,
      operationTable(document, source, `./${name}.ts`, `${camelCase(name)}Operations`),
    ],
  ];
}
