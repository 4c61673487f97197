import { duplicates, select, textRule, type Place, type Rule, type TextEntry, type Violation } from './rule.ts';
import { hasSystem, isLvmBased } from './target.ts';
import { isTimeZone } from './time-zone.ts';

const MAX_HOST_NAME = 64;
const HOST_LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const MAX_PORT = 65_535;

const isHostName = (text: string): boolean => text.split('.').every((label) => HOST_LABEL.test(label));

/** An address of IPv6 has colons instead of labels. */
const isServer = (text: string): boolean => isHostName(text) || /^[0-9a-f:]+(?:%\w+)?$/i.test(text);

/** Numbers of a port or range; names of services have none. */
const portNumbers = (text: string): readonly number[] =>
  /^(\d+)(?:-(\d+))?:/.exec(text)?.slice(1).filter(Boolean).map(Number) ?? [];

const PORTS = 'a number, a range or a name, ":" and tcp, udp, sctp or dccp, as in 8080:tcp';

/** A port before the last colon: a number, a range, or the name of a service. */
const PORT = /^(?:\d+(?:-\d+)?|[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?):/;

const isBadRange = (text: string): boolean => {
  const [first = 1, last = first] = portNumbers(text);
  return first < 1 || last < first;
};

const LOCALE = /^(?:C|POSIX|[a-z]{2,3}(?:_[A-Z]{2})?(?:@[a-z]+)?)(?:\.[A-Za-z0-9-]+)?(?:@[a-z]+)?$/;
const UNIT = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$/;

const NOT_NAMES: readonly TextEntry[] = ['enabled', 'disabled', 'masked'].map((state) => ({
  ...{ at: `services/${state}/#`, kind: 'warning', title: 'unit name' },
  fails: (name) => !UNIT.test(name),
  ...{ says: 'is no name of a unit', takes: 'letters, digits and ":_.\\@-"' },
}));

const FIREWALL_SERVICES: readonly TextEntry[] = ['enabled', 'disabled'].map((state) => ({
  ...{ at: `firewall/services/${state}/#`, kind: 'warning', title: 'firewall service' },
  fails: (name) => !/^[A-Za-z0-9_.-]+$/.test(name),
  ...{ says: 'is no name of a service', takes: 'a name that firewalld knows' },
}));

/** What packages and containers have in common. */
const COMMON_ENTRIES: readonly TextEntry[] = [
  {
    ...{ at: 'kernel/append', kind: 'warning', title: 'kernel arguments' },
    fails: (text) => /[\u0000-\u001f\u007f]/.test(text),
    ...{ says: 'has a control character', takes: 'one line' },
  },
  {
    ...{ at: 'installer/sudo-nopasswd/#', kind: 'warning', title: 'sudo' },
    fails: (name) => !/^%?[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}$/.test(name),
    ...{ says: 'is no user or group', takes: 'a user name, or "%" and a group name' },
  },
];

const ENTRIES: readonly TextEntry[] = [
  {
    ...{ at: 'hostname', kind: 'error', title: 'host name', applies: hasSystem },
    fails: (name) => name.length > MAX_HOST_NAME,
    ...{ says: 'is too long', takes: `${MAX_HOST_NAME} characters` },
  },
  {
    ...{ at: 'hostname', kind: 'warning', title: 'host name', applies: hasSystem },
    fails: (name) => name === '' || !isHostName(name),
    ...{ says: 'is no host name', takes: 'labels of letters, digits and hyphens with points between them' },
  },
  {
    ...{ at: 'timezone/timezone', kind: 'error', title: 'time zone', applies: hasSystem },
    fails: (zone) => zone !== '' && !isTimeZone(zone),
    ...{ says: 'does not exist', takes: 'a name of the time zone database, such as Europe/Prague' },
  },
  {
    ...{ at: 'timezone/timezone', kind: 'warning', title: 'time zone' },
    fails: (zone) => zone === '',
    ...{ says: 'has no effect', takes: 'a name of the time zone database, such as Europe/Prague' },
  },
  {
    ...{ at: 'timezone/ntpservers/#', kind: 'warning', title: 'time server' },
    fails: (server) => !isServer(server),
    ...{ says: 'is no address of a server', takes: 'a host name or an IP address' },
  },
  {
    ...{ at: 'locale/languages/#', kind: 'warning', title: 'locale' },
    fails: (locale) => !LOCALE.test(locale),
    ...{ says: 'is no locale', takes: 'a name such as de_DE.UTF-8' },
  },
  {
    ...{ at: 'locale/keyboard', kind: 'warning', title: 'keyboard' },
    fails: (keyboard) => !/^[A-Za-z0-9_.-]+$/.test(keyboard),
    ...{ says: 'is no keyboard layout', takes: 'a name such as us or de-nodeadkeys' },
  },
  {
    ...{ at: 'firewall/ports/#', kind: 'error', title: 'port', applies: hasSystem },
    fails: (port) => !/.:(?:tcp|udp|sctp|dccp)$/.test(port),
    ...{ says: 'is no port', takes: PORTS },
  },
  {
    ...{ at: 'firewall/ports/#', kind: 'error', title: 'port', applies: hasSystem },
    fails: (port) => portNumbers(port).some((number) => number > MAX_PORT),
    ...{ says: 'is no port', takes: `numbers up to ${MAX_PORT}` },
  },
  {
    ...{ at: 'firewall/ports/#', kind: 'warning', title: 'port' },
    fails: (port) => /.:[a-z]+$/.test(port) && !PORT.test(port),
    ...{ says: 'is no number, range or name of a port', takes: PORTS },
  },
  {
    ...{ at: 'firewall/ports/#', kind: 'warning', title: 'port' },
    fails: isBadRange,
    ...{ says: 'is no range of ports', takes: PORTS },
  },
  {
    ...{ at: 'kernel/name', kind: 'warning', title: 'kernel' },
    fails: (name) => name !== '' && !/^[A-Za-z0-9][A-Za-z0-9_.+-]*$/.test(name),
    ...{ says: 'is no name of a package', takes: 'a name such as kernel-debug' },
  },
  ...NOT_NAMES,
  ...FIREWALL_SERVICES,
];

const listedTwice = (places: readonly Place[], meaningOf?: (value: unknown) => unknown): Violation[] =>
  duplicates(places, meaningOf).map(({ pointer, value }) => ({
    pointer,
    value: String(value),
    says: 'is listed twice',
  }));

/** A unit without a suffix is a service. */
const unitOf = (name: unknown): string => (/\.[a-z]+$/.test(String(name)) ? String(name) : `${String(name)}.service`);

const CONTRADICTING_SERVICES: Rule = {
  ...{ title: 'service', kind: 'warning', about: ['services'] },
  find: ({ customizations }) =>
    listedTwice(
      ['enabled', 'disabled', 'masked'].flatMap((state) => select(customizations, `services/${state}/#`)),
      unitOf,
    ),
};

const CONTRADICTING_FIREWALL_SERVICES: Rule = {
  ...{ title: 'firewall service', kind: 'warning', about: ['firewall'] },
  find: ({ customizations }) =>
    listedTwice(['enabled', 'disabled'].flatMap((state) => select(customizations, `firewall/services/${state}/#`))),
};

const LAYOUT_CONFLICT: Rule = {
  ...{ title: 'file systems and disk', kind: 'error', about: ['disk'] },
  applies: (target) => target.mode === 'package' || hasSystem(target),
  find: ({ customizations: { disk, filesystem } }) =>
    disk && (filesystem?.length ?? 0) > 0
      ? [{ pointer: '/customizations/filesystem', says: 'cannot be combined with disk', takes: 'one of the two' }]
      : [],
};

const RAW_ON_LVM: Rule = {
  ...{ title: 'partitioning mode', kind: 'error', about: ['partitioning_mode'], applies: isLvmBased },
  find: ({ customizations: { partitioning_mode: mode, disk }, target: { imageType } }) =>
    mode === 'raw' && !disk
      ? [
          {
            ...{ pointer: '/customizations/partitioning_mode', value: mode, takes: 'lvm or auto-lvm' },
            says: `is not possible for ${imageType}, whose default layout has LVM`,
          },
        ]
      : [],
};

const MODE_WITH_DISK: Rule = {
  ...{ title: 'partitioning mode', kind: 'warning', about: ['disk'] },
  find: ({ customizations: { partitioning_mode: mode, disk } }) =>
    mode !== undefined && disk
      ? [{ pointer: '/customizations/partitioning_mode', value: mode, says: 'has no effect beside disk' }]
      : [],
};

/** Kernel arguments, passwords of sudo, and the layout of the disk as a whole. */
export const COMMON_SYSTEM_RULES: readonly Rule[] = [...COMMON_ENTRIES.map(textRule), LAYOUT_CONFLICT];

/** Host name, time, language, firewall, services, kernel and layout of the disk as a whole. */
export const SYSTEM_RULES: readonly Rule[] = [
  ...ENTRIES.map(textRule),
  ...COMMON_SYSTEM_RULES,
  ...[CONTRADICTING_SERVICES, CONTRADICTING_FIREWALL_SERVICES, RAW_ON_LVM, MODE_WITH_DISK],
];
