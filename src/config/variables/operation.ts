import { integer, maintenanceBoolean, optional, text } from '../value-types.ts';
import type { Section } from '../variable.ts';

export const maintenance = {
  ENABLE_DB_MAINTENANCE: {
    type: maintenanceBoolean,
    default: 'false',
    description: 'Whether the maintenance job does anything.',
    since: 'original',
  },
  DRY_RUN: {
    type: maintenanceBoolean,
    default: 'true',
    description: 'Whether the job only counts the rows that it would delete.',
    since: 'original',
  },
  // Zero would mean all composes, which is no retention that an operator can want.
  DB_COMPOSES_RETENTION_MONTHS: {
    type: integer(1, 1200),
    default: '24',
    description: 'Age in calendar months at which the job deletes composes.',
    since: 'original',
  },
  MAINTENANCE_MINUTES: {
    type: integer(1, 1440, { of: 'minutes', scale: 60_000 }),
    default: '120',
    description: 'Time after which a run of the job ends early; the next run continues where it ended.',
    since: '0.2.0',
  },
  MAINTENANCE_INTERVAL_HOURS: {
    type: optional(integer(1, 8760, { of: 'hours', scale: 3_600_000 })),
    default: '',
    description:
      'How often the job runs, where it deletes: the service then exports when maintenance counts as overdue, for an alert.',
    since: '0.2.0',
  },
  AUDIT_RETENTION_MONTHS: {
    type: integer(1, 1200),
    default: '24',
    description: 'Age in calendar months at which the job deletes entries of the audit log.',
    since: '0.1.0',
  },
  DELETED_BLUEPRINTS_RETENTION_MONTHS: {
    type: integer(1, 1200),
    default: '120',
    description: 'Calendar months after which the job deletes blueprints that clients have deleted.',
    since: '0.2.0',
  },
} satisfies Section['variables'];

export const deployment = {
  ACG_CONFIG: {
    type: { ...optional(text), allowed: 'the path of a readable JSON document' },
    default: '',
    description: 'Path of the JSON document of Clowder; its settings win over variables, except for `PGSSLMODE`.',
    since: 'original',
  },
  CLOWDER_ENABLED: {
    type: text,
    default: '',
    description: 'Has no effect: `ACG_CONFIG` decides.',
    since: 'original',
  },
  MIGRATIONS_DIR: {
    type: text,
    default: '',
    description: 'Has no effect: the migrations are part of the service.',
    since: 'original',
  },
  TERN_EXECUTABLE: {
    type: text,
    default: '',
    description: 'Has no effect: the service does not use tern.',
    since: 'original',
  },
  TERN_MIGRATIONS_DIR: {
    type: text,
    default: '',
    description: 'Has no effect: the service does not use tern.',
    since: 'original',
  },
} satisfies Section['variables'];
