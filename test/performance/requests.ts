// Requests and objects at the limits of the service: 2 MiB, and 15,000 values.
import type { OperationId } from '../../src/http/operation.ts';
import { guestImageRequest } from '../support/given.ts';

const MOST_BYTES = 2 * 1024 * 1024 - 64 * 1024;
const MOST_VALUES = 14_500;

/** Items that have together as many values and bytes as a body may have. */
const many = (
  valuesOfItem: number,
  bytesOfItem: number,
  make: (index: number, padding: string) => unknown,
): unknown[] => {
  const length = Math.floor(MOST_VALUES / valuesOfItem);
  const padding = 'x'.repeat(Math.floor(MOST_BYTES / length) - bytesOfItem);
  return Array.from({ length }, (_, index) => make(index, padding));
};

/** Customizations that are as large as they can be, each in another way. */
export const LARGE_CUSTOMIZATIONS: Readonly<Record<string, object>> = {
  'many packages and users': {
    packages: Array.from({ length: 10_000 }, (_, index) => `package-${index}`),
    users: Array.from({ length: 100 }, (_, index) => ({ name: `user${index}`, password: `$6$salt$${'h'.repeat(86)}` })),
  },
  'many files': {
    files: many(4, 90, (index, padding) => ({ path: `/etc/custom/${index}.conf`, data: padding, mode: '0644' })),
  },
  'many users': { users: many(3, 60, (index, padding) => ({ name: `user${index}`, ssh_key: padding })) },
  'a large file': { files: [{ path: '/etc/custom/large', data: 'x'.repeat(MOST_BYTES) }] },
  'a file of quotes': { files: [{ path: '/etc/custom/quotes', data: '\n"'.repeat(MOST_BYTES / 4) }] },
  'many repositories': {
    custom_repositories: many(4, 60, (index, padding) => ({ id: `r${index}`, baseurl: [`https://e.test/${padding}`] })),
  },
};

const images = [guestImageRequest];
const names = (length: number): string[] => Array.from({ length }, (_, index) => `package-${index}`);
const long = 'x'.repeat(MOST_BYTES);

type Bodies = Readonly<Record<string, unknown>>;

const eachOf = (make: (customizations: object) => unknown): Bodies =>
  Object.fromEntries(
    Object.entries(LARGE_CUSTOMIZATIONS).map(([what, customizations]) => [what, make(customizations)]),
  );

/** Bodies that are as large as they can be; operations without an entry have small ones. */
export const LARGE_BODIES: Readonly<Partial<Record<OperationId, (name: string) => Bodies>>> = {
  composeImage: () =>
    eachOf((customizations) => ({ distribution: 'centos-9', image_requests: images, customizations })),
  createBlueprint: (name) =>
    eachOf((customizations) => ({ name, distribution: 'centos-9', image_requests: images, customizations })),
  updateBlueprint: (name) =>
    eachOf((customizations) => ({ name, distribution: 'centos-9', image_requests: images, customizations })),
  validateBlueprint: (name) => ({
    ...eachOf((customizations) => ({ name, distribution: 'centos-9', image_requests: images, customizations })),
    'nothing that is known': Object.fromEntries(names(MOST_VALUES).map((member) => [member, 1])),
    'many images': {
      name,
      distribution: 'centos-9',
      image_requests: names(2_000).map(() => guestImageRequest),
      customizations: {},
    },
  }),
  cloneCompose: () => ({ 'many accounts': { region: 'eu-central-1', share_with_accounts: names(MOST_VALUES) } }),
  createWebhook: () => ({
    'a long description': { url: 'https://hooks.example.com/x', description: long },
    'a long address': { url: `https://hooks.example.com/${long}` },
    'many types': { url: 'https://hooks.example.com/x', event_types: names(MOST_VALUES) },
  }),
  setBlueprintLabels: () => ({
    'many labels': { labels: Object.fromEntries(names(MOST_VALUES).map((key) => [key, 'x'])) },
  }),
  setComposeLabels: () => ({
    'many labels': { labels: Object.fromEntries(names(MOST_VALUES).map((key) => [key, 'x'])) },
  }),
  setBlueprintSchedule: () => ({
    'a long schedule': { cron: `0,${'1,'.repeat(MOST_BYTES / 2)}2 3 * * *` },
    'a long time zone': { cron: '0 3 * * *', timezone: long },
  }),
  recommendPackage: () => ({
    'many packages': { packages: names(MOST_VALUES), recommendedPackages: 1, distribution: 'rhel9' },
  }),
};

/** Responses of composer: an image of ten thousand packages. */
const PACKAGES = names(10_000).map((name) => ({
  ...{ type: 'rpm', name, version: '1.2.3', release: '4.el9', arch: 'x86_64', epoch: '0' },
  ...{ sigmd5: 'd41d8cd98f00b204e9800998ecf8427e', signature: null },
}));
const SBOM = {
  ...{ SPDXID: 'SPDXRef-DOCUMENT', spdxVersion: 'SPDX-2.3', name: 'sbom' },
  packages: names(5_000).map((name) => ({
    ...{
      SPDXID: `SPDXRef-${name}`,
      name,
      versionInfo: '1.2.3-4.el9',
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
    },
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: `pkg:rpm/${name}@1.2.3` },
    ],
  })),
};

export const COMPOSER_RESPONSES = {
  metadata: JSON.stringify({ packages: PACKAGES }),
  sboms: JSON.stringify({
    items: [[{ sbom: SBOM, sbom_type: 'spdx', pipeline_name: 'os', pipeline_purpose: 'image' }]],
  }),
  logs: JSON.stringify({ image_builds: [{ success: true, log: { lines: names(20_000) } }] }),
} as const;
