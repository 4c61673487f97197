import { ServiceError } from '../../../lib/errors.ts';
import type { Customizations } from '../../compose-requests/types.ts';
import { given, omit } from '../../../lib/members.ts';
import { Report, type Remark } from './codec.ts';
import { DOCUMENT } from './members.ts';
import { parseToml } from './parse.ts';

/** A composer-cli blueprint as the members of a hosted one. */
export interface ImportedBlueprint {
  readonly name: string;
  readonly description: string;
  /** `undefined` where the service has no such distribution. */
  readonly distribution: string | undefined;
  readonly architecture: string | undefined;
  readonly customizations: Customizations;
  /** Members of the TOML document that have no equivalent. */
  readonly lost: readonly Remark[];
}

interface Package {
  readonly name: string;
  readonly version?: string;
}

interface User {
  readonly name: string;
  readonly ssh_key?: string;
}

interface Converted {
  readonly name: string;
  readonly description?: string;
  readonly distro?: string;
  readonly architecture?: string;
  readonly packages?: readonly Package[];
  readonly modules?: readonly Package[];
  readonly groups?: readonly { readonly name: string }[];
  readonly enabled_modules?: Customizations['enabled_modules'];
  readonly containers?: Customizations['containers'];
  readonly customizations?: Customizations & {
    readonly sshkey?: readonly { readonly user: string; readonly key: string }[];
  };
}

/** `name-version`, as dnf takes it; `*` is any version. */
const packageText = ({ name, version = '' }: Package): string =>
  version === '' || version === '*' ? name : `${name}-${version}`;

const packagesOf = ({ packages = [], modules = [], groups = [] }: Converted): string[] => [
  ...new Set([...[...packages, ...modules].map(packageText), ...groups.map(({ name }) => `@${name}`)]),
];

/** The users, with the keys of `[[customizations.sshkey]]`. A hosted user has one key. */
const usersOf = ({ users = [], sshkey = [] }: NonNullable<Converted['customizations']>, report: Report): User[] => {
  const byName = new Map<string, User>(users.map((user) => [user.name, user]));
  for (const [index, { user: name, key }] of sshkey.entries()) {
    const user = byName.get(name);
    if (user?.ssh_key === undefined) byName.set(name, { ...(user ?? { name }), ssh_key: key });
    else if (user.ssh_key !== key)
      report.addLost(`/customizations/sshkey/${index}`, 'a hosted user has one key, and this one has another');
  }
  return [...byName.values()];
};

const nonEmpty = <Item>(items: readonly Item[]): Item[] | undefined => (items.length === 0 ? undefined : [...items]);

/**
 * Converts a composer-cli blueprint.
 * @param findDistribution the name of a distribution of the service, by its name in composer-cli
 * @throws ServiceError `invalid`: with line and column where the text is not TOML, else with all members of a wrong type
 */
export function importToml(text: string, findDistribution: (name: string) => string | null): ImportedBlueprint {
  const report = new Report();
  const document = DOCUMENT.read(parseToml(text), '', report) as Converted;
  if (report.wrong.length > 0) {
    const entries = report.wrong.map(({ pointer, detail }) => ({
      detail: `the blueprint has an error: Error at "${pointer}": ${detail}`,
      code: 'body.invalid' as const,
      pointer,
    }));
    throw new ServiceError('invalid', entries);
  }
  const customizations = document.customizations ?? {};
  const { distro } = document;
  const distribution = distro === undefined ? null : findDistribution(distro);
  if (distro !== undefined && distribution === null)
    report.addLost('/distro', 'the service does not offer this distribution: choose one of GET /distributions');
  return {
    name: document.name,
    description: document.description ?? '',
    distribution: distribution ?? undefined,
    architecture: document.architecture,
    customizations: {
      ...given({
        packages: nonEmpty(packagesOf(document)),
        enabled_modules: document.enabled_modules,
        containers: document.containers,
      }),
      ...omit(customizations, 'sshkey', 'users'),
      ...given({ users: nonEmpty(usersOf(customizations, report)) }),
    },
    lost: report.lost,
  };
}
