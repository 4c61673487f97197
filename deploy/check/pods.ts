// What pods have in common, wherever their templates come from.
import { readConfig, type Config } from '../../src/config/index.ts';
import { VARIABLES_BY_NAME } from '../../src/config/variables/index.ts';
import type { KubernetesObject, Yaml } from './openshift-template.ts';

export interface PodTemplate {
  /** What the pods belong to: kind and name. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Yaml;
}

/** The pod templates of some objects. */
export const podTemplates = (objects: readonly KubernetesObject[]): PodTemplate[] =>
  objects.flatMap(({ kind, metadata, spec }) => {
    const template = kind === 'CronJob' ? spec.jobTemplate.spec.template : kind === 'Deployment' ? spec.template : null;
    return template === null
      ? []
      : [{ owner: `${kind} ${metadata.name}`, labels: template.metadata?.labels ?? {}, spec: template.spec }];
  });

export const containersOf = (pod: PodTemplate): Yaml[] => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

/** What is missing for a pod to be let in where the strictest rules hold, and to have nothing of its image writable. */
export const hardeningProblems = (pod: PodTemplate): string[] =>
  containersOf(pod).flatMap(({ name, securityContext = {} }) => {
    const expected: Readonly<Record<string, boolean>> = {
      'runs as root': (securityContext.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot) === true,
      'may write to its image': securityContext.readOnlyRootFilesystem === true,
      'may gain privileges': securityContext.allowPrivilegeEscalation === false,
      'keeps capabilities': JSON.stringify(securityContext.capabilities) === '{"drop":["ALL"]}',
      'has no seccomp profile': securityContext.seccompProfile?.type === 'RuntimeDefault',
      'gets a token of the cluster': pod.spec.automountServiceAccountToken === false,
    };
    return Object.entries(expected).flatMap(([problem, fine]) => (fine ? [] : [`${pod.owner}, ${name}: ${problem}`]));
  });

/** Files of config maps and secrets, by where they are in a container. */
type Files = ReadonlyMap<string, string>;

/**
 * The environment of a container. Secrets have the text `secret` in every key; a reference to a config map that is not among
 * `objects`, or to a key that it does not have, is an error.
 */
export const environmentOf = (
  container: Yaml,
  objects: readonly KubernetesObject[],
): Record<string, string | undefined> => {
  const configMap = (name: string): Readonly<Record<string, string>> => {
    const found = objects.find((object) => object.kind === 'ConfigMap' && object.metadata.name === name);
    if (!found) throw new Error(`there is no config map ${name}`);
    return found.data ?? {};
  };
  const shared = ((container.envFrom ?? []) as Yaml[]).map(({ configMapRef }) => configMap(configMapRef.name));
  const own = ((container.env ?? []) as Yaml[]).map(({ name, value, valueFrom }) => {
    if (valueFrom === undefined) return [name, value];
    const { configMapKeyRef, secretKeyRef } = valueFrom;
    if (secretKeyRef) return [name, secretKeyRef.optional ? undefined : 'secret'];
    const text = configMap(configMapKeyRef.name)[configMapKeyRef.key];
    if (text === undefined) throw new Error(`config map ${configMapKeyRef.name} has no ${configMapKeyRef.key}`);
    return [name, text];
  });
  return Object.assign({}, ...shared, Object.fromEntries(own)) as Record<string, string | undefined>;
};

/** Variables that Node and OpenTelemetry read. */
const NOT_OURS = new Set([
  ...['NODE_OPTIONS', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'],
]);

/** Variables of a container that the service does not have, and secrets of the service that do not come from a secret. */
export function environmentProblems(container: Yaml, objects: readonly KubernetesObject[]): readonly string[] {
  const secrets = ((container.env ?? []) as Yaml[]).filter(({ valueFrom }) => valueFrom?.secretKeyRef);
  const fromSecret = new Set(secrets.map(({ name }) => name));
  return Object.keys(environmentOf(container, objects)).flatMap((name) => {
    if (NOT_OURS.has(name)) return [];
    const variable = VARIABLES_BY_NAME.get(name);
    if (variable === undefined) return [`${container.name}: the service has no variable ${name}`];
    return variable.secret && !fromSecret.has(name) ? [`${container.name}: ${name} does not come from a secret`] : [];
  });
}

/**
 * The configuration that a container's environment gives, with what the environment cannot know put in: the port of the database,
 * which is a number in its secret, and files.
 * @throws ConfigError naming what the service would refuse
 */
export const configurationOf = (environment: Readonly<Record<string, string | undefined>>, files: Files): Config =>
  readConfig(
    Object.fromEntries(
      Object.entries({ ...environment, ...(environment['PGPORT'] === 'secret' ? { PGPORT: '5432' } : {}) }).map(
        ([name, value]) => [name, files.get(value ?? '') ?? value],
      ),
    ),
  );
