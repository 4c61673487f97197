import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { readLoadOptions, type LoadOptions } from '../../scripts/load/options.ts';
import {
  clowderDeployments,
  DEPLOY,
  plainObjects,
  processTemplate,
  readTemplate,
  referencedParameters,
  type KubernetesObject,
  type Yaml,
} from './openshift-template.ts';
import {
  configurationOf,
  containersOf,
  environmentOf,
  environmentProblems,
  hardeningProblems,
  podTemplates,
} from './pods.ts';

/** Parameters by name: the default, `null` for none, and whether a value is required. Existing parameter files depend on them. */
type Parameters = Readonly<Record<string, readonly [value: string | null, required?: 'required']>>;

const IMAGE = 'quay.io/redhat-services-prod/insights-management-tenant/insights-image-builder/image-builder';
const TOKEN_URL = 'https://sso.redhat.com/auth/realms/redhat-external/protocol/openid-connect/token';

const PARAMETERS: Readonly<Record<string, Parameters>> = {
  'openshift/image-builder.yml': {
    IMAGE: [IMAGE, 'required'],
    IMAGE_TAG: [null, 'required'],
    LIVENESS_URI: ['/status'],
    READINESS_URI: ['/ready'],
    LISTEN_ADDRESS: ['0.0.0.0:8000'],
    CLOWDER_ENABLED: ['true'],
    ENV_NAME: [null],
    CLOWDAPP_NAME: ['image-builder'],
    COMPOSER_URL: ['https://api.stage.openshift.com'],
    COMPOSER_TOKEN_URL: [TOKEN_URL],
    CPU_REQUEST: ['200m'],
    CPU_LIMIT: ['1000m'],
    MEMORY_REQUEST: ['256Mi'],
    MEMORY_LIMIT: ['512Mi'],
    REPLICAS: ['3'],
    OSBUILD_AWS_REGION: ['us-east-1'],
    OSBUILD_GCP_REGION: ['us-east4'],
    OSBUILD_GCP_BUCKET: ['image-upload-bkt-us'],
    PGSSLMODE: ['prefer'],
    FEDORA_AUTH: ['false'],
    MAINTENANCE_INTERVAL_HOURS: [''],
    NODE_OPTIONS: ['--max-old-space-size-percentage=60 --max-semi-space-size=16'],
    OTEL_EXPORTER_OTLP_ENDPOINT: [''],
    OTEL_TRACES_SAMPLER: ['parentbased_traceidratio'],
    OTEL_TRACES_SAMPLER_ARG: ['0.05'],
    QUOTA_FILE: [''],
    ALLOW_FILE: [''],
    LOG_LEVEL: ['INFO'],
    SPLUNK_HEC_PORT: ['443'],
    GLITCHTIP_DSN_NAME: ['image-builder-stage-dsn'],
    CONTENT_SOURCES_REPO_URL: [''],
    CONTENT_SOURCES_REPO_PREFIX: [''],
    CHANNEL: ['local'],
    RECOMMENDATIONS_URL: ['https://rhel-image-builder-api/rhel-image-builder'],
    RECOMMENDATIONS_TOKEN_URL: [TOKEN_URL],
    RECOMMENDATIONS_CA_PATH: [''],
    INSIGHTS_CLIENT_PROXY: [''],
    PATCH_URL: [''],
    FLOORIST_LOGLEVEL: ['INFO'],
    FLOORIST_SUSPEND: ['false'],
    FLOORIST_DB_SECRET_NAME: ['image-builder-db'],
    FLOORIST_BUCKET_SECRET_NAME: ['floorist-bucket'],
    FLOORIST_QUERY_PREFIX: ['image-builder'],
  },
  'openshift/maintenance.yml': {
    IMAGE_NAME: [IMAGE, 'required'],
    IMAGE_TAG: [null, 'required'],
    CPU_REQUEST: ['50m'],
    CPU_LIMIT: ['100m'],
    MEMORY_REQUEST: ['128Mi'],
    MEMORY_LIMIT: ['512Mi'],
    MAINTENANCE_DRY_RUN: ['true'],
    ENABLE_DB_MAINTENANCE: ['false'],
    // The original service's template has no default, and its program does not start without a value.
    DB_COMPOSES_RETENTION_MONTHS: ['24'],
    AUDIT_RETENTION_MONTHS: ['24'],
    MAINTENANCE_MINUTES: ['120'],
    PGSSLMODE: ['require'],
  },
  'openshift/load-test.yml': {
    IMAGE_NAME: [null, 'required'],
    IMAGE_TAG: [null, 'required'],
    LOAD_SUSPEND: ['true'],
    LOAD_SCHEDULE: ['0 3 * * 0'],
    LOAD_URL: [''],
    LOAD_DURATION_SECONDS: ['600'],
    LOAD_READS_PER_SECOND: ['100'],
    LOAD_BUILDS_PER_SECOND: [''],
    CPU_REQUEST: ['1000m'],
    CPU_LIMIT: ['2000m'],
    MEMORY_REQUEST: ['512Mi'],
    MEMORY_LIMIT: ['1Gi'],
  },
};

