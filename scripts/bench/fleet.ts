import { createHash } from 'node:crypto';

/** Organizations of one kind. Their composes and blueprints are numbered from 1. */
export interface Group {
  /** Number of the first organization. */
  readonly first: number;
  readonly organizations: number;
  readonly composes: number;
  readonly blueprints: number;
  /** Most versions of a blueprint: blueprints have 1 to this many. */
  readonly versions: number;
}

/** The organizations of a run. Writes go to a group of its own, so that lists do not grow from row to row. */
export interface Fleet {
  readonly readers: Group;
  readonly writers: Group;
  /** Composes that are read once. */
  readonly unread: Group;
}

const SIZE = { composes: 40, blueprints: 20, versions: 1 } as const;

/** Composes of an organization that are read once: enough for loads of some seconds. */
const UNREAD = 120;

/** A fleet with this many organizations in each group. */
export function createFleet(organizations: number): Fleet {
  return {
    readers: { first: 10_000_000, organizations, ...SIZE },
    writers: { first: 20_000_000, organizations, ...SIZE },
    unread: { first: 30_000_000, organizations, ...SIZE, composes: UNREAD, blueprints: 0 },
  };
}

/** The id of an organization. @param index from 0 */
export const organizationOf = ({ first }: Group, index: number): string => String(first + index);

const md5Uuid = (text: string): string =>
  createHash('md5')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** The id of a seeded compose, as the database makes it as well. @param number from 1 */
export function composeIdOf(organization: string, number: number): string {
  return md5Uuid(`compose ${organization} ${number}`);
}

/** The id of a seeded blueprint. @param number from 1 */
export function blueprintIdOf(organization: string, number: number): string {
  return md5Uuid(`blueprint ${organization} ${number}`);
}

/** The name of a seeded blueprint. @param number from 1 */
export const blueprintNameOf = (number: number): string => `blueprint number ${String(number).padStart(7, '0')}`;

/** Services that a gateway names, entitled or not. */
const SERVICES = [
  ...['ansible', 'cost_management', 'insights', 'internal', 'kafka', 'migrations', 'notifications', 'openshift'],
  ...['rhel', 'rhoam', 'rhosak', 'settings', 'smart_management', 'subscriptions', 'user_preferences'],
];

/** The headers that a gateway adds to the requests of an organization's user: the identity has about 1.6 kB. */
export function identityHeaders(organization: string): Readonly<Record<string, string>> {
  const name = `user-of-${organization}`;
  const document = {
    entitlements: Object.fromEntries(
      SERVICES.map((service) => [service, { is_entitled: service !== 'internal', is_trial: false }]),
    ),
    identity: {
      ...{ account_number: organization, auth_type: 'jwt-auth', employee_account_number: '', org_id: organization },
      internal: { auth_time: 1_700_000_000, cross_access: false, org_id: organization },
      type: 'User',
      user: {
        ...{ email: `${name}@example.com`, first_name: 'Sam', last_name: 'Example', locale: 'en_US', username: name },
        ...{ is_active: true, is_internal: false, is_org_admin: true, user_id: organization },
      },
    },
  };
  return { 'x-rh-identity': Buffer.from(JSON.stringify(document)).toString('base64') };
}
