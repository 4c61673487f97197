import { BANNER, operationsOf, readContract } from './document.ts';
import { typesOf } from './types.ts';

const pascal = (name: string): string => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Everything made from the contract of one service we call:
 * - `upstream/<name>.json`: the document, for checking answers at run time;
 * - `upstream/<name>.ts`: its types;
 * - `upstream/<name>-client.ts`: one typed function per operation, over a transport.
 */
export const generateUpstream = async (name: string, path: string): Promise<[string, string][]> => {
  const source = `api/upstream/${name}.yaml`;
  const document = await readContract(path);
  const functions = operationsOf(document).map(({ method, path: template, operation }) => {
    const summary = operation.summary ? `  /** ${operation.summary.replace(/\s+/g, ' ').trim()} */\n` : '';
    const id = operation.operationId;
    return `${summary}  ${id}: (request: UpstreamRequest<operations['${id}']>, options?: CallOptions): Promise<UpstreamAnswer<operations['${id}']>> =>
    call<operations['${id}']>({ operationId: '${id}', method: '${method.toUpperCase()}', path: '${template}' }, request, options),`;
  });
  const client = [
    BANNER(source),
    "import type { CallOptions, UpstreamAnswer, UpstreamCall, UpstreamRequest } from '../../src/upstream/upstream.ts';",
    `import type { operations } from './${name}.ts';\n`,
    `/** One function per operation of the ${name} contract. */`,
    `export const create${pascal(name)}Operations = (call: UpstreamCall) => ({`,
    ...functions,
    '});\n',
    `export type ${pascal(name)}Operations = ReturnType<typeof create${pascal(name)}Operations>;\n`,
  ].join('\n');
  return [
    [`upstream/${name}.json`, `${JSON.stringify(document)}\n`],
    [`upstream/${name}.ts`, BANNER(source) + (await typesOf(document))],
    [`upstream/${name}-client.ts`, client],
  ];
};
