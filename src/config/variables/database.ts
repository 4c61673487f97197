import { certificateFile, certificates, keyRingFile } from '../file-types.ts';
import { choice, integer, optional, seconds, text } from '../value-types.ts';
import type { Section } from '../variable.ts';

export const database = {
  PGHOST: {
    type: text,
    default: 'localhost',
    description: 'Host of the PostgreSQL server.',
    since: 'original',
  },
  PGPORT: {
    type: integer(1, 65535),
    default: '5432',
    description: 'Port of the PostgreSQL server.',
    since: 'original',
  },
  PGDATABASE: {
    type: text,
    default: 'imagebuilder',
    description: 'Name of the database.',
    since: 'original',
  },
  PGUSER: {
    type: text,
    default: 'postgres',
    description: 'User of the database.',
    since: 'original',
    fromFile: true,
  },
  PGPASSWORD: {
    type: text,
    default: 'foobar',
    description: 'Password of the user.',
    since: 'original',
    secret: true,
    fromFile: true,
  },
  PGSSLMODE: {
    type: choice(['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']),
    default: 'prefer',
    description:
      'TLS to the database, in the terms of libpq; `verify-full` is recommended, since the others do not check [which server](operations.md#tls-to-the-database) responds.',
    since: 'original',
  },
  PGSSLROOTCERT: {
    type: certificateFile,
    default: '',
    description: 'Authorities trusted for the certificate of the server, instead of those of the system.',
    since: '0.1.0',
  },
  PGSSLROOTCERT_PEM: {
    type: certificates,
    default: '',
    description: 'The same authorities as text; wins over `PGSSLROOTCERT`.',
    since: '0.1.0',
    // Certificates are public, but a text that is none of them can be a key.
    secret: true,
  },
  ENCRYPTION_KEYS_FILE: {
    type: keyRingFile,
    default: '',
    description:
      'JSON file with the keys that [encrypt stored secrets](operations.md#encryption-of-stored-secrets); without it secrets of requests are stored as they are.',
    since: '0.2.0',
  },
  PGPOOLSIZE: {
    type: integer(1, 1000),
    default: '10',
    description: 'Connections of one process.',
    since: '0.1.0',
  },
  PGPOOLWAITING: {
    type: integer(1, 100_000),
    default: '500',
    description: 'Requests of one process that can wait for a connection; the service refuses more with 503.',
    since: '0.1.0',
  },
  PGPOOLSIZE_BACKGROUND: {
    type: integer(1, 1000),
    default: '4',
    description: 'Connections of the background work of one process, besides those of `PGPOOLSIZE`.',
    since: '0.2.0',
  },
  PGCONNECT_TIMEOUT_MS: {
    type: integer(50, 60_000, { of: 'milliseconds' }),
    default: '700',
    description:
      'Time in which the server has to admit a connection: while nothing responds, the service probes whether [the database can be reached](operations.md#when-the-database-is-away).',
    since: '0.2.0',
  },
  PGREAD_TIMEOUT_SECONDS: {
    type: seconds(1, 600),
    default: '5',
    description: 'Time that a read takes at most, waiting for a connection included, before the service answers 503.',
    since: '0.2.0',
  },
  PGWRITE_TIMEOUT_SECONDS: {
    type: seconds(1, 600),
    default: '10',
    description: 'Time that a write takes at most; the server cancels every statement of a request a little earlier.',
    since: '0.2.0',
  },
  PGLOCK_TIMEOUT_MS: {
    type: integer(50, 600_000, { of: 'milliseconds' }),
    default: '3000',
    description:
      'Time that a statement of a request waits for a lock; shorter than that of a read, so that a locked table does not occupy every connection.',
    since: '0.2.0',
  },
  PGBOUNCER: {
    type: choice(['none', 'transaction']),
    default: 'none',
    description:
      'Whether `PGHOST` is a [pooler](operations.md#behind-a-connection-pooler) that gives out connections for a transaction each, such as PgBouncer or RDS Proxy.',
    since: '0.2.0',
  },
  PGDIRECT_HOST: {
    type: optional(text),
    default: '',
    description:
      'Host of the PostgreSQL server behind such a pooler, for what needs a session: migrations, maintenance, notifications.',
    since: '0.2.0',
  },
  PGDIRECT_PORT: {
    type: integer(1, 65535),
    default: '5432',
    description: 'Port of the server of `PGDIRECT_HOST`.',
    since: '0.2.0',
  },
} satisfies Section['variables'];
