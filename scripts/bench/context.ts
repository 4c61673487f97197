import { format } from 'prettier';
import type { LoadGenerator } from './load.ts';
import type { BenchOptions } from './options.ts';
import type { Stage } from './stage.ts';

/** What a part of a run works with. */
export interface Bench {
  readonly options: BenchOptions;
  readonly stage: Stage;
  readonly load: LoadGenerator;
  readonly signal: AbortSignal;
}

/** The rows that the command line names. */
export function chosen<Definition extends { readonly name: string }>(
  { options }: Bench,
  rows: readonly Definition[],
): readonly Definition[] {
  return rows.filter(({ name }) => options.only?.includes(name) ?? true);
}

/** Reports progress, beside the figures. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints figures. */
export async function show(markdown: string): Promise<void> {
  process.stdout.write(`${await format(markdown, { parser: 'markdown' })}\n`);
}
