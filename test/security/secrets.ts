// Secrets in every place where a request can have one, each recognised by the mark of its kind.
import fc from 'fast-check';
import type { OperationId } from '../../src/http/operation.ts';
import { guestImageRequest } from '../support/given.ts';

/** Kinds of secrets that a caller sends. */
const KINDS = [
  // A password in clear text, and one that is a hash already.
  ...(['password', 'hash'] as const),
  ...(['activationKey', 'hostKey'] as const),
  // A file that registers a system, other files, and what configures a system at its first boot.
  ...(['registration', 'file', 'ignition'] as const),
  // User and password within addresses.
  'credentials',
  // Unknown members of upload options.
  'option',
] as const;
export type Kind = (typeof KINDS)[number];

export type Secrets = Readonly<Record<Kind, string>>;

/** Part of every secret of the kind, and of nothing else. */
export const markOf = (kind: Kind): string => `zQ7${kind}zQ7`;

/** Kinds that may stand in a text. */
export const kindsIn = (text: string): Kind[] => KINDS.filter((kind) => text.includes(markOf(kind)));

const around = (kind: Kind, part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(part, part).map(([before, after]) => `${before}${markOf(kind)}${after}`);

/** Characters that JSON, SQL, shells and logs treat specially; no line breaks, which two of the places refuse. */
const anything = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 10 }),
    fc.constantFrom('"', "'", '\\', ' ', '","x":"', '\\"', "'\\''", '$1', '%s', '=&', '</', '@:/', '}'),
  )
  .map((text) => text.replaceAll(/[\r\n\0]/g, ''));
const word = fc.stringMatching(/^[A-Za-z0-9_-]{0,8}$/);

export const secretsArbitrary: fc.Arbitrary<Secrets> = fc.record({
  password: around('password', anything),
  hash: around('hash', word),
  activationKey: around('activationKey', anything),
  hostKey: around('hostKey', anything),
  registration: around('registration', anything).map((text) => `#!/bin/sh\ncurl -H 'token: ${text}'\n`),
  file: around('file', anything).map((text) => `first line\n${text}\n`),
  ignition: around('ignition', anything),
  credentials: around('credentials', word),
  option: around('option', anything),
} satisfies { [K in Kind]: fc.Arbitrary<string> });

/** Customizations with all of them, of a request that can be built. */
export const secretCustomizations = (secrets: Secrets) => {
  const address = (host: string): string => `https://user:${secrets.credentials}@${host}.test/x`;
  return {
    users: [
      { name: 'plain', password: secrets.password, groups: ['wheel'] },
      { name: 'sha', password: `$6$saltsaltsalt$${secrets.hash}` },
      { name: 'bcrypt', password: `$2b$10$${secrets.hash}` },
    ],
    subscription: {
      ...{ organization: 1, 'activation-key': secrets.activationKey, insights: true, rhc: false },
      ...{ 'server-url': address('server'), 'base-url': address('base'), insights_client_proxy: address('proxy') },
    },
    aap_registration: { ansible_callback_url: address('aap'), host_config_key: secrets.hostKey },
    files: [
      { path: '/usr/local/sbin/register-satellite', data: secrets.registration },
      { path: '/etc/systemd/system/register-satellite.service', data: secrets.registration },
      { path: '/etc/company/token', data: secrets.file },
    ],
    ignition: { embedded: { config: secrets.ignition } },
    payload_repositories: [{ rhsm: false, baseurl: address('payload') }],
    custom_repositories: [{ id: 'custom', name: 'custom', baseurl: [address('custom')] }],
    containers: [{ source: address('registry') }],
  };
};

/** An image request with those that it can have: only images of OSTree commits have an address of one. */
export const secretImageRequest = (secrets: Secrets) => ({
  ...guestImageRequest,
  image_type: 'edge-commit',
  upload_request: { type: 'aws.s3', options: { secret_access_key: secrets.option } },
  ostree: { url: `https://user:${secrets.credentials}@ostree.test/repo` },
});

/** What its own organization is shown of what it stored: everything but passwords, since it is edited there. */
const OWN: readonly Kind[] = ['activationKey', 'hostKey', 'registration', 'file', 'ignition', 'credentials', 'option'];

/** What operations show, according to the specification. Those that are not here show nothing, new ones included. */
export const SHOWN: Readonly<Partial<Record<OperationId, readonly Kind[]>>> = {
  getBlueprint: OWN,
  getBlueprintDiff: OWN,
  getComposes: OWN,
  getBlueprintComposes: OWN,
  getComposeStatus: OWN,
  // For others: without what registers a system, credentials of addresses, and image requests.
  exportBlueprint: ['file', 'ignition'],
};
