import { BANNER, operationsOf, readContract } from './document.ts';
import { typesOf } from './types.ts';

/**
 * Everything made from the contract of one service we call:
 * - `upstream/<name>.json`: the document, for validating responses at run time;
 * - `upstream/<name>.ts`: its types;
 * - `upstream/<name>-operations.ts`: method and path of each operation.
 */
export async function generateUpstream(name: string, path: string): Promise<[string, string][]> {
  const source = `api/upstream/${name}.yaml`;
  const document = await readContract(path);
  const lines = operationsOf(document).map(({ method, path: template, operation }) => {
    const summary = operation.summary ? `  /** ${operation.summary.replace(/\s+/g, ' ').trim()} */\n` : '';
    return `${summary}  ${operation.operationId}: { method: '${method.toUpperCase()}', path: '${template}' },`;
  });
  const table = [
    BANNER(source),
    `import type { operations } from './${name}.ts';\n`,
    `/** The operations of the ${name} contract. */`,
    `export const ${name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())}Operations = {`,
    ...lines,
    '} as const satisfies Readonly<Record<keyof operations, { readonly method: string; readonly path: string }>>;\n',
  ].join('\n');
  return [
    [`upstream/${name}.json`, `${JSON.stringify(document)}\n`],
    [`upstream/${name}.ts`, BANNER(source) + (await typesOf(document))],
    [`upstream/${name}-operations.ts`, table],
  ];
}
