import { readFileSync } from 'node:fs';
import { isObject, type JsonObject } from '../lib/json-object.ts';
import type { Environment } from './environment.ts';

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function list(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** Variables of an object's members; an absent member sets nothing. */
function variables(from: JsonObject, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([member, variable]) => {
      const value = from[member];
      return typeof value === 'string' || typeof value === 'number' ? [[variable, String(value)]] : [];
    }),
  );
}

/** Services of the platform: app and name of their endpoint → variable and path of the API. */
const ENDPOINTS = [
  { app: 'provisioning-backend', name: 'api', variable: 'PROVISIONING_URL', path: '/api/provisioning/v1' },
  { app: 'content-sources-backend', name: 'service', variable: 'CONTENT_SOURCES_URL', path: '/api/content-sources/v1' },
  { app: 'compliance', name: 'service', variable: 'COMPLIANCE_URL', path: '/api/compliance/v2' },
] as const;

const hostAndPort = ({ hostname, port }: JsonObject): string => [hostname, port].map(String).join(':');

function endpoints(document: JsonObject): Record<string, string> {
  return Object.fromEntries(
    list(document['endpoints']).flatMap((endpoint) => {
      const known = ENDPOINTS.find(({ app, name }) => endpoint['app'] === app && endpoint['name'] === name);
      return known && endpoint['hostname'] ? [[known.variable, `http://${hostAndPort(endpoint)}${known.path}`]] : [];
    }),
  );
}

function featureFlags(document: JsonObject): Record<string, string> {
  const flags = object(document['featureFlags']);
  const scheme = typeof flags['scheme'] === 'string' ? flags['scheme'] : 'http';
  return {
    ...(flags['hostname'] ? { UNLEASH_URL: `${scheme}://${hostAndPort(flags)}/api` } : {}),
    ...variables(flags, { clientAccessToken: 'UNLEASH_TOKEN' }),
  };
}

/** The variables that a Clowder document sets. */
export function clowderVariables(document: unknown): Record<string, string> {
  const root = object(document);
  const { envName } = object(root['metadata']);
  return {
    ...variables(object(root['database']), {
      hostname: 'PGHOST',
      port: 'PGPORT',
      name: 'PGDATABASE',
      username: 'PGUSER',
      password: 'PGPASSWORD',
      sslMode: 'PGSSLMODE',
      rdsCa: 'PGSSLROOTCERT_PEM',
    }),
    ...variables(object(object(root['logging'])['cloudwatch']), {
      region: 'CW_AWS_REGION',
      accessKeyId: 'CW_AWS_ACCESS_KEY_ID',
      secretAccessKey: 'CW_AWS_SECRET_ACCESS_KEY',
      logGroup: 'CW_LOG_GROUP',
    }),
    ...variables(root, { metricsPort: 'METRICS_PORT' }),
    ...endpoints(root),
    ...featureFlags(root),
    ...(typeof envName === 'string' && envName.includes('ephemeral') ? { LOG_LEVEL: 'DEBUG' } : {}),
  };
}

/**
 * The environment with the settings of the Clowder document that `ACG_CONFIG` names. They win over variables, except that an
 * explicitly set `PGSSLMODE` stays.
 * @throws Error when the document is not readable or not JSON
 */
export function applyClowder(env: Environment): Environment {
  const path = env['ACG_CONFIG'];
  if (path === undefined) return env;
  const { PGSSLMODE } = env;
  return {
    ...env,
    ...clowderVariables(JSON.parse(readFileSync(path, 'utf8'))),
    ...(PGSSLMODE === undefined ? {} : { PGSSLMODE }),
  };
}
