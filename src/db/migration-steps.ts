// The steps of a migration as files: `NNN_what_changes.sql`. A first line `-- migrate: …` says that a step is no transaction.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a migration. */
export interface Step {
  readonly number: number;
  readonly file: string;
  readonly sql: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly checksum: string;
  /**
   * `transaction`: everything at once. `concurrently`: one statement after the other, none of which blocks reads or writes; each can be
   * repeated. `fill`: the text is a walk along a primary key, of which each batch goes to the function of that name.
   */
  readonly kind: 'transaction' | 'concurrently' | 'fill';
  /** Of a fill. */
  readonly fills: string | null;
  /** Whether the service works without it: it is left out on a server that refuses it. */
  readonly isOptional: boolean;
}

const HEADER = /^-- migrate: (concurrently|fill (\w+))(, optional)?\n/;

function toStep(directory: string, file: string, index: number, text: string): Step {
  const number = Number(/^(\d+)_/.exec(file)?.[1]);
  if (number !== index + 1) throw new Error(`${file}: migrations are numbered from 1 without gaps`);
  const [, how, fills = null, optional] = HEADER.exec(text) ?? [];
  if (how === undefined && text.startsWith('-- migrate:'))
    throw new Error(`${join(directory, file)}: unknown kind of step`);
  const kind = how === undefined ? 'transaction' : how === 'concurrently' ? how : 'fill';
  const checksum = createHash('sha256').update(text).digest('hex');
  return { number, file, sql: text, checksum, kind, fills, isOptional: optional !== undefined };
}

/** Reads the steps of a directory, in order. @throws Error naming a file that is out of line */
export async function readSteps(directory: string): Promise<readonly Step[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
  return files.map((file, index) => toStep(directory, file, index, texts[index] ?? ''));
}

/** The statements of a step without function bodies, without comments. */
export function statementsOf({ sql: text }: Step): readonly string[] {
  const statements = text.replaceAll(/--[^\n]*/g, '').split(';');
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
