import { OPERATION_TRAITS, type OperationTraits } from '../../src/http/operation-traits.ts';
import { ERROR_CODES } from '../../src/lib/error-codes.ts';
import { BANNER, operationsOf, type OpenApiDocument } from './document.ts';

const listOf = (name: string, comment: string, texts: readonly string[]): string =>
  `/** ${comment} */\nexport const ${name} = [\n${texts.map((text) => `  '${text}',\n`).join('')}] as const;\n`;

/** What the client knows of the service beside types, as a module. */
export function clientFacts(document: OpenApiDocument): string {
  const traits: Readonly<Record<string, OperationTraits | undefined>> = OPERATION_TRAITS;
  const keyed = operationsOf(document).filter(
    ({ operation }) => (traits[operation.operationId]?.idempotency ?? null) !== null,
  );
  return [
    BANNER('api/openapi.yaml and src/lib/error-codes.ts'),
    listOf(
      'KEYED_PATHS',
      'Paths whose POST takes an `Idempotency-Key`.',
      keyed.filter(({ method }) => method === 'post').map(({ path }) => path),
    ),
    listOf('ERROR_CODES', 'Codes of error responses.', Object.keys(ERROR_CODES)),
  ].join('\n');
}
