import { hostName, httpUrl, sentryDsn } from '../address-types.ts';
import { integer, listOf, matching, nameOf, optional, seconds, text } from '../value-types.ts';
import type { LogLevel } from '../types.ts';
import type { Section } from '../variable.ts';

export const probes = {
  READINESS_CHECKS: {
    type: listOf(['composer', 'database']),
    default: '',
    description:
      'Services without which `/ready` fails, with commas between; others are named in its body while they are away.',
    since: '0.1.0',
  },
  READINESS_CACHE_SECONDS: {
    type: seconds(0, 60),
    default: '1',
    description:
      'Time for which the service caches the result of these checks, so that probes cannot overload composer.',
    since: '0.1.0',
  },
  METRICS_PORT: {
    type: integer(0, 65535),
    default: '0',
    description: 'A second port that serves the metrics; 0 for none.',
    since: '0.1.0',
  },
  BUILD_COMMIT: {
    type: text,
    default: '',
    description: 'Commit of the running code, which `/version` returns.',
    since: '0.1.0',
  },
  BUILD_TIME: {
    type: text,
    default: '',
    description: 'Time of the running build, which `/version` returns.',
    since: '0.1.0',
  },
} satisfies Section['variables'];

const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
  panic: 'error',
};

export const log = {
  LOG_LEVEL: {
    type: nameOf(LEVELS),
    default: 'INFO',
    description: 'Lowest level of the lines that are logged, in upper or lower case.',
    since: 'original',
  },
  CHANNEL: {
    type: optional(text),
    default: '',
    description: 'Value of the field `channel` of every log line.',
    since: 'original',
  },
  SPLUNK_HEC_HOST: {
    type: hostName,
    default: '',
    description: 'Host of a Splunk HTTP event collector; log lines go there when host, port and token are set.',
    since: 'original',
  },
  SPLUNK_HEC_PORT: {
    type: optional(integer(1, 65535)),
    default: '',
    description: 'Port of the Splunk HTTP event collector.',
    since: 'original',
  },
  SPLUNK_HEC_TOKEN: {
    type: matching('one word of ASCII characters', /^[!-~]*$/),
    default: '',
    description: 'Token for the Splunk HTTP event collector.',
    since: 'original',
    secret: true,
    fromFile: true,
  },
  CW_AWS_REGION: {
    type: matching('the name of a region', /^[a-z0-9-]*$/),
    default: '',
    description: 'AWS region of CloudWatch; log lines go there when region, key id and key are set.',
    since: 'original',
  },
  CW_AWS_ACCESS_KEY_ID: {
    type: text,
    default: '',
    description: 'Id of the AWS access key for CloudWatch.',
    since: 'original',
    secret: true,
    fromFile: true,
  },
  CW_AWS_SECRET_ACCESS_KEY: {
    type: text,
    default: '',
    description: 'AWS secret access key for CloudWatch.',
    since: 'original',
    secret: true,
    fromFile: true,
  },
  CW_LOG_GROUP: {
    type: matching('the name of a log group', /^[\w./#-]{0,512}$/),
    default: '',
    description: 'Log group of CloudWatch.',
    since: 'original',
  },
  CW_ENDPOINT_URL: {
    type: httpUrl,
    default: '',
    description: 'Base URL of CloudWatch, where it is not the one of the region.',
    since: '0.1.0',
  },
  GLITCHTIP_DSN: {
    type: sentryDsn,
    default: '',
    description: 'DSN of a service that speaks the protocol of Sentry; it receives the error lines of the log.',
    since: 'original',
    secret: true,
    fromFile: true,
  },
} satisfies Section['variables'];
