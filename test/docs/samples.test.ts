// The samples of the reference: programs of each language, which its own tools accept.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import ts from 'typescript';
import { loadContract, operationsOf } from '../../scripts/docs/contract.ts';
import { callsOf } from '../../scripts/docs/reference.ts';
import { samplesOf, type Sample } from '../../scripts/docs/samples.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';

const ROOT = join(import.meta.dirname, '../..');
const ENDINGS: Readonly<Record<string, string>> = { curl: 'sh', Python: 'py', Go: 'go', TypeScript: 'ts' };

describe('the samples of the reference', () => {
  let directory: TemporaryDirectory;
  const filesOf = new Map<string, string[]>();

  before(async () => {
    directory = createDirectory();
    const contract = await loadContract(join(ROOT, 'api/openapi.yaml'));
    const add = (id: string, { name, code }: Sample): void => {
      const file = `${ENDINGS[name]}/${id}.${ENDINGS[name]}`;
      directory.write(file, code);
      filesOf.set(name, [...(filesOf.get(name) ?? []), directory.file(file)]);
    };
    for (const operation of operationsOf(contract))
      for (const [index, call] of callsOf(contract, operation).entries())
        for (const sample of samplesOf(call)) add(`${operation.operationId}_${index}`, sample);
  });
  after(() => directory?.[Symbol.dispose]());

  it('are there in every language for every operation', () => {
    expect([...filesOf.keys()]).to.have.members(Object.keys(ENDINGS));
    for (const files of filesOf.values()) expect(files).to.have.length.above(40);
  });

  const accepts = (name: string, program: string, args: readonly string[]) =>
    it(`are ${name} that ${program} reads`, function () {
      const files = filesOf.get(name) ?? [];
      const { status, stdout, stderr, error } = spawnSync(program, [...args, ...files], { encoding: 'utf8' });
      if (error) {
        console.warn(`    SKIPPED: there is no ${program}`);
        this.skip();
      }
      expect([status, stdout], stderr).to.deep.equal([0, '']);
    });
  accepts('curl', 'bash', ['-n']);
  accepts('Python', 'python3', ['-c', 'import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name).read(), name)']);
  accepts('Go', 'gofmt', ['-l', '-e']);

  it('are TypeScript that fits the types of the client', () => {
    const program = ts.createProgram(filesOf.get('TypeScript') ?? [], {
      ...{
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      ...{
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        target: ts.ScriptTarget.ESNext,
      },
      ...{ allowImportingTsExtensions: true, lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'] },
      paths: {
        'image-builder-client': [join(ROOT, 'packages/client/src/index.ts')],
        'openapi-fetch': [join(ROOT, 'node_modules/openapi-fetch')],
      },
      moduleDetection: ts.ModuleDetectionKind.Force,
    });
    const wrong = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
    expect(wrong).to.deep.equal([]);
  });
});
