import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './cache.ts';
import { CommandFailedError, hasProgram, runCommand } from './commands.ts';

/** The version that the settings in `api/generators` are tried with. */
const VERSION = '7.25.0';
const SHA256 = '41ce4f6b07f196676439d710759fa1ced7a08066d06ff1bf314681470289efae';
const NAME = `openapi-generator-cli-${VERSION}.jar`;

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

/** The generator cannot be had on this machine. */
export class GeneratorUnavailableError extends Error {}

const checksum = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

const download = async (file: string): Promise<void> => {
  if (!hasProgram('mvn')) throw new GeneratorUnavailableError('there is no mvn, which downloads openapi-generator');
  const directory = join(CACHE, `download-${process.pid}`);
  try {
    await runCommand('mvn', [
      ...['-q', '-B', COPY, `-Dartifact=org.openapitools:openapi-generator-cli:${VERSION}`],
      `-DoutputDirectory=${directory}`,
    ]);
    const found = await checksum(join(directory, NAME));
    if (found !== SHA256) throw new Error(`${NAME} is not what it was: its SHA-256 is ${found}, not ${SHA256}`);
    await rename(join(directory, NAME), file);
  } catch (error) {
    if (error instanceof CommandFailedError)
      throw new GeneratorUnavailableError('openapi-generator cannot be downloaded', { cause: error });
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

let jar: Promise<string> | null = null;

const provide = async (): Promise<string> => {
  if (!hasProgram('java')) throw new GeneratorUnavailableError('there is no java, which openapi-generator runs on');
  await mkdir(CACHE, { recursive: true });
  const file = join(CACHE, NAME);
  if (!existsSync(file) || (await checksum(file)) !== SHA256) await download(file);
  return file;
};

const runGenerator = async (document: string, how: readonly string[], directory: string): Promise<void> => {
  jar ??= provide();
  await runCommand('java', [
    ...['-jar', await jar, 'generate', '-i', document, ...how, '-o', directory],
    ...['--global-property', 'apiTests=false,modelTests=false,apiDocs=false,modelDocs=false'],
  ]);
};

/**
 * Generates a client with openapi-generator: from its settings in `api/generators`, without tests and documentation.
 * @throws GeneratorUnavailableError where there is no Java, or the generator cannot be downloaded
 */
export async function generate(document: string, settings: string, directory: string): Promise<void> {
  await runGenerator(document, ['-c', settings], directory);
}

/** The same, with the generator alone. @throws GeneratorUnavailableError as `generate` does */
export async function generateWithoutSettings(document: string, generator: string, directory: string): Promise<void> {
  await runGenerator(document, ['-g', generator], directory);
}
