import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
const PROOFS = fileURLToPath(import.meta.resolve('./types/operations.ts'));

describe('the type of a handler', () => {
  it('refuses what is not in the contract, as test/types/operations.ts proves', () => {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const program = ts.createProgram([PROOFS], options);
    const source = program.getSourceFile(PROOFS);
    const found = program.getSemanticDiagnostics(source).map(({ start = 0, messageText }) => {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(found).to.deep.equal([]);
    expect(source?.text.match(/@ts-expect-error/g)).to.have.length.greaterThan(10);
  });
});
