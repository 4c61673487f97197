import { dataOf } from './response.ts';
import type { ImageBuilder } from './client.ts';
import type { components } from './contract.ts';

const TOML = 'application/toml';

/**
 * Converts a blueprint of composer-cli. The result lists what has no equivalent; nothing is saved.
 * @param text TOML, as `composer-cli blueprints save` writes it
 * @throws ImageBuilderError with line and column where it is no TOML
 */
export async function importToml(api: ImageBuilder, text: string): Promise<components['schemas']['BlueprintImport']> {
  const headers = { 'content-type': TOML };
  return dataOf(await api.POST('/blueprints/import', { body: text, bodySerializer: (body) => body, headers }));
}

/**
 * The newest version of a blueprint as TOML for composer-cli. Comments at its beginning list what it lacks.
 * @param id of the blueprint
 * @throws ImageBuilderError
 */
export async function exportToml(api: ImageBuilder, id: string): Promise<string> {
  const headers = { accept: TOML };
  const result = await api.GET('/blueprints/{id}/export', { params: { path: { id } }, headers, parseAs: 'text' });
  return dataOf(result) as unknown as string;
}
