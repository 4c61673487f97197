import { duplicates, select, textRule, type Rule, type Subject, type TextEntry, type Violation } from './rule.ts';
import { hasSystem, usesKickstart, type BuildTarget } from './target.ts';

const NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}$/;
/** A kickstart file takes no points. */
const KICKSTART_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,31}$/;

const SSH_KEY =
  /^(?:\S.*\s)?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]+=*(?:\s|$)/;

const isSshKeys = (text: string): boolean =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .every((line) => SSH_KEY.test(line.trim()));

const createsAccounts = (target: BuildTarget): boolean => hasSystem(target) || usesKickstart(target);

const names = (at: string, what: string): readonly TextEntry[] => [
  {
    ...{ at, kind: 'error', title: `${what} name`, applies: createsAccounts },
    fails: (name) => !NAME.test(name),
    ...{ says: `is no ${what} name`, takes: 'up to 32 letters, digits, "_", "." and "-", the first no "-"' },
  },
  {
    ...{ at, kind: 'error', title: `${what} name`, applies: usesKickstart },
    fails: (name) => NAME.test(name) && !KICKSTART_NAME.test(name),
    ...{
      says: `is no ${what} name for an installer`,
      takes: 'up to 32 letters, digits, "_" and "-", the first no "-"',
    },
  },
];

const ENTRIES: readonly TextEntry[] = [
  ...names('users/#/name', 'user'),
  ...names('groups/#/name', 'group'),
  {
    ...{ at: 'users/#/groups/#', kind: 'warning', title: 'group name', applies: createsAccounts },
    fails: (name) => !NAME.test(name),
    ...{ says: 'is no group name, and the user is not created', takes: 'names of groups' },
  },
  {
    ...{ at: 'users/#/ssh_key', kind: 'warning', title: 'SSH key', hidden: true },
    fails: (key) => !isSshKeys(key),
    ...{
      says: 'is no public SSH key, and gives no access',
      takes: 'lines as in an authorized_keys file',
    },
  },
];

/** Values of a member that repeat, one of them lost or refused. */
const repeated = (title: string, kind: Rule['kind'], at: string, says: string): Rule => ({
  ...{ title, kind, about: [at.split('/')[0] as Subject] },
  find: ({ customizations }) =>
    duplicates(select(customizations, at)).map(({ pointer, value }): Violation => ({
      pointer,
      value: String(value),
      says,
    })),
});

/** The largest id of 32 bits stands for none. */
const MAX_ID = 2 ** 32 - 2;

const GROUP_ID: Rule = {
  ...{ title: 'group id', kind: 'warning', about: ['groups'] },
  find: ({ customizations }) =>
    select(customizations, 'groups/#/gid').flatMap(({ pointer, value }) => {
      const id = Number(value);
      if (id >= 0 && id <= MAX_ID) return [];
      return [
        {
          pointer,
          value: String(value),
          says: id < 0 ? 'is negative' : 'is too large',
          takes: `an id from 0 to ${MAX_ID}`,
        },
      ];
    }),
};

/** Users and groups. */
export const ACCOUNT_RULES: readonly Rule[] = [
  ...ENTRIES.map(textRule),
  repeated('duplicate user', 'warning', 'users/#/name', 'is given twice: the last of them counts'),
  repeated('duplicate group', 'error', 'groups/#/name', 'is given twice'),
  repeated('duplicate group id', 'error', 'groups/#/gid', 'is the id of two groups'),
  GROUP_ID,
];
