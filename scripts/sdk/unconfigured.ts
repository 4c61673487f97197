// Clients of generators without any settings: each is built, and reads a finished compose of every upload target.
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailedError, runCommand } from './commands.ts';
import { expectToBeRead, finishComposes, type FinishedCompose } from './finished-composes.ts';
import { generateWithoutSettings } from './generator.ts';
import {
  CARGO_ENV,
  compileCommonJs,
  compileJava,
  compileRust,
  copyScenario,
  DOCUMENT,
  GO_ENV,
  importEverything,
  pythonFor,
  pythonWith,
  runJava,
  runRust,
  SCENARIOS,
  tsc,
  type SdkClient,
} from './languages.ts';

let finished: Promise<readonly FinishedCompose[]> | null = null;

/**
 * A client that reads composes.
 * @param read runs the program with an address and ids; its output has a line for each id
 * @param unread upload targets that the client does not read, for a reason that `limits` proves
 */
const reader = (
  client: Omit<SdkClient, 'run'>,
  read: (directory: string, args: readonly string[]) => Promise<string>,
  unread: readonly string[] = [],
): SdkClient => ({
  ...client,
  run: async (directory, api) => {
    const composes = (await (finished ??= finishComposes(api))).filter(({ type }) => !unread.includes(type));
    expectToBeRead(composes, await read(directory, [api, ...composes.map(({ id }) => id)]));
  },
});

const from = (generator: string) => (directory: string) => generateWithoutSettings(DOCUMENT, generator, directory);

const runScenario = (directory: string, args: readonly string[]): Promise<string> =>
  runCommand(process.execPath, ['dist/scenario.js', ...args], { cwd: directory });

const typescriptFetch = reader(
  {
    name: 'typescript-fetch without settings',
    needs: [],
    generate: from('typescript-fetch'),
    compile: (directory) => compileCommonJs(directory, 'unconfigured/typescript-fetch.ts'),
  },
  runScenario,
  ['gcp'],
);

const typescriptAxios = reader(
  {
    name: 'typescript-axios without settings',
    needs: ['npm'],
    generate: from('typescript-axios'),
    compile: async (directory) => {
      await copyScenario('unconfigured/typescript-axios.ts', join(directory, 'scenario.ts'));
      await writeFile(
        join(directory, 'package.json'),
        '{ "type": "commonjs", "dependencies": { "axios": "^1.6.1" } }\n',
      );
      await runCommand('npm', ['install', '--silent', '--no-audit', '--no-fund'], { cwd: directory });
      await tsc(directory, '--module', 'node16', '--outDir', 'dist');
    },
  },
  runScenario,
);

const python = reader(
  {
    name: 'python without settings',
    needs: ['python3'],
    generate: from('python'),
    compile: async (directory) => {
      await runCommand(await pythonFor(directory), ['-c', importEverything('openapi_client')], { cwd: directory });
    },
  },
  async (directory, args) =>
    runCommand(await pythonFor(directory), [join(SCENARIOS, 'unconfigured/openapi_generator.py'), ...args], {
      env: { PYTHONPATH: directory },
    }),
  ['aws.s3', 'gcp', 'oci.objectstorage', 'azure'],
);

/** It has what the clients need that it makes. */
const OPENAPI_PYTHON_CLIENT = 'openapi-python-client==0.29.1\n';

const openapiPythonClient = reader(
  {
    name: 'openapi-python-client',
    needs: ['python3'],
    generate: async (directory) => {
      const args = ['-m', 'openapi_python_client', 'generate', '--path', DOCUMENT, '--output-path', 'client'];
      await runCommand(await pythonWith(OPENAPI_PYTHON_CLIENT), args, { cwd: directory });
    },
    compile: async (directory) => {
      const program = importEverything('image_builder_service_client');
      await runCommand(await pythonWith(OPENAPI_PYTHON_CLIENT), ['-c', program], { cwd: join(directory, 'client') });
    },
  },
  async (directory, args) =>
    runCommand(
      await pythonWith(OPENAPI_PYTHON_CLIENT),
      [join(SCENARIOS, 'unconfigured/openapi_python_client.py'), ...args],
      { env: { PYTHONPATH: join(directory, 'client') } },
    ),
);

