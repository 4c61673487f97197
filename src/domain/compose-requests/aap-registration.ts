import { invalid } from '../../lib/errors.ts';
import type { ComposerFile, Customizations } from './types.ts';

type Registration = NonNullable<Customizations['aap_registration']>;

const SCRIPT = '/usr/local/sbin/aap-first-boot-reg';
const UNIT_NAME = 'aap-first-boot-reg.service';
const UNIT = `/etc/systemd/system/${UNIT_NAME}`;
const MARKER = '/var/local/.aap-first-boot-reg-done';

/** Files, unit and certificates of an AAP registration. The files contain a secret: never log them. */
export interface AapParts {
  readonly files: readonly ComposerFile[];
  readonly service: string;
  readonly certificates: readonly string[];
}

/** Paths of the files that a registration adds to an image. */
export function aapPaths(): readonly string[] {
  return [SCRIPT, UNIT];
}

/** Quotes one shell argument. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const script = ({ ansible_callback_url, host_config_key, skip_tls_verification }: Registration): string => {
  const options = [
    '--silent',
    '--show-error',
    '--include',
    // The marker must not be written after a refusal: the next boot retries.
    '--fail',
    ...(skip_tls_verification === true ? ['--insecure'] : []),
    '--globoff',
    '--request POST',
    `--data-urlencode ${quote(`host_config_key=${host_config_key}`)}`,
  ];
  return `#!/usr/bin/bash\nexec /usr/bin/curl ${options.join(' ')} --url ${quote(ansible_callback_url)}\n`;
};

const unit = (): string =>
  [
    '[Unit]',
    'Description=Register with Ansible Automation Platform on first boot',
    `ConditionFileIsExecutable=${SCRIPT}`,
    `ConditionPathExists=!${MARKER}`,
    'Wants=network-online.target',
    'After=selinux-autorelabel.service',
    'After=network-online.target',
    'After=osbuild-first-boot.service',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${SCRIPT}`,
    `ExecStartPost=/usr/bin/touch ${MARKER}`,
    'RemainAfterExit=yes',
    '',
    '[Install]',
    'WantedBy=basic.target',
    '',
  ].join('\n');

/** @throws ServiceError `invalid` naming the member */
const refuseLineBreaks = (registration: Registration): void => {
  for (const member of ['ansible_callback_url', 'host_config_key'] as const) {
    if (/[\r\n]/.test(registration[member])) {
      throw invalid({
        detail: `customizations.aap_registration.${member} must not contain line breaks`,
        code: 'body.invalid',
        ...{ pointer: `/customizations/aap_registration/${member}`, takes: 'one line' },
      });
    }
  }
};

/**
 * The parts that registration with Ansible Automation Platform at first boot adds to an image.
 * @throws ServiceError `invalid`
 */
export function aapParts(registration: Registration): AapParts {
  refuseLineBreaks(registration);
  const { tls_certificate_authority } = registration;
  return {
    files: [
      { path: SCRIPT, mode: '0774', ensure_parents: true, data: script(registration) },
      { path: UNIT, ensure_parents: true, data: unit() },
    ],
    service: UNIT_NAME,
    certificates: tls_certificate_authority ? [tls_certificate_authority] : [],
  };
}