const REQUIRED = { IMAGE_TAG: 'abc1234' };
const given = (file: string): Record<string, string> =>
  file === 'openshift/load-test.yml' ? { ...REQUIRED, IMAGE_NAME: 'images.example.com/image-builder-tools' } : REQUIRED;

const objectsOf = (file: string, values: Record<string, string> = {}): KubernetesObject[] =>
  processTemplate(readTemplate(file), { ...given(file), ...values });

const find = (objects: readonly KubernetesObject[], kind: string): KubernetesObject => {
  const found = objects.filter((object) => object.kind === kind);
  expect(found, kind).to.have.lengthOf(1);
  return found[0] as KubernetesObject;
};

const byName = (list: readonly Yaml[]): Map<string, Yaml> => new Map(list.map((item) => [item.name, item]));

for (const [file, parameters] of Object.entries(PARAMETERS)) {
  describe(`deploy/${file}`, () => {
    const template = readTemplate(file);

    it('has the parameters that parameter files set, with their defaults', () => {
      const found = Object.fromEntries(
        template.parameters.map(({ name, value, required }) => [
          name,
          [value ?? null, ...(required ? ['required'] : [])],
        ]),
      );
      expect(found).to.deep.equal(parameters);
    });

    it('uses every parameter, and nothing that is none', () => {
      expect([...referencedParameters(template)].sort()).to.deep.equal(Object.keys(parameters).sort());
    });

    it('cannot be processed without an image tag', () => {
      expect(() => processTemplate(template, {})).to.throw('IMAGE_TAG');
    });

    it('leaves no reference to a parameter', () => {
      expect(JSON.stringify(objectsOf(file))).not.to.match(/\$\{/);
    });

    it('says optional only of references', () => {
      const misplaced = podTemplates(plainObjects(objectsOf(file)))
        .flatMap(containersOf)
        .flatMap(({ env }) => (env as Yaml[]).filter((variable) => 'optional' in variable));
      expect(misplaced).to.deep.equal([]);
    });
  });
}

describe('the environments on OpenShift', () => {
  for (const file of ['openshift/image-builder.yml', 'openshift/maintenance.yml']) {
    it(`of ${file} have variables of the service only, and its secrets from secrets`, () => {
      const containers = podTemplates(plainObjects(objectsOf(file))).flatMap(containersOf);
      expect(containers).not.to.have.lengthOf(0);
      expect(containers.flatMap((container) => environmentProblems(container, []))).to.deep.equal([]);
    });
  }

  it('are refused with a misspelt variable, and with a secret in the template', () => {
    const env = [
      { name: 'QUOTA_FILES', value: '/app/config/quotas.json' },
      { name: 'PGPASSWORD', value: 'a-password' },
      { name: 'COMPOSER_CLIENT_SECRET', valueFrom: { secretKeyRef: { name: 'composer-secrets', key: 'secret' } } },
    ];
    expect(environmentProblems({ name: 'service', env }, [])).to.deep.equal([
      'service: the service has no variable QUOTA_FILES',
      'service: PGPASSWORD does not come from a secret',
    ]);
  });
});

describe('deploy/openshift/image-builder.yml', () => {
  const objects = objectsOf('openshift/image-builder.yml', { ENV_NAME: 'env-stage' });
  const app = find(objects, 'ClowdApp');
  const [deployment] = clowderDeployments(app) as [KubernetesObject];
  const [pod] = podTemplates([deployment]) as [ReturnType<typeof podTemplates>[number]];
  const [container] = pod.spec.containers as [Yaml];
  const [init] = pod.spec.initContainers as [Yaml];

  it('runs the image’s own command, and the migrations before it', () => {
    expect(container).not.to.have.any.keys('command', 'args');
    expect(container.image).to.equal(`${IMAGE}:abc1234`);
    expect(init.name).to.equal('image-builder-migrate');
    expect(init.image).to.equal(container.image);
    expect(init.command).to.deep.equal(['node', 'dist/main.js', 'migrate']);
    expect(init.resources).to.deep.equal(container.resources);
  });

  it('gives the migrations the TLS mode and log level of the service', () => {
    const values = { ...REQUIRED, ENV_NAME: 'env-stage', PGSSLMODE: 'verify-full', LOG_LEVEL: 'DEBUG' };
    const [other] = clowderDeployments(find(objectsOf('openshift/image-builder.yml', values), 'ClowdApp')) as [Yaml];
    const env = environmentOf(other.spec.template.spec.initContainers[0], []);
    expect(env).to.include({ PGSSLMODE: 'verify-full', LOG_LEVEL: 'DEBUG' });
  });

  it('listens on the port that is probed and that the service leads to', () => {
    const config = configurationOf({ ...environmentOf(container, []), ACG_CONFIG: undefined }, new Map());
    const service = find(objects, 'Service');
    const probes = [container.livenessProbe, container.readinessProbe];
    expect([...probes.map((probe: Yaml) => probe.httpGet.port), service.spec.ports[0].targetPort]).to.deep.equal(
      Array(3).fill(config.http.port),
    );
    for (const probe of probes) {
      expect(probe).to.include({ periodSeconds: 30, timeoutSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    }
    expect(service.spec.ports[0].port).to.equal(8080);
    expect(deployment.spec.template.metadata.labels).to.include(service.spec.selector);
    expect(service.spec.selector).to.deep.equal({ pod: 'image-builder-service' });
    expect(service.metadata.annotations).to.deep.equal({
      'prometheus.io/path': '/metrics',
      'prometheus.io/scrape': 'true',
      'ignore-check.kube-linter.io/dangling-service': 'Clowder makes the pods',
    });
  });

  it('gives the service an environment that it accepts', () => {
    const config = configurationOf({ ...environmentOf(container, []), ACG_CONFIG: undefined }, new Map());
    expect(config.unused).to.deep.equal([]);
    expect(config.composer).to.include({ clientId: 'secret', clientSecret: 'secret' });
  });

  it('passes every setting on under its own name', () => {
    const { parameters } = readTemplate('openshift/image-builder.yml');
    const values = Object.fromEntries(
      parameters.map(({ name }) => [name, name.endsWith('SUSPEND') || name === 'REPLICAS' ? '1' : name]),
    );
    const [other] = clowderDeployments(find(objectsOf('openshift/image-builder.yml', values), 'ClowdApp')) as [Yaml];
    const env = environmentOf(other.spec.template.spec.containers[0], []);
    const settings = parameters
      .map(({ name }) => name)
      .filter((name) => !/^(IMAGE|CPU_|MEMORY_|FLOORIST_)|_TAG$|_URI$|_NAME$|^REPLICAS$/.test(name));
    expect(settings).to.have.lengthOf(26);
    expect(env).to.include(Object.fromEntries(settings.map((name) => [name, name])));
    expect(env).to.include({ DISTRIBUTIONS_DIR: '/app/distributions' });
  });

  it('gives the heap the part of the memory that the image gives it', () => {
    const image = readFileSync(join(DEPLOY, '../Dockerfile'), 'utf8');
    expect(image).to.include(`NODE_OPTIONS="${environmentOf(container, [])['NODE_OPTIONS']}"`);
  });

  it('waits longer for a pod than the service waits for its requests', () => {
    const { http } = configurationOf({ ...environmentOf(container, []), ACG_CONFIG: undefined }, new Map());
    expect(pod.spec.terminationGracePeriodSeconds * 1000).to.be.above(http.shutdownDelay + http.shutdownGrace);
    expect(http.shutdownDelay).to.be.above(0);
  });

  it('mounts quotas and allow list where the parameters’ descriptions say', () => {
    const volume = byName(pod.spec.volumes).get('config-files');
    expect(volume.configMap).to.include({ name: 'image-builder-crc-config-files', optional: true });
    const mount = byName(container.volumeMounts).get('config-files');
    const { parameters } = readTemplate('openshift/image-builder.yml');
    for (const [name, key] of Object.entries({ QUOTA_FILE: 'quotas.json', ALLOW_FILE: 'allow_list.json' })) {
      expect(volume.configMap.items.map((item: Yaml) => item.path)).to.include(key);
      expect(byName(parameters).get(name).description).to.include(`${mount.mountPath}/${key}`);
    }
  });

  it('exports builds and blueprints', () => {
    const { spec } = find(objects, 'FloorPlan');
    expect(spec).to.include({ logLevel: 'INFO', suspend: false });
    expect(spec.queries.map((query: Yaml) => query.prefix)).to.deep.equal([
      'image-builder/builds',
      'image-builder/blueprints',
    ]);
  });
});

describe('jobs on OpenShift', () => {
  const jobs = ['openshift/maintenance.yml', 'openshift/load-test.yml'];

  it('are let in where the strictest rules hold', () => {
    expect(podTemplates(jobs.flatMap((file) => objectsOf(file))).flatMap(hardeningProblems)).to.deep.equal([]);
  });

  it('leave the user to the cluster, which has a range of its own for every namespace', () => {
    expect(JSON.stringify(jobs.map((file) => objectsOf(file)))).not.to.include('runAsUser');
  });

  it('do not overlap, and run under their own account', () => {
    for (const file of jobs) {
      const objects = objectsOf(file);
      const { spec } = find(objects, 'CronJob');
      expect(spec.concurrencyPolicy).to.equal('Forbid');
      expect(spec.jobTemplate.spec.template.spec.serviceAccountName).to.equal(
        find(objects, 'ServiceAccount').metadata.name,
      );
    }
  });

  it('maintain weekly, and never twice', () => {
    const { spec } = find(objectsOf('openshift/maintenance.yml'), 'CronJob');
    expect(spec).to.include({ schedule: '0 0 * * 2', startingDeadlineSeconds: 1800 });
    const [container] = spec.jobTemplate.spec.template.spec.containers;
    expect(container.command).to.deep.equal(['node', 'dist/main.js', 'maintenance']);
    expect(environmentOf(container, [])).to.deep.equal({
      ...{ ENABLE_DB_MAINTENANCE: 'false', DRY_RUN: 'true', DB_COMPOSES_RETENTION_MONTHS: '24' },
      ...{ AUDIT_RETENTION_MONTHS: '24', MAINTENANCE_MINUTES: '120', PGSSLMODE: 'require' },
      ...{ PGHOST: undefined, PGPORT: undefined, PGDATABASE: undefined, PGUSER: undefined, PGPASSWORD: undefined },
    });
  });

  it('load only when told to', () => {
    const suspended = (values: Record<string, string>): boolean =>
      find(objectsOf('openshift/load-test.yml', values), 'CronJob').spec.suspend as boolean;
    expect(suspended({})).to.equal(true);
    expect(suspended({ LOAD_SUSPEND: 'false' })).to.equal(false);
  });

  it('generate the requested load, against a service of their own unless one is named', () => {
    const options = (values: Record<string, string>): LoadOptions => {
      const { spec } = find(objectsOf('openshift/load-test.yml', values), 'CronJob');
      const [container] = spec.jobTemplate.spec.template.spec.containers;
      const environment = environmentOf(container, []);
      expect(Object.keys(environment).filter((name) => !name.startsWith('LOAD_'))).to.deep.equal([]);
      return readLoadOptions(environment);
    };
    expect(options({})).to.deep.equal({
      ...{ url: null, headers: {}, readsPerSecond: 100, buildsPerSecond: 2, seconds: 600, report: null },
      bounds: { read: 500, build: 4_000 },
    });
    const LOAD_URL = 'https://example.com/api/image-builder/v1';
    expect(options({ LOAD_URL, LOAD_DURATION_SECONDS: '60' })).to.include({
      ...{ url: LOAD_URL, buildsPerSecond: 0, seconds: 60 },
    });
  });
});

describe('openshift/alerts.yml', () => {
  const RUNBOOK_URL = 'https://runbook.example.com/operations';
  const rulesOf = (values: Record<string, string> = {}): Yaml[] => {
    const [object, ...others] = processTemplate(readTemplate('openshift/alerts.yml'), { RUNBOOK_URL, ...values });
    expect(others).to.deep.equal([]);
    expect(object).to.include({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' });
    return (object?.spec.groups as Yaml[]).flatMap((group) => group.rules as Yaml[]);
  };

  it('has every rule', () => {
    const { groups } = parse(readFileSync(join(DEPLOY, 'prometheus/image-builder.rules.yml'), 'utf8')) as Yaml;
    const names = (rules: Yaml[]): string[] => rules.map(({ alert, record }) => (alert ?? record) as string);
    expect(names(rulesOf())).to.deep.equal(names((groups as Yaml[]).flatMap((group) => group.rules as Yaml[])));
  });

  it('links to the runbook absolutely', () => {
    for (const { alert, annotations } of rulesOf())
      if (alert) expect(annotations.runbook_url, alert).to.match(/^https:\/\/runbook\.example\.com\/operations#[\w{]/);
  });

  it('selects the job that Clowder makes', () => {
    const jobs = (values: Record<string, string>): string[] =>
      rulesOf(values).flatMap(({ expr }) => [...(expr as string).matchAll(/job=~?"[^"]*"/g)].map(([job]) => job));
    expect(new Set(jobs({}))).to.deep.equal(new Set(['job="image-builder-service"']));
    expect(new Set(jobs({ CLOWDAPP_NAME: 'other' }))).to.deep.equal(new Set(['job="other-service"']));
  });

  it('labels every alert with the service', () => {
    for (const { alert, labels } of rulesOf()) if (alert) expect(labels.service, alert).to.equal('image-builder');
  });
});
