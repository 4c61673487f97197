import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { descriptionOf, profilesOf, toCustomizations, type ProfileCustomizations } from './blueprint.ts';

const run = promisify(execFile);

/** Security content of one product, as SCAP security guide brings it. */
export interface ScapContent {
  /** Name of the file. */
  readonly file: string;
  /**
   * Titles of the profiles by id.
   * @throws Error when the file cannot be read
   */
  readonly profiles: () => Promise<ReadonlyMap<string, string>>;
  /** @throws Error when `oscap` makes no blueprint of the profile */
  readonly customizations: (profile: string) => Promise<ProfileCustomizations>;
}

const MAX_OUTPUT = 64 * 1024 * 1024;

/** Blueprints of older versions are no TOML where a profile masks a service. */
const OLDEST = { major: 1, minor: 4 } as const;

/** The last line of a tool's standard error is the error; the lines before it are warnings. */
const complaint = (error: unknown): string => {
  const { stderr = '', code, message } = error as { stderr?: string; code?: number | string; message: string };
  if (code === 'ENOENT') return 'there is no such program (it comes with openscap-scanner)';
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('WARNING'));
  return lines.at(-1)?.trim() ?? message;
};

/**
 * Refuses a program that writes blueprints which cannot be read.
 * @throws Error naming the version of the program and the oldest that works
 */
export async function requireOscap(oscap: string): Promise<void> {
  const { stdout } = await run(oscap, ['--version'], { encoding: 'utf8' }).catch((error: unknown) => {
    throw new Error(`${oscap} --version: ${complaint(error)}`, { cause: error });
  });
  const [, version = '', major, minor] = /\boscap\) ((\d+)\.(\d+)\S*)/.exec(stdout) ?? [];
  const isNewEnough = Number(major) > OLDEST.major || (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
  if (!isNewEnough) {
    throw new Error(
      `${oscap} is ${version === '' ? 'of an unknown version' : `version ${version}`}: ` +
        `install OpenSCAP ${OLDEST.major}.${OLDEST.minor} or newer, or name another --oscap`,
    );
  }
}

/**
 * Opens content.
 * @param oscap the program
 * @param directory of the data streams
 * @param product like `rhel9`
 * @throws Error when there is none for the product
 */
export async function openContent(oscap: string, directory: string, product: string): Promise<ScapContent> {
  const file = `ssg-${product}-ds.xml`;
  const path = join(directory, file);
  await access(path).catch((error: unknown) => {
    throw new Error(`${path}: cannot be read: install a SCAP security guide that has it, or name another --content`, {
      cause: error,
    });
  });
  const call = async (...args: readonly string[]): Promise<string> => {
    try {
      return (await run(oscap, [...args, path], { encoding: 'utf8', maxBuffer: MAX_OUTPUT })).stdout;
    } catch (error) {
      throw new Error(`${oscap} ${args.slice(0, 2).join(' ')}: ${complaint(error)}`, { cause: error });
    }
  };
  return {
    file,
    profiles: async () => profilesOf(await call('info', '--profiles')),
    customizations: async (profile) => {
      const blueprint = await call('xccdf', 'generate', 'fix', '--profile', profile, '--fix-type', 'blueprint');
      return toCustomizations(blueprint, profile, descriptionOf(await call('info', '--profile', profile)));
    },
  };
}
