import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import type { OpenApiDocument } from './document.ts';

/** TypeScript types of a contract, made by openapi-typescript. */
export async function typesOf(document: OpenApiDocument): Promise<string> {
  const ast = await openapiTS(JSON.stringify(document), {
    alphabetize: false,
    // The same types describe requests and responses, and a member with a default may be absent from both.
    defaultNonNullable: false,
    transform(schema) {
      // A uint64 carries no `type` in the contract, only the code generator's hint; in JavaScript it is a number.
      const hint = (schema as { 'x-go-type'?: string; type?: string })['x-go-type'];
      if (hint === 'uint64' && schema.type === undefined)
        return ts.factory.createKeywordTypeNode(ts.SyntaxKind.NumberKeyword);
      return undefined;
    },
  });
  return astToString(ast);
}
