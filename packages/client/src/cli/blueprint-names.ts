import type { components } from '../contract.ts';
import { dataOf } from '../response.ts';
import { CliError, EXIT } from './failures.ts';
import type { Session } from './session.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Named = Pick<components['schemas']['BlueprintItem'], 'id' | 'name'> & { readonly version?: number };

/** The blueprint with a name; `null` without one. */
export async function findByName({ api }: Session, name: string): Promise<Named | null> {
  const { data } = dataOf(await api.GET('/blueprints', { params: { query: { name, limit: 1 } } }));
  return data[0] ?? null;
}

/** The blueprint with an id or a name. @throws CliError for an unknown name */
export async function findBlueprint(session: Session, given: string): Promise<Named> {
  if (UUID.test(given)) return { id: given, name: given };
  const found = await findByName(session, given);
  if (found === null) throw new CliError(`there is no blueprint "${given}"`, EXIT.notFound);
  return found;
}
