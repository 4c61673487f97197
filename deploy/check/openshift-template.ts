// A small stand-in for `oc process`, and for what Clowder makes of a ClowdApp: enough to judge templates without a cluster.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface TemplateParameter {
  readonly name: string;
  readonly description?: string;
  readonly value?: string;
  readonly required?: boolean;
}

/** Objects of YAML are looked into freely here: what they must look like is what the checks are about. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Yaml = any;

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Yaml;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Template {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly objects: readonly KubernetesObject[];
  readonly parameters: readonly TemplateParameter[];
}

export const DEPLOY = join(import.meta.dirname, '..');

export const readTemplate = (file: string): Template => parse(readFileSync(join(DEPLOY, file), 'utf8')) as Template;

const REFERENCE = /\$\{(\w+)\}/g;
const WHOLE_REFERENCE = /^\$\{\{(\w+)\}\}$/;

/** Names of the parameters that a template's objects refer to. */
export const referencedParameters = (template: Template): ReadonlySet<string> =>
  new Set([...JSON.stringify(template.objects).matchAll(/\$\{\{?(\w+)\}?\}/g)].map(([, name]) => name ?? ''));

const valuesOf = (template: Template, given: Readonly<Record<string, string>>): ReadonlyMap<string, string> => {
  const known = new Set(template.parameters.map(({ name }) => name));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`unknown parameters: ${unknown.join(', ')}`);
  const values = new Map(template.parameters.map(({ name, value }) => [name, given[name] ?? value ?? '']));
  const missing = template.parameters.filter(({ name, required }) => required && !values.get(name));
  if (missing.length > 0) throw new Error(`parameters without a value: ${missing.map(({ name }) => name).join(', ')}`);
  return values;
};

/**
 * The objects of a template with its parameters put in: `${NAME}` within a text, `${{NAME}}` as a value of any type.
 * @throws Error for a required parameter without a value, and for one that does not exist
 */
export const processTemplate = (template: Template, given: Readonly<Record<string, string>>): KubernetesObject[] => {
  const values = valuesOf(template, given);
  const valueOf = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${name} is no parameter`);
    return value;
  };
  const put = (node: Yaml): Yaml => {
    if (typeof node === 'string') {
      const whole = WHOLE_REFERENCE.exec(node)?.[1];
      if (whole !== undefined) return JSON.parse(valueOf(whole));
      return node.replaceAll(REFERENCE, (_, name: string) => valueOf(name));
    }
    if (Array.isArray(node)) return node.map(put);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node as object).map(([key, value]) => [key, put(value)]));
  };
  return template.objects.map((object) => put(object) as KubernetesObject);
};

/** Members that Clowder knows, by where they stand. It drops others without a word. */
const CLOWDER_MEMBERS = {
  spec: ['envName', 'testing', 'optionalDependencies', 'dependencies', 'database', 'deployments', 'featureFlags'],
  deployment: ['name', 'replicas', 'webServices', 'podSpec'],
  podSpec: [
    ...['image', 'command', 'args', 'env', 'resources', 'initContainers', 'livenessProbe', 'readinessProbe'],
    ...['volumes', 'volumeMounts', 'lifecycle', 'terminationGracePeriodSeconds', 'machinePool', 'metadata'],
  ],
  initContainer: ['name', 'image', 'command', 'args', 'inheritEnv', 'env'],
} as const;

const onlyKnown = (where: keyof typeof CLOWDER_MEMBERS, object: object): void => {
  const known: readonly string[] = CLOWDER_MEMBERS[where];
  const unknown = Object.keys(object).filter((member) => !known.includes(member));
  if (unknown.length > 0) throw new Error(`ClowdApp: ${where} has no ${unknown.join(', ')}`);
};

/**
 * The deployments that Clowder makes of a ClowdApp, as far as the ClowdApp decides: what is in them can then be validated as the
 * Kubernetes objects they become.
 * @throws Error for a member that Clowder does not know
 */
export const clowderDeployments = (app: KubernetesObject): KubernetesObject[] => {
  onlyKnown('spec', app.spec);
  return (app.spec.deployments as Yaml[]).map((deployment) => {
    onlyKnown('deployment', deployment);
    onlyKnown('podSpec', deployment.podSpec);
    const { initContainers, volumes, terminationGracePeriodSeconds, ...container } = deployment.podSpec;
    const name = `${app.metadata.name}-${deployment.name}`;
    const labels = { app: app.metadata.name, pod: name };
    const config = { name: 'config-secret', mountPath: '/cdapp/' };
    const clowder = { name: 'ACG_CONFIG', value: '/cdapp/cdappconfig.json' };
    const volumeMounts = [...container.volumeMounts, config];
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: deployment.replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds,
            initContainers: (initContainers as Yaml[]).map((init) => {
              onlyKnown('initContainer', init);
              const { inheritEnv, ...own } = init;
              return {
                image: container.image,
                resources: container.resources,
                volumeMounts,
                ...own,
                env: [...(inheritEnv ? container.env : []), ...own.env, clowder],
              };
            }),
            containers: [{ name, ...container, env: [...container.env, clowder], volumeMounts }],
            volumes: [...volumes, { name: 'config-secret', secret: { secretName: app.metadata.name } }],
          },
        },
      },
    };
  });
};

/** Objects that Kubernetes itself knows: a ClowdApp as its deployments, a FloorPlan left out. */
export const plainObjects = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
  objects.flatMap((object) => {
    if (object.kind === 'ClowdApp') return clowderDeployments(object);
    return object.kind === 'FloorPlan' ? [] : [object];
  });
