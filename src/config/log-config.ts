import type { Reader } from './reader.ts';
import type { LogConfig } from './types.ts';
import type { VariableName } from './variables/index.ts';

/** Variables that turn a log sink on together, and have no effect as long as one of them is missing. */
const SPLUNK: readonly VariableName[] = ['SPLUNK_HEC_HOST', 'SPLUNK_HEC_TOKEN', 'SPLUNK_HEC_PORT'];
const CLOUDWATCH: readonly VariableName[] = ['CW_AWS_REGION', 'CW_AWS_ACCESS_KEY_ID', 'CW_AWS_SECRET_ACCESS_KEY'];

function splunk({ read, isSet }: Reader): LogConfig['splunk'] {
  const [host, port, token] = [read('SPLUNK_HEC_HOST'), read('SPLUNK_HEC_PORT'), read('SPLUNK_HEC_TOKEN')];
  if (host === null || port === null || !SPLUNK.every(isSet)) return null;
  return { url: new URL(`https://${host}:${port}/services/collector/event`).href, token };
}

function cloudwatch({ read, isSet, report }: Reader): LogConfig['cloudwatch'] {
  const endpoint = read('CW_ENDPOINT_URL');
  if (!CLOUDWATCH.every(isSet)) return null;
  if (!isSet('CW_LOG_GROUP')) report('CW_LOG_GROUP', `must be set with ${CLOUDWATCH.join(', ')}`);
  return {
    endpoint,
    region: read('CW_AWS_REGION'),
    group: read('CW_LOG_GROUP'),
    accessKeyId: read('CW_AWS_ACCESS_KEY_ID'),
    secretAccessKey: read('CW_AWS_SECRET_ACCESS_KEY'),
  };
}

/** Level, channel and sinks of the log. */
export function logConfig(reader: Reader): LogConfig {
  const dsn = reader.read('GLITCHTIP_DSN');
  return {
    level: reader.read('LOG_LEVEL'),
    channel: reader.read('CHANNEL'),
    splunk: splunk(reader),
    cloudwatch: cloudwatch(reader),
    sentry: dsn === null ? null : { dsn },
  };
}

/** The variables of sinks that lack another variable. The port alone does not count: deployments always set it. */
export function variablesOfIncompleteSinks({ isSet }: Reader): readonly VariableName[] {
  return [
    ...(SPLUNK.every(isSet) ? [] : SPLUNK.filter((name) => name !== 'SPLUNK_HEC_PORT')),
    ...(CLOUDWATCH.every(isSet) ? [] : ([...CLOUDWATCH, 'CW_LOG_GROUP', 'CW_ENDPOINT_URL'] as const)),
  ].filter(isSet);
}
