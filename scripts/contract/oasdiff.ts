// oasdiff compares two OpenAPI documents. It is a Go program, built once from the Go module proxy, with checksums.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from '../sdk/cache.ts';
import { CommandFailedError, hasProgram, runCommand } from '../sdk/commands.ts';

const MODULE = 'github.com/oasdiff/oasdiff';
const VERSION = 'v1.37.0';

/** Which changes are breaking, where the project judges differently. */
const SEVERITIES = join(import.meta.dirname, '../../api/breaking-changes.txt');

/** oasdiff cannot be had on this machine. */
export class OasdiffUnavailableError extends Error {}

/** A change as oasdiff reports it. */
export interface ContractChange {
  /** Identifier of the rule. */
  readonly id: string;
  readonly text: string;
  /** 3 for breaking changes. */
  readonly level: number;
  readonly operation?: string;
  readonly path?: string;
}

const BREAKING = 3;

const build = async (directory: string): Promise<void> => {
  if (!hasProgram('go')) throw new OasdiffUnavailableError('there is no go, which oasdiff is built with');
  await mkdir(directory, { recursive: true });
  try {
    await runCommand('go', ['install', `${MODULE}@${VERSION}`], {
      env: { GOBIN: directory, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' },
    });
  } catch (error) {
    if (error instanceof CommandFailedError)
      throw new OasdiffUnavailableError('oasdiff cannot be built', { cause: error });
    throw error;
  }
};

const provide = async (): Promise<string> => {
  const directory = join(CACHE, `oasdiff-${VERSION}`);
  const program = join(directory, 'oasdiff');
  if (!existsSync(program)) await build(directory);
  return program;
};

/**
 * Changes from one OpenAPI document to another, given as files.
 * @throws OasdiffUnavailableError without Go, or without the module
 */
export async function contractChanges(base: string, revision: string): Promise<readonly ContractChange[]> {
  const output = await runCommand(await provide(), [
    ...['changelog', base, revision, '--format', 'json', '--severity-levels', SEVERITIES],
  ]);
  return output.trim() === '' ? [] : (JSON.parse(output) as ContractChange[]);
}

export function isBreaking({ level }: ContractChange): boolean {
  return level >= BREAKING;
}

/** A change in one line, with its operation. */
export function describeChange({ operation, path, text }: ContractChange): string {
  return path === undefined ? text : `\`${operation ?? ''} ${path}\`: ${text}`;
}
