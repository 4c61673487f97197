import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';

export type Customizations = components['schemas']['Customizations'];

/**
 * The customizations that make an image fulfil a profile, from the data of a distribution.
 * `null` when the distribution has none for the profile, or what is there is no such document.
 * @param distribution key of a distribution; neither entitlement nor the allow list matters here
 * @param profile id of a profile, one of the contract's list (it becomes part of a path)
 */
export const readOscapCustomizations = async (
  { distributions, log }: Pick<AppContext, 'distributions' | 'log'>,
  distribution: string,
  profile: string,
): Promise<Customizations | null> => {
  const known = distributions.all.find(({ key }) => key === distribution);
  if (!known) return null;
  const file = join(known.directory, 'oscap', profile, 'customizations.json');
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as Customizations | null;
    if (typeof content === 'object' && content?.openscap !== undefined) return content;
    log.warn({ file }, 'stored customizations lack their openscap member');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err: error, file }, 'stored customizations');
  }
  return null;
};
