import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, '../../api/changelog.json');

/** Changes of the contract, one text each, newest release first. */
export interface ContractChangelog {
  readonly unreleased: readonly string[];
  readonly releases: readonly { readonly name: string; readonly changes: readonly string[] }[];
}

export async function readChangelog(): Promise<ContractChangelog> {
  return JSON.parse(await readFile(FILE, 'utf8')) as ContractChangelog;
}

export async function writeChangelog(changelog: ContractChangelog): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(changelog, null, 2)}\n`);
}

/** What was not released yet belongs to the release. */
export function released({ unreleased, releases }: ContractChangelog, name: string): ContractChangelog {
  return { unreleased: [], releases: [{ name, changes: unreleased }, ...releases] };
}
