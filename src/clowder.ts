import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;
type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);

/** Variables of an object's members; a member that is absent sets nothing. */
const variables = (from: Json, names: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([member, variable]) => {
      const value = from[member];
      return typeof value === 'string' || typeof value === 'number' ? [[variable, String(value)]] : [];
    }),
  );

/** Services of the platform that are found by their endpoint: app and name → variable and API path. */
const ENDPOINTS = [
  { app: 'provisioning-backend', name: 'api', variable: 'PROVISIONING_URL', path: '/api/provisioning/v1' },
  { app: 'content-sources-backend', name: 'service', variable: 'CONTENT_SOURCES_URL', path: '/api/content-sources/v1' },
  { app: 'compliance', name: 'service', variable: 'COMPLIANCE_URL', path: '/api/compliance/v2' },
] as const;

const endpoints = (document: Json): Record<string, string> =>
  Object.fromEntries(
    list(document['endpoints']).flatMap((endpoint) => {
      const known = ENDPOINTS.find(({ app, name }) => endpoint['app'] === app && endpoint['name'] === name);
      const { hostname, port } = endpoint;
      return known && hostname ? [[known.variable, `http://${String(hostname)}:${String(port)}${known.path}`]] : [];
    }),
  );

const featureFlags = (document: Json): Record<string, string> => {
  const flags = object(document['featureFlags']);
  const { scheme, hostname, port } = flags;
  return {
    ...(hostname ? { UNLEASH_URL: `${String(scheme ?? 'http')}://${String(hostname)}:${String(port)}/api` } : {}),
    ...variables(flags, { clientAccessToken: 'UNLEASH_TOKEN' }),
  };
};

/** The settings that a Clowder document stands for, as variables. Members that are absent set nothing. */
export const clowderVariables = (document: unknown): Record<string, string> => {
  const root = object(document);
  const database = object(root['database']);
  const { envName } = object(root['metadata']);
  return {
    ...variables(database, {
      ...{ hostname: 'PGHOST', port: 'PGPORT', name: 'PGDATABASE', username: 'PGUSER', password: 'PGPASSWORD' },
      ...{ sslMode: 'PGSSLMODE', rdsCa: 'PGSSLROOTCERT_PEM' },
    }),
    ...variables(object(object(root['logging'])['cloudwatch']), {
      ...{ region: 'CW_AWS_REGION', accessKeyId: 'CW_AWS_ACCESS_KEY_ID' },
      ...{ secretAccessKey: 'CW_AWS_SECRET_ACCESS_KEY', logGroup: 'CW_LOG_GROUP' },
    }),
    ...variables(root, { metricsPort: 'METRICS_PORT' }),
    ...endpoints(root),
    ...featureFlags(root),
    ...(typeof envName === 'string' && envName.includes('ephemeral') ? { LOG_LEVEL: 'DEBUG' } : {}),
  };
};

/**
 * The environment with what Clowder says, where `ACG_CONFIG` names its document. Clowder wins, except that an explicitly set
 * `PGSSLMODE` stays.
 * @throws Error when the document cannot be read
 */
export const applyClowder = (env: Environment): Environment => {
  const path = env['ACG_CONFIG'];
  if (path === undefined) return env;
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error('must name a readable JSON document', { cause: error });
  }
  const { PGSSLMODE } = env;
  return { ...env, ...clowderVariables(document), ...(PGSSLMODE === undefined ? {} : { PGSSLMODE }) };
};
