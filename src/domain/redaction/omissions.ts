// What an export leaves out. Its list tells the importing organization what to fill in.
import { omit } from '../../lib/members.ts';
import type { Customizations } from '../compose-requests/types.ts';
import { hasUserInfo, removeUserInfo } from './secret-members.ts';
import { removeSecrets, SECRET_FILES } from './secrets.ts';

/** A part that an export leaves out. */
export interface Omission {
  /** JSON pointer into the blueprint before the export. */
  readonly pointer: string;
  /** Path of a file that is left out. */
  readonly path?: string;
  readonly reason: 'password' | 'organization' | 'registration' | 'private_key' | 'credentials';
  readonly detail: string;
}

interface Shareable<T> {
  readonly value: T;
  readonly omitted: readonly Omission[];
}

type File = NonNullable<Customizations['files']>[number];

/** Forms of private keys: PEM and OpenPGP, PuTTY, age, WireGuard, JSON Web Keys, and those of kubeconfig files. */
const PRIVATE_KEY = new RegExp(
  [
    '-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\\d|AGE-SECRET-KEY-1',
    '(?:^|\\n)\\s{0,64}PrivateKey\\s{0,8}=\\s{0,8}[A-Za-z0-9+/]{43}=|client-key-data:\\s{0,8}\\S|"d"\\s{0,8}:\\s{0,8}"[\\w-]{40}',
  ].join('|'),
);

/** What a secret has at least: these texts are found faster than the expressions match. */
const SIGNS = [
  'PRIVATE KEY',
  'PuTTY-User-Key-File-',
  'AGE-SECRET-KEY-1',
  'PrivateKey',
  'client-key-data:',
  '"d"',
  '://',
];

const hasSign = (text: string): boolean => SIGNS.some((sign) => text.includes(sign));

const BASE64 = /^[A-Za-z0-9+/\s]{16,}={0,2}$/;

/** A text, and what it is in base64; neither where it has no sign of a secret. */
const suspectForms = (text: string): readonly string[] => {
  const decoded = BASE64.test(text.trimEnd()) ? Buffer.from(text, 'base64') : null;
  return [
    ...(hasSign(text) ? [text] : []),
    // The signs are ASCII. Other bytes than UTF-8 take long to decode.
    ...(decoded !== null && hasSign(decoded.toString('latin1')) ? [decoded.toString('utf8')] : []),
  ];
};

/** What a text with arbitrary content holds; a key is reported before an address. */
const secretOf = (text: string): 'private_key' | 'credentials' | null => {
  const forms = suspectForms(text);
  if (forms.some((form) => PRIVATE_KEY.test(form))) return 'private_key';
  return forms.some(hasUserInfo) ? 'credentials' : null;
};

const FILE_DETAILS = {
  private_key: 'a file with what looks like a private key',
  credentials: 'a file with an address that has user and password',
} as const;

const fileOmission = (file: File, index: number): Omission | null => {
  const { path, data } = file;
  const place = { pointer: `/customizations/files/${index}`, path };
  if (SECRET_FILES.includes(path)) return { ...place, reason: 'registration', detail: 'a file that registers systems' };
  if (typeof data !== 'string') return null;
  const reason = secretOf(data);
  return reason === null ? null : { ...place, reason, detail: FILE_DETAILS[reason] };
};

/** The members that every export leaves out. */
const standardOmissions = (customizations: Customizations): readonly Omission[] => {
  const { users = [], cacerts, subscription, aap_registration: registration } = customizations;
  const root = '/customizations';
  return [
    ...users.flatMap(({ name, password }, index) => {
      const detail = `the password of the user ${JSON.stringify(name)}`;
      return password ? [{ pointer: `${root}/users/${index}/password`, reason: 'password' as const, detail }] : [];
    }),
    ...(cacerts
      ? [{ pointer: `${root}/cacerts`, reason: 'organization' as const, detail: 'certificates of the organization' }]
      : []),
    ...(subscription
      ? [
          {
            pointer: `${root}/subscription`,
            reason: 'registration' as const,
            detail: 'subscription and activation key',
          },
        ]
      : []),
    ...(registration?.host_config_key
      ? [
          {
            ...{ pointer: `${root}/aap_registration/host_config_key`, reason: 'registration' as const },
            detail: 'the host configuration key',
          },
        ]
      : []),
  ];
};

/** Removes user and password from every address. */
export function omitCredentials<T>(value: T, pointer: string): Shareable<T> {
  const omitted: Omission[] = [];
  const strip = (one: unknown, at: string): unknown => {
    if (typeof one === 'string') {
      if (!hasUserInfo(one)) return one;
      omitted.push({ pointer: at, reason: 'credentials', detail: 'user and password of an address' });
      return removeUserInfo(one);
    }
    if (typeof one !== 'object' || one === null || JSON.isRawJSON(one)) return one;
    if (Array.isArray(one)) return one.map((item, index) => strip(item, `${at}/${index}`));
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, strip(member, `${at}/${name}`)]));
  };
  return { value: strip(value, pointer) as T, omitted };
}

/** Customizations for other organizations, and what they leave out. */
export function omitSecrets(customizations: Customizations): Shareable<Customizations> {
  const { files = [], ignition } = customizations;
  const omittedFiles = files.map(fileOmission);
  const keptFiles = files.filter((_file, index) => omittedFiles[index] === null);
  const config = ignition?.embedded?.config;
  const hidesIgnition = config !== undefined && secretOf(config) !== null;
  const { value, omitted } = omitCredentials(
    removeSecrets({
      ...omit(customizations, 'files', 'ignition'),
      ...(keptFiles.length > 0 ? { files: keptFiles } : {}),
      ...(ignition ? { ignition: hidesIgnition ? omit(ignition, 'embedded') : ignition } : {}),
    }),
    '/customizations',
  );
  const ignitionOmission = {
    pointer: '/customizations/ignition/embedded',
    reason: 'private_key' as const,
    detail: 'a configuration with what looks like a key or an address that has user and password',
  };
  return {
    value,
    omitted: [
      ...standardOmissions(customizations),
      ...omittedFiles.filter((omission) => omission !== null),
      ...(hidesIgnition ? [ignitionOmission] : []),
      ...omitted,
    ],
  };
}

const memberAt = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((one, name) => {
      if (typeof one !== 'object' || one === null || !Object.hasOwn(one, name)) return undefined;
      return (one as Readonly<Record<string, unknown>>)[name];
    }, value);

/**
 * The parts of an imported blueprint that an export left out and that are not filled in.
 * @param listed what the export lists, where the import repeats that
 */
export function findMissing(
  blueprint: { readonly customizations: Customizations },
  listed: readonly Omission[],
): readonly Omission[] {
  const { users = [], files = [], aap_registration: registration } = blueprint.customizations;
  const isFilled = ({ pointer, path, reason }: Omission): boolean => {
    if (path !== undefined) return files.some((file) => file.path === path);
    const member = memberAt(blueprint, pointer);
    if (reason === 'credentials') return typeof member === 'string' && hasUserInfo(member);
    return member !== undefined && member !== '';
  };
  const missing = listed.filter((omission) => !isFilled(omission));
  const isListed = (pointer: string): boolean => missing.some((omission) => omission.pointer === pointer);
  // Recognizable without the list.
  const marked = standardOmissions({
    users: users.map((user) => ({ ...user, password: user.hasPassword && !user.password ? 'missing' : '' })),
    ...(registration?.host_config_key === ''
      ? { aap_registration: { ...registration, host_config_key: 'missing' } }
      : {}),
  });
  return [...missing, ...marked.filter(({ pointer }) => !isListed(pointer))];
}