const OAPI_CODEGEN = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2';

const oapiCodegen = reader(
  {
    name: 'oapi-codegen',
    needs: ['go'],
    generate: async (directory) => {
      await writeFile(join(directory, 'go.mod'), 'module example.com/client\n');
      const options = ['-package', 'client', '-o', 'client.go', DOCUMENT];
      await runCommand('go', ['run', OAPI_CODEGEN, ...options], { cwd: directory, env: GO_ENV });
    },
    compile: async (directory) => {
      await copyScenario('unconfigured/main.go', join(directory, 'read/main.go'));
      await runCommand('go', ['mod', 'tidy'], { cwd: directory, env: GO_ENV });
      await runCommand('go', ['vet', './...'], { cwd: directory, env: GO_ENV });
      await runCommand('go', ['build', '-o', 'bin/read', './read'], { cwd: directory, env: GO_ENV });
    },
  },
  (directory, args) => runCommand(join(directory, 'bin/read'), args),
);

const java = reader(
  {
    name: 'java without settings',
    needs: ['java', 'mvn'],
    generate: from('java'),
    compile: async (directory) => {
      await copyScenario('unconfigured/Read.java', join(directory, 'src/main/java/Read.java'));
      await compileJava(directory);
    },
  },
  (directory, args) => runJava(directory, 'Read', ...args),
);

const rust = reader(
  {
    name: 'rust without settings',
    needs: ['cargo'],
    generate: from('rust'),
    compile: (directory) => compileRust(directory, 'unconfigured/read.rs'),
  },
  (directory, args) => runRust(directory, ...args),
  ['aws', 'aws.s3', 'gcp', 'oci.objectstorage'],
);

/**
 * A minimal document that a generator cannot handle, which is why its clients need a setting. It passes as long as that is so.
 * @param message part of the failure
 */
const limit = (
  generator: string,
  message: RegExp,
  needs: readonly string[],
  attempt: (directory: string) => Promise<unknown>,
): SdkClient => ({
  name: `limit of ${generator}`,
  needs,
  generate: (directory) =>
    generateWithoutSettings(join(import.meta.dirname, `limits/${generator}.yaml`), generator, directory),
  compile: async (directory) => {
    try {
      await attempt(directory);
    } catch (error) {
      if (error instanceof CommandFailedError && message.test(error.message)) return;
      throw error;
    }
    throw new Error(`${generator} handles limits/${generator}.yaml now: its settings may be unnecessary`);
  },
  run: null,
});

const goLimit = limit('go', /AWS redeclared[^]*field and method with the same name HasPassword/, ['go'], (directory) =>
  runCommand('go', ['build', './...'], { cwd: directory, env: GO_ENV }),
);

const pythonLimit = limit('python', /Multiple matches found/, ['python3'], async (directory) => {
  const program = `import openapi_client; openapi_client.Status.from_json('{"options":{"url":"https://example.com"}}')`;
  return runCommand(await pythonFor(directory), ['-c', program], { cwd: directory });
});

const typescriptFetchLimit = limit('typescript-fetch', /project_id/, [], async (directory) => {
  await compileCommonJs(directory, 'unconfigured/limit.ts');
  await runScenario(directory, []);
});

const rustLimit = limit('rust', /missing field `resource_group`/, ['cargo'], async (directory) => {
  await mkdir(join(directory, 'src/apis'), { recursive: true });
  await copyScenario('unconfigured/limit.rs', join(directory, 'examples/limit.rs'));
  await appendFile(join(directory, 'Cargo.toml'), '\n[lib]\npath = "src/limit.rs"\n');
  await writeFile(join(directory, 'src/limit.rs'), 'pub mod models;\n');
  const args = ['run', '--quiet', '--no-default-features', '--example', 'limit'];
  await runCommand('cargo', args, { cwd: directory, env: CARGO_ENV });
});

/** All of them, those that take the least time first, and the limits of generators whose clients need settings. */
export const UNCONFIGURED: readonly SdkClient[] = [
  ...[typescriptFetch, typescriptAxios, python, openapiPythonClient, oapiCodegen, java, rust],
  ...[goLimit, typescriptFetchLimit, pythonLimit, rustLimit],
];
