// How a client is made of the document in each language, built with that language's own tools, and put to use.
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './commands.ts';
import { generate } from './generator.ts';
import {
  compileCommonJs,
  compileJava,
  compileRust,
  copyScenario,
  DOCUMENT,
  GENERATOR_SETTINGS,
  GO_ENV,
  importEverything,
  MODULES,
  pythonFor,
  runJava,
  runRust,
  SCENARIOS,
  tsc,
  type SdkClient,
} from './languages.ts';
import { UNCONFIGURED } from './unconfigured.ts';

const fromSettings = (name: string) => (directory: string) =>
  generate(DOCUMENT, join(GENERATOR_SETTINGS, `${name}.yaml`), directory);

const python: SdkClient = {
  name: 'python',
  needs: ['python3'],
  generate: fromSettings('python'),
  compile: async (directory) => {
    await runCommand(await pythonFor(directory), ['-c', importEverything('image_builder_client')], { cwd: directory });
  },
  run: async (directory, api) =>
    runCommand(await pythonFor(directory), [join(SCENARIOS, 'python/scenario.py'), api], {
      env: { PYTHONPATH: directory },
    }),
};

const go: SdkClient = {
  name: 'go',
  needs: ['go'],
  generate: fromSettings('go'),
  compile: async (directory) => {
    await copyScenario('go/main.go', join(directory, 'scenario/main.go'));
    await runCommand('go', ['vet', './...'], { cwd: directory, env: GO_ENV });
    await runCommand('go', ['build', '-o', 'bin/scenario', './scenario'], { cwd: directory, env: GO_ENV });
  },
  run: (directory, api) => runCommand(join(directory, 'bin/scenario'), [api]),
};

const typescriptFetch: SdkClient = {
  name: 'typescript-fetch',
  needs: [],
  generate: fromSettings('typescript-fetch'),
  compile: (directory) => compileCommonJs(directory, 'typescript-fetch/scenario.ts'),
  run: (directory, api) => runCommand(process.execPath, ['dist/scenario.js', api], { cwd: directory }),
};

const openapiFetch: SdkClient = {
  name: 'openapi-fetch',
  needs: [],
  generate: async (directory) => {
    const types = join(directory, 'contract.ts');
    // Elsewhere, since the rules for the contract in redocly.yaml are not those for the document.
    await runCommand(process.execPath, [join(MODULES, 'openapi-typescript/bin/cli.js'), DOCUMENT, '-o', types], {
      cwd: directory,
    });
  },
  compile: async (directory) => {
    await copyScenario('openapi-fetch/scenario.ts', join(directory, 'scenario.ts'));
    await symlink(MODULES, join(directory, 'node_modules'));
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
    await tsc(directory, '--module', 'nodenext', '--noEmit', '--allowImportingTsExtensions');
  },
  run: (directory, api) => runCommand(process.execPath, ['scenario.ts', api], { cwd: directory }),
};

const java: SdkClient = {
  name: 'java',
  needs: ['java', 'mvn'],
  generate: fromSettings('java'),
  compile: async (directory) => {
    await copyScenario('java/Scenario.java', join(directory, 'src/main/java/Scenario.java'));
    await compileJava(directory);
  },
  run: (directory, api) => runJava(directory, 'Scenario', api),
};

const rust: SdkClient = {
  name: 'rust',
  needs: ['cargo'],
  generate: async (directory) => {
    await fromSettings('rust')(directory);
    // As in api/generators/rust.yaml.
    await writeFile(
      join(directory, 'src/models/upload_request_options.rs'),
      'pub type UploadRequestOptions = serde_json::Value;\n',
    );
  },
  compile: (directory) => compileRust(directory, 'rust/scenario.rs'),
  run: (directory, api) => runRust(directory, api),
};

/** All of them, those that take the least time first. */
export const SDK_CLIENTS: readonly SdkClient[] = [
  ...[openapiFetch, typescriptFetch, python, go, java, rust],
  ...UNCONFIGURED,
];
