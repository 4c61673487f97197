import { join } from 'node:path';
import ts from 'typescript';
import type { Mutant } from './mutants.ts';

/** Finds mutants that do not compile. */
export interface Compiler {
  readonly refuses: (mutant: Mutant) => boolean;
}

/** What a change leaves unused or unreachable is no error of types. */
const LENIENT = { noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true, noEmit: true };

const mutate = (text: string, { range: [start, end], replacement }: Mutant): string =>
  text.slice(0, start) + replacement + text.slice(end);

/** Creates a compiler of the project, which compiles what a mutated file imports once. */
export function createCompiler(root: string): Compiler {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const opened = new Set<string>();
  let mutated = { path: '', text: '', version: 0 };
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, ...LENIENT }),
    getScriptFileNames: () => [...opened],
    getScriptVersion: (path) => (path === mutated.path ? `mutant ${mutated.version}` : '0'),
    getScriptSnapshot: (path) => {
      const text = path === mutated.path ? mutated.text : ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    ...{ fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, directoryExists: ts.sys.directoryExists },
    getDirectories: ts.sys.getDirectories,
  });
  return {
    refuses: (mutant) => {
      const path = join(root, mutant.file);
      mutated = { path, text: mutate(ts.sys.readFile(path) ?? '', mutant), version: mutated.version + 1 };
      opened.add(path);
      return service.getSyntacticDiagnostics(path).length > 0 || service.getSemanticDiagnostics(path).length > 0;
    },
  };
}
