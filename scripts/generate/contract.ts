import { asyncApiOf } from './asyncapi.ts';
import { clientFacts } from './client.ts';
import { BANNER, readContract } from './document.ts';
import { operationTable } from './operation-table.ts';
import { publishedDocument } from './published.ts';
import { typesOf } from './types.ts';

const SOURCE = 'api/openapi.yaml';

/**
 * Everything made from the public contract:
 * - `contract.json`: the document as the service compiles it (reading YAML would cost start-up time);
 * - `openapi.json`: the document as the service publishes it;
 * - `asyncapi.json`: its events, as AsyncAPI;
 * - `image-builder.ts`: its types;
 * - `operations.ts`: its operations;
 * - `client-facts.ts`: what the client of packages/client knows beside the types.
 */
export async function generateContract(path: string): Promise<[string, string][]> {
  const document = await readContract(path);
  return [
    ['contract.json', `${JSON.stringify(document)}\n`],
    ['openapi.json', `${JSON.stringify(publishedDocument(document))}\n`],
    ['asyncapi.json', `${JSON.stringify(asyncApiOf(document))}\n`],
    ['image-builder.ts', BANNER(SOURCE) + (await typesOf(document))],
    ['operations.ts', operationTable(document, SOURCE, './image-builder.ts', 'operationTable')],
    ['client-facts.ts', clientFacts(document)],
  ];
}
