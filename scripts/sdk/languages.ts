// The tools of each language, with which clients are built and run.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './cache.ts';
import { runCommand } from './commands.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The document that the service publishes. */
export const DOCUMENT = join(ROOT, 'generated/openapi.json');
export const MODULES = join(ROOT, 'node_modules');
export const SCENARIOS = join(import.meta.dirname, 'scenarios');
export const GENERATOR_SETTINGS = join(ROOT, 'api/generators');

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

/** Copies a program that uses a client into the client's directory. */
export async function copyScenario(name: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  await copyFile(join(SCENARIOS, name), to);
}

/** Compiles `scenario.ts` of a directory. @throws CommandFailedError with the compiler's messages */
export async function tsc(directory: string, ...options: string[]): Promise<void> {
  const types = ['--types', 'node', '--typeRoots', join(MODULES, '@types')];
  const language = ['--strict', '--skipLibCheck', '--target', 'es2022', '--lib', 'es2022,dom'];
  const args = [join(MODULES, 'typescript/bin/tsc'), ...language, ...types, ...options, 'scenario.ts'];
  await runCommand(process.execPath, args, { cwd: directory });
}

/** Compiles a scenario with a TypeScript client in CommonJS, which finds its packages among those of the project. */
export async function compileCommonJs(directory: string, scenario: string): Promise<void> {
  await copyScenario(scenario, join(directory, 'scenario.ts'));
  await symlink(MODULES, join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{ "type": "commonjs" }\n');
  await tsc(directory, '--module', 'node16', '--outDir', 'dist');
}

/** The interpreter of a virtual environment with these packages; there is one for each list. */
export async function pythonWith(requirements: string): Promise<string> {
  const key = createHash('sha256').update(requirements).digest('hex');
  const environment = join(CACHE, `python-${key.slice(0, 16)}`);
  const complete = join(environment, 'complete');
  if (!existsSync(complete)) {
    await runCommand('python3', ['-m', 'venv', '--clear', environment]);
    const list = join(environment, 'requirements.txt');
    await writeFile(list, requirements);
    await runCommand(join(environment, 'bin/pip'), ['install', '--quiet', '-r', list]);
    await writeFile(complete, '');
  }
  return join(environment, 'bin/python');
}

/** The same, with the packages that a generated client needs. */
export async function pythonFor(directory: string): Promise<string> {
  return pythonWith(await readFile(join(directory, 'requirements.txt'), 'utf8'));
}

/** A Python program that imports every module of a package. */
export function importEverything(name: string): string {
  return `
import importlib, pkgutil, ${name} as sdk
for module in pkgutil.walk_packages(sdk.__path__, "${name}."):
    importlib.import_module(module.name)
`;
}

export const GO_ENV = { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };

/** Compiles a Java client. */
export async function compileJava(directory: string): Promise<void> {
  const classpath = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath';
  await runCommand('mvn', ['-q', '-B', 'compile', classpath, '-Dmdep.outputFile=classpath'], { cwd: directory });
}

/** Runs a class of a compiled Java client. @returns its output */
export async function runJava(directory: string, name: string, ...args: readonly string[]): Promise<string> {
  const classpath = await readFile(join(directory, 'classpath'), 'utf8');
  return runCommand('java', ['-cp', `target/classes:${classpath.trim()}`, name, ...args], { cwd: directory });
}

export const CARGO_ENV = { CARGO_TARGET_DIR: join(CACHE, 'cargo') };

/** TLS is of no use on a loopback address, and would need the headers of OpenSSL. */
const CARGO = ['--quiet', '--no-default-features', '--example', 'scenario'] as const;

/** Compiles a program with a Rust client, and the client with it. */
export async function compileRust(directory: string, scenario: string): Promise<void> {
  await copyScenario(scenario, join(directory, 'examples/scenario.rs'));
  await appendFile(
    join(directory, 'Cargo.toml'),
    '\n[dev-dependencies]\ntokio = { version = "1", features = ["macros", "rt", "time"] }\n',
  );
  await runCommand('cargo', ['build', ...CARGO], { cwd: directory, env: CARGO_ENV });
}

/** Runs the program of `compileRust`. @returns its output */
export async function runRust(directory: string, ...args: readonly string[]): Promise<string> {
  return runCommand('cargo', ['run', ...CARGO, '--', ...args], { cwd: directory, env: CARGO_ENV });
}
