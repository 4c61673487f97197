import { readFile } from 'node:fs/promises';
import type { components } from '../contract.ts';
import { ImageBuilderError } from '../response.ts';
import { importToml } from '../toml.ts';
import { CliError } from './failures.ts';
import type { Session } from './session.ts';

type Imported = components['schemas']['BlueprintImport'];
type Body = Record<string, unknown>;

/** A file as members of a request, and what of TOML has no equivalent. */
export interface Loaded {
  readonly body: Body;
  readonly isToml: boolean;
  readonly architecture?: string | undefined;
  readonly lost: Imported['without_equivalent'];
}

const readText = async ({ io }: Session, file: string): Promise<string> => {
  if (file === '-') return io.readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
};

const parseJson = (file: string, text: string): Body => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch (error) {
    throw new CliError(`${file} is no JSON: ${(error as Error).message}`);
  }
  throw new CliError(`${file} is no JSON object`);
};

/** Members of an export that are not part of a request. */
const EXPORT_ONLY = ['content_sources', 'snapshot_date'];

/**
 * Reads JSON or TOML from a file, or from standard input for `-`. Without one of their endings the text decides.
 * @throws CliError for a file that cannot be read; ImageBuilderError for TOML that the service refuses
 */
export async function loadDocument(session: Session, file: string): Promise<Loaded> {
  const text = await readText(session, file);
  if (text.trim() === '') throw new CliError(`${file === '-' ? 'standard input' : file} is empty`);
  if (file.endsWith('.json') || (!file.endsWith('.toml') && text.trimStart().startsWith('{'))) {
    const entries = Object.entries(parseJson(file, text)).filter(([key]) => !EXPORT_ONLY.includes(key));
    return { body: Object.fromEntries(entries), isToml: false, lost: [] };
  }
  const imported = await importToml(session.api, text).catch((error: unknown) => {
    if (error instanceof ImageBuilderError && error.status === 400) session.note(`${file} cannot be imported:`);
    throw error;
  });
  const { blueprint, architecture, without_equivalent: lost } = imported;
  for (const { pointer, detail } of lost) session.note(`not imported: ${pointer}: ${detail}`);
  return { body: blueprint, isToml: true, architecture, lost };
}
