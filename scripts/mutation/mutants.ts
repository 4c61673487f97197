// Mutants of sources: what Stryker's instrumenter makes of a file, and which of them a run takes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ignorer, NodePath } from '@stryker-mutator/api/ignore';
import type { Logger } from '@stryker-mutator/api/logging';
import { Instrumenter } from '@stryker-mutator/instrumenter';

/** One change of one expression. */
export interface Mutant {
  /** The number at which the instrumented source switches to it. */
  readonly id: string;
  /** Path below the root. */
  readonly file: string;
  /** Lines, which count from 1, the last one inclusive. */
  readonly lines: readonly [first: number, last: number];
  /** Offsets in the text of the file, the end exclusive. */
  readonly range: readonly [start: number, end: number];
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
}

/** Mutants, and the sources that hold all of them behind switches, by the URL of the module. */
export interface Instrumented {
  readonly mutants: readonly Mutant[];
  readonly sources: ReadonlyMap<string, string>;
}

/** A file, and the lines of it that are mutated; `null` for all. */
export interface Target {
  readonly file: string;
  readonly lines: Mutant['lines'] | null;
}

const isNever = (): boolean => false;
const ignore = (): void => {};
const SILENT: Logger = {
  ...{ isTraceEnabled: isNever, isDebugEnabled: isNever, isInfoEnabled: isNever },
  ...{ isWarnEnabled: isNever, isErrorEnabled: isNever, isFatalEnabled: isNever },
  ...{ trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, fatal: ignore },
};

interface SyntaxNode {
  readonly type: string;
  readonly callee?: { readonly property?: { readonly name?: string } };
}

const LEVELS = new Set(['debug', 'info', 'warn', 'error', 'fatal']);

/** The text of a log line is for people; tests expect its event. */
const LOG_TEXTS: Ignorer = {
  shouldIgnore: (path: NodePath) => {
    const { node, parent } = path as { readonly node: SyntaxNode; readonly parent?: SyntaxNode };
    const isText = node.type === 'StringLiteral' || node.type === 'TemplateLiteral';
    const isLogged = parent?.type === 'CallExpression' && LEVELS.has(parent.callee?.property?.name ?? '');
    return isText && isLogged ? 'the text of a log line' : undefined;
  },
};

interface Position {
  readonly line: number;
  readonly column: number;
}

/** The offset of a position that counts from 0. */
const offsetOf = (text: string, { line, column }: Position): number => {
  let start = 0;
  for (let passed = 0; passed < line; passed++) start = text.indexOf('\n', start) + 1;
  return start + column;
};

const isIn = ({ file, lines }: Mutant, target: Target): boolean =>
  file === target.file && (!target.lines || (lines[0] >= target.lines[0] && lines[1] <= target.lines[1]));

/** Makes the mutants of files. @param root the folder that paths of files begin at */
export async function instrument(root: string, targets: readonly Target[]): Promise<Instrumented> {
  const texts = new Map(targets.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]));
  const files = [...texts].map(([name, content]) => ({ name, content, mutate: true }));
  const options = { ignorers: [LOG_TEXTS], excludedMutations: [], plugins: null };
  const result = await new Instrumenter(SILENT).instrument(files, options);
  const mutants = result.mutants
    .filter(({ status }) => status !== 'Ignored')
    .map(({ id, fileName: file, location: { start, end }, mutatorName: mutator, replacement }): Mutant => {
      const text = texts.get(file) ?? '';
      const range = [offsetOf(text, start), offsetOf(text, end)] as const;
      const original = text.slice(...range);
      return { id, file, lines: [start.line + 1, end.line + 1], range, mutator, original, replacement };
    });
  return {
    mutants: mutants.filter((mutant) => targets.some((target) => isIn(mutant, target))),
    sources: new Map(result.files.map(({ name, content }) => [pathToFileURL(join(root, name)).href, content])),
  };
}

/** Takes mutants at random: a seed always takes the same ones of the same sources. @param size `Infinity` shuffles them */
export function sample(mutants: readonly Mutant[], size: number, seed: string): readonly Mutant[] {
  const rank = ({ file, range, replacement }: Mutant): string =>
    createHash('sha256')
      .update(JSON.stringify([seed, file, range, replacement]))
      .digest('hex');
  return mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ mutant }) => mutant);
}
