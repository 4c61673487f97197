// How a client is made of the document in each language, built with that language's own tools, and put to use.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './cache.ts';
import { runCommand } from './commands.ts';
import { generate, generateWithoutSettings } from './generator.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'generated/openapi.json');
const MODULES = join(ROOT, 'node_modules');
const SCENARIOS = join(import.meta.dirname, 'scenarios');

export interface SdkClient {
  readonly name: string;
  /** Programs without which it is skipped. */
  readonly needs: readonly string[];
  /** Makes the client in an empty directory. */
  readonly generate: (directory: string) => Promise<void>;
  readonly compile: (directory: string) => Promise<void>;
  /** Runs the scenario with it; `null` if it is only built. @param api address of the API, version included */
  readonly run: ((directory: string, api: string) => Promise<unknown>) | null;
}

const fromSettings = (name: string) => (directory: string) =>
  generate(DOCUMENT, join(ROOT, `api/generators/${name}.yaml`), directory);

const copyScenario = async (name: string, to: string): Promise<void> => {
  await mkdir(join(to, '..'), { recursive: true });
  await copyFile(join(SCENARIOS, name), to);
};

const tsc = (directory: string, ...options: string[]): Promise<string> =>
  runCommand(
    process.execPath,
    [
      ...[
        join(MODULES, 'typescript/bin/tsc'),
        '--strict',
        '--target',
        'es2022',
        '--lib',
        'es2022,dom',
        '--types',
        'node',
      ],
      ...['--skipLibCheck', ...options, 'scenario.ts'],
    ],
    { cwd: directory },
  );

/** A virtual environment with the requirements of a Python client; one for each list of requirements. */
const pythonFor = async (directory: string): Promise<string> => {
  const requirements = join(directory, 'requirements.txt');
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const environment = join(CACHE, `python-${key.slice(0, 16)}`);
  const complete = join(environment, 'complete');
  if (!existsSync(complete)) {
    await runCommand('python3', ['-m', 'venv', '--clear', environment]);
    await runCommand(join(environment, 'bin/pip'), ['install', '--quiet', '-r', requirements]);
    await writeFile(complete, '');
  }
  return join(environment, 'bin/python');
};

const IMPORT_EVERYTHING = `
import importlib, pkgutil, image_builder_client as sdk
for module in pkgutil.walk_packages(sdk.__path__, "image_builder_client."):
    importlib.import_module(module.name)
`;

const python: SdkClient = {
  name: 'python',
  needs: ['python3'],
  generate: fromSettings('python'),
  compile: async (directory) => {
    await runCommand(await pythonFor(directory), ['-c', IMPORT_EVERYTHING], { cwd: directory });
  },
  run: async (directory, api) =>
    runCommand(await pythonFor(directory), [join(SCENARIOS, 'python/scenario.py'), api], {
      env: { PYTHONPATH: directory },
    }),
};

const GO_ENV = { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };

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
  compile: async (directory) => {
    await copyScenario('typescript-fetch/scenario.ts', join(directory, 'scenario.ts'));
    await symlink(MODULES, join(directory, 'node_modules'));
    await writeFile(join(directory, 'package.json'), '{ "type": "commonjs" }\n');
    await tsc(directory, '--module', 'node16', '--outDir', 'dist');
  },
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

const CLASSPATH = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath';

const java: SdkClient = {
  name: 'java',
  needs: ['java', 'mvn'],
  generate: fromSettings('java'),
  compile: async (directory) => {
    await copyScenario('java/Scenario.java', join(directory, 'src/main/java/Scenario.java'));
    await runCommand('mvn', ['-q', '-B', 'compile', CLASSPATH, '-Dmdep.outputFile=classpath'], { cwd: directory });
  },
  run: async (directory, api) => {
    const classpath = await readFile(join(directory, 'classpath'), 'utf8');
    return runCommand('java', ['-cp', `target/classes:${classpath.trim()}`, 'Scenario', api], { cwd: directory });
  },
};

/** TLS is of no use on a loopback address, and would need the headers of OpenSSL. */
const CARGO = ['--quiet', '--no-default-features', '--example', 'scenario'] as const;
const CARGO_ENV = { CARGO_TARGET_DIR: join(CACHE, 'cargo') };

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
  compile: async (directory) => {
    await copyScenario('rust/scenario.rs', join(directory, 'examples/scenario.rs'));
    await appendFile(
      join(directory, 'Cargo.toml'),
      '\n[dev-dependencies]\ntokio = { version = "1", features = ["macros", "rt", "time"] }\n',
    );
    await runCommand('cargo', ['build', ...CARGO], { cwd: directory, env: CARGO_ENV });
  },
  run: (directory, api) => runCommand('cargo', ['run', ...CARGO, '--', api], { cwd: directory, env: CARGO_ENV }),
};

const OAPI_CODEGEN = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2';

const oapiCodegen: SdkClient = {
  name: 'oapi-codegen',
  needs: ['go'],
  generate: async (directory) => {
    await writeFile(join(directory, 'go.mod'), 'module example.com/client\n');
    const options = ['-package', 'client', '-o', 'client.go', DOCUMENT];
    await runCommand('go', ['run', OAPI_CODEGEN, ...options], { cwd: directory, env: GO_ENV });
  },
  compile: async (directory) => {
    await runCommand('go', ['mod', 'tidy'], { cwd: directory, env: GO_ENV });
    await runCommand('go', ['vet', './...'], { cwd: directory, env: GO_ENV });
  },
  run: null,
};

/** A client of openapi-generator as it is without settings, which has to compile. */
const withoutSettings = (
  generator: string,
  needs: readonly string[],
  compile: (directory: string) => Promise<unknown>,
): SdkClient => ({
  ...{ name: `${generator} without settings`, needs, run: null },
  generate: (directory) => generateWithoutSettings(DOCUMENT, generator, directory),
  compile: async (directory) => {
    await compile(directory);
  },
});

const WITHOUT_SETTINGS: readonly SdkClient[] = [
  withoutSettings('typescript-fetch', [], async (directory) => {
    await writeFile(join(directory, 'package.json'), '{ "type": "commonjs" }\n');
    await symlink(MODULES, join(directory, 'node_modules'));
    await writeFile(join(directory, 'scenario.ts'), "export * from './index';\n");
    await tsc(directory, '--module', 'node16', '--noEmit');
  }),
  withoutSettings('python', ['python3'], async (directory) =>
    runCommand(
      await pythonFor(directory),
      ['-c', IMPORT_EVERYTHING.replaceAll('image_builder_client', 'openapi_client')],
      { cwd: directory },
    ),
  ),
  oapiCodegen,
  withoutSettings('java', ['java', 'mvn'], (directory) =>
    runCommand('mvn', ['-q', '-B', 'compile'], { cwd: directory }),
  ),
  withoutSettings('rust', ['cargo'], (directory) =>
    runCommand('cargo', ['check', '--quiet', '--no-default-features'], { cwd: directory, env: CARGO_ENV }),
  ),
];

/** All of them, those that take the least time first. */
export const SDK_CLIENTS: readonly SdkClient[] = [
  ...[openapiFetch, typescriptFetch, python, go, java, rust],
  ...WITHOUT_SETTINGS,
];
