import { join } from 'node:path';
import { toBuildSubject, toImageModeSubject } from '../../../src/domain/build-rules/build-subject.ts';
import { findBuildIssues } from '../../../src/domain/build-rules/find-issues.ts';
import type { Finding } from '../../../src/domain/build-rules/rule.ts';
import { indexOptions, type DistributionOptions } from '../../../src/domain/build-rules/type-options.ts';
import type { Customizations, ImageRequest } from '../../../src/domain/compose-requests/types.ts';
import { loadDistributions } from '../../../src/domain/distributions/registry.ts';

/** The distributions of the project. */
export const distributions = loadDistributions(join(import.meta.dirname, '../../../distributions'));

export interface Target {
  readonly distribution?: string;
  readonly type?: ImageRequest['image_type'];
  readonly architecture?: ImageRequest['architecture'];
  readonly ostree?: ImageRequest['ostree'];
  readonly options?: DistributionOptions | null;
}

/** The findings for an image: a guest image of CentOS Stream 9, unless the target says otherwise. */
export const findingsFor = (customizations: Customizations, target: Target = {}): readonly Finding[] => {
  const {
    distribution: key = 'centos-9',
    type = 'guest-image',
    architecture = 'x86_64',
    ostree,
    options = null,
  } = target;
  const distribution = distributions.find(key, { entitled: true });
  if (distribution === null) throw new Error(`there is no distribution ${key}`);
  const image: ImageRequest = {
    ...{ architecture, image_type: type, upload_request: { type: 'aws.s3', options: {} } },
    ...(ostree === undefined ? {} : { ostree }),
  };
  const subject = toBuildSubject({ distribution, image, customizations, imagePointer: '/image_requests/0' }, options);
  return [...findBuildIssues(subject)].flat();
};

/** The findings for an image of a container: a guest image, unless a type is given. */
export const imageModeFindings = (
  customizations: Customizations,
  type: ImageRequest['image_type'] = 'guest-image',
  more: Partial<ImageRequest> = {},
): readonly Finding[] => {
  const image: ImageRequest = {
    ...{ architecture: 'x86_64', image_type: type, upload_request: { type: 'aws.s3', options: {} } },
    ...more,
  };
  const subject = toImageModeSubject({ image, customizations, imagePointer: '/image_requests/0' });
  return [...findBuildIssues(subject)].flat();
};

/** Kind and place of findings, as `error /customizations/hostname`. */
export const places = (findings: readonly Finding[]): string[] =>
  findings.map(({ kind, pointer }) => `${kind} ${pointer}`);

/** Length of a list of possible values that `texts` shows. */
const LONGEST_LIST = 200;

/** Findings as people read them, as `error (host name): customizations.hostname "a b" is no host name`. */
export const texts = (findings: readonly Finding[]): string[] =>
  findings.map(({ kind, title, detail, takes = '' }) => {
    const shown = takes.length > LONGEST_LIST ? detail.replace(takes, 'a list') : detail;
    return `${kind} (${title}): ${shown.replace(/^customizations\./, '')}`;
  });

/** What composer reports of the image types of one distribution, all of x86_64. */
export const optionsOf = (types: Readonly<Record<string, readonly string[]>>, more: object = {}): DistributionOptions =>
  indexOptions({
    ...{ href: 'x', id: 'x', kind: 'x', name: 'x' },
    architectures: {
      x86_64: {
        name: 'x86_64',
        image_types: Object.fromEntries(
          Object.entries(types).map(([name, supported]) => [
            name,
            { name, supported_blueprint_options: [...supported], ...more },
          ]),
        ),
      },
    },
  });

/** A certificate that has ended: the rules only parse it. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUGMslrPh+oIBZshWHUhPZ9dlp4P0wCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMzAxMDQ4MzBaFw0yNjEyMDExMDQ4MzBa
MA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAShaEWF
4mdjWfG4YKDhrf82HIzaJ93t2xP+EO07RA78oGMb3pDYaowA/rPe4PIqPiRKlpPe
93Xqg9QNug/eA+4Zo1MwUTAdBgNVHQ4EFgQUKCg46dSdJmeKEOlMyci3WPFsRD4w
HwYDVR0jBBgwFoAUKCg46dSdJmeKEOlMyci3WPFsRD4wDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiBLdSaGEHxLkZL7rGi1zok8Z7ldon0ImKVzyJWs
b5iYKQIhALEXu/kVvMW17qUD+36ig2/zsC9D8/1zt+uva8MReyWb
-----END CERTIFICATE-----
`;
