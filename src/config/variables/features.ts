import { parseKeys } from '../../lib/secret-box.ts';
import { addressRanges } from '../address-types.ts';
import { readableFile } from '../file-types.ts';
import { boolean, integer, optional, seconds, text } from '../value-types.ts';
import type { Section } from '../variable.ts';

export const composes = {
  DISTRIBUTIONS_DIR: {
    type: { ...optional(text), allowed: 'the path of a directory' },
    default: '',
    description:
      'Directory with the definitions of distributions, one directory each; the built-in one where it is not set.',
    since: 'original',
  },
  ALLOW_FILE: {
    type: readableFile,
    default: '',
    description:
      'JSON file: organization id, or `*` → regular expressions of the restricted distributions that it may use; the service reads a changed file again.',
    since: 'original',
  },
  QUOTA_FILE: {
    type: readableFile,
    default: '',
    description:
      'JSON file: organization id, or `default` → `{"quota": composes, "slidingWindow": nanoseconds}`; the service reads a changed file again, and has no quota without one.',
    since: 'original',
  },
  IMAGE_TYPE_OPTIONS_SECONDS: {
    type: seconds(0, 86_400),
    default: '3600',
    description:
      'Time for which the service uses what composer reports about image types, to find customizations that an image would lack, before it reads that again in the background; with 0 it does not ask composer, and only the built-in rules apply.',
    since: '0.2.0',
  },
  STORAGE_LIMIT_FILE: {
    type: readableFile,
    default: '',
    description:
      'JSON file with the [storage limits](operations.md#storage-limits) of organizations; the service reads a changed file again.',
    since: '0.1.0',
  },
  OSBUILD_AWS_REGION: {
    type: text,
    default: '',
    description:
      'AWS region that images are uploaded to, which are all but those for Azure, GCP and OCI; required beside `COMPOSER_URL` where a distribution offers such images.',
    since: 'original',
  },
  OSBUILD_GCP_REGION: {
    type: text,
    default: '',
    description:
      'GCP region that images are uploaded to; required beside `COMPOSER_URL` where a distribution offers images for GCP.',
    since: 'original',
  },
  OSBUILD_GCP_BUCKET: {
    type: text,
    default: '',
    description: 'GCP bucket that images are uploaded to.',
    since: 'original',
  },
  INSIGHTS_CLIENT_PROXY: {
    type: text,
    default: '',
    description: 'Proxy of the Insights client, which the registration of an image contains.',
    since: 'original',
  },
  PATCH_URL: {
    type: text,
    default: '',
    description: 'Address of Patch, which the registration of an image contains.',
    since: 'original',
  },
  COMPOSE_LOGS: {
    type: boolean,
    default: 'false',
    description:
      'Whether callers can read [what composer logged](operations.md#bills-of-materials-and-logs) of their composes.',
    since: '0.1.0',
  },
  BACKGROUND_WORK: {
    type: boolean,
    default: 'true',
    description: 'Whether this process polls composes, reconciles pending ones, runs schedules and delivers webhooks.',
    since: '0.1.0',
  },
  PROCESS_LEASE_SECONDS: {
    type: seconds(2, 3600),
    default: '30',
    description: 'Time without a heartbeat after which other processes consider a process dead and take over its work.',
    since: '0.1.0',
  },
  SCHEDULE_MAX_FAILURES: {
    type: integer(1, 1000),
    default: '5',
    description: 'Failures in a row that disable the schedule of a blueprint.',
    since: '0.1.0',
  },
  SCHEDULE_ENTITLEMENT_DAYS: {
    type: integer(1, 3650, { of: 'days' }),
    default: '90',
    description:
      'Time for which schedules trust the entitlement of an organization to RHEL after a request has shown it; then they are paused.',
    since: '0.1.0',
  },
} satisfies Section['variables'];

export const events = {
  WEBHOOK_SECRET_KEY: {
    type: optional({
      allowed: '32 bytes in base64, or several with commas',
      parse: (value) => (parseKeys(value) === null ? undefined : value),
    }),
    default: '',
    description:
      'Key that encrypts the secrets of [webhooks](operations.md#webhooks), the current one first; without it there are no webhooks.',
    since: '0.1.0',
    secret: true,
    fromFile: true,
  },
  WEBHOOK_ALLOWED_RANGES: {
    type: addressRanges,
    default: '',
    description: 'Ranges of addresses that [webhooks](operations.md#webhooks) can have besides public addresses.',
    since: '0.1.0',
  },
  WEBHOOK_DENIED_RANGES: {
    type: addressRanges,
    default: '',
    description:
      'Ranges of addresses that [webhooks](operations.md#webhooks) cannot have, also where they are public or allowed.',
    since: '0.1.0',
  },
  WEBHOOK_MESSAGE_HOURS: {
    type: integer(1, 720, { of: 'hours', scale: 3600 }),
    default: '24',
    description:
      'Hours that a message to a [webhook](operations.md#webhooks) may be overdue: later it expires instead of being sent.',
    since: '0.2.0',
  },
  EVENT_STREAMS_MAX: {
    type: integer(0, 100_000),
    default: '1000',
    description: 'Event streams (`GET /events`) of one process; the service refuses more with 503.',
    since: '0.1.0',
  },
  EVENT_STREAMS_PER_ORGANIZATION: {
    type: integer(1, 100_000),
    default: '100',
    description: 'Event streams of one organization in one process; the service refuses more with 429.',
    since: '0.1.0',
  },
  EVENT_HEARTBEAT_SECONDS: {
    type: seconds(1, 3600),
    default: '15',
    description:
      'Time between two heartbeats on an event stream; has to be shorter than the idle timeout of the proxy in front.',
    since: '0.1.0',
  },
  EVENT_RETENTION_DAYS: {
    type: integer(1, 3650, { of: 'days' }),
    default: '7',
    description: 'Age at which events are deleted; a client that reconnects later misses events.',
    since: '0.1.0',
  },
} satisfies Section['variables'];
