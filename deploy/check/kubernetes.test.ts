import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { parseAllDocuments } from 'yaml';
import { CONNECTIONS } from '../../src/background/job-queue.ts';
import { isAllowedAddress } from '../../src/lib/addresses.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { openPolicies } from '../../src/setup/policies.ts';
import { capturedLogger } from '../../test/upstream/support.ts';
import { DEPLOY, type KubernetesObject, type Yaml } from './openshift-template.ts';
import {
  configurationOf,
  containersOf,
  environmentOf,
  environmentProblems,
  hardeningProblems,
  podTemplates,
  type PodTemplate,
} from './pods.ts';

const BUILDERS = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
] as const;

/** The objects of a kustomization; `null` where there is no kustomize. */
const build = (directory: string): KubernetesObject[] | null => {
  for (const [command, verb] of BUILDERS) {
    try {
      const text = execFileSync(command, [verb, join(DEPLOY, directory)], { encoding: 'utf8' });
      return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return null;
};

const matches = (selector: Yaml, pod: PodTemplate): boolean =>
  Object.entries(selector.matchLabels ?? selector).every(([name, value]) => pod.labels[name] === value);

for (const directory of ['kubernetes/base', 'kubernetes/overlays/example']) {
  describe(`deploy/${directory}`, () => {
    let objects: KubernetesObject[] = [];
    const work = mkdtempSync(join(tmpdir(), 'image-builder-deploy-'));
    const files = new Map<string, string>();

    before(function () {
      const built = build(directory);
      if (built === null) return this.skip();
      objects = built;
      const mounted = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.includes('-files-'));
      for (const [name, text] of Object.entries(mounted?.data ?? {})) {
        files.set(`/app/config/${name}`, join(work, name));
        writeFileSync(join(work, name), text);
      }
      writeFileSync(join(work, 'ca.pem'), rootCertificates[0] ?? '');
      files.set('/app/database-ca/ca.pem', join(work, 'ca.pem'));
    });
    after(() => rmSync(work, { recursive: true }));

    const pods = (): [service: PodTemplate, job: PodTemplate] => {
      const found = podTemplates(objects);
      expect(found.map(({ owner }) => owner)).to.deep.equal([
        'Deployment image-builder',
        'CronJob image-builder-maintenance',
      ]);
      return found as [PodTemplate, PodTemplate];
    };
    const service = (): Yaml => pods()[0].spec.containers[0];
    const object = (kind: string, name = 'image-builder'): Yaml =>
      objects.find((candidate) => candidate.kind === kind && candidate.metadata.name === name);

    it('is let in where the strictest rules hold', () => {
      expect(pods().flatMap(hardeningProblems)).to.deep.equal([]);
    });

    it('names the user by number, because of a name nobody can tell that it is not root', () => {
      for (const { spec } of pods()) expect(spec.securityContext.runAsUser).to.be.above(0);
    });

    it('gives every container an environment that it accepts', () => {
      for (const container of pods().flatMap(containersOf)) {
        const config = configurationOf(environmentOf(container, objects), files);
        expect(config.unused, container.name).to.deep.equal([]);
        expect(config.database, container.name).to.include({ host: 'secret', user: 'secret', password: 'secret' });
      }
    });

    it('sets variables of the service only, and its secrets from secrets', () => {
      const problems = pods()
        .flatMap(containersOf)
        .flatMap((container) => environmentProblems(container, objects));
      expect(problems).to.deep.equal([]);
    });

    it('mounts every file that a container’s environment names', () => {
      for (const container of pods().flatMap(containersOf)) {
        const mounts = ((container.volumeMounts ?? []) as Yaml[]).map(({ mountPath }) => `${mountPath}/`);
        const named = Object.values(environmentOf(container, objects)).filter((value) => value?.startsWith('/app/'));
        expect(named.filter((path) => !mounts.some((mount) => path?.startsWith(mount)))).to.deep.equal([]);
      }
    });

    it('has a quota and an allow list that can be used', () => {
      const config = configurationOf(environmentOf(service(), objects), files);
      const { quotaFile, allowFile } = config;
      expect(quotaFile, 'QUOTA_FILE').not.to.equal(null);
      expect(allowFile, 'ALLOW_FILE').not.to.equal(null);
      const { quota, allowList } = openPolicies(config, capturedLogger().log, createMetrics({ processMetrics: false }));
      expect(quota.limitOf('an organization without an entry')).to.deep.equal({
        quota: 100,
        slidingWindow: 14 * 24 * 3600 * 1e9,
      });
      expect(allowList.allows('000000', 'rhel-9')).to.equal(false);
    });

    it('runs the image’s own command, and the migrations before it', () => {
      const [{ spec }] = pods();
      expect(service()).not.to.have.any.keys('command', 'args');
      expect(spec.initContainers[0].command).to.deep.equal(['node', 'dist/main.js', 'migrate']);
      expect(
        new Set(
          pods()
            .flatMap(containersOf)
            .map(({ image }) => image),
        ),
      ).to.have.property('size', 1);
    });

    it('names its image with a tag, which says what runs', () => {
      for (const { image } of pods().flatMap(containersOf)) expect(image).to.match(/:(?!latest$)[\w.-]+$/);
    });

    it('probes liveness without asking other services, and readiness with them', () => {
      const container = service();
      expect(container.startupProbe.httpGet).to.deep.equal({ path: '/status', port: 'http' });
      expect(container.livenessProbe.httpGet).to.deep.equal({ path: '/status', port: 'http' });
      expect(container.readinessProbe.httpGet).to.deep.equal({ path: '/ready', port: 'http' });
    });

    it('listens where it is probed, scraped and reached', () => {
      const [pod] = pods();
      const { http } = configurationOf(environmentOf(service(), objects), files);
      const { annotations } = object('Deployment').spec.template.metadata;
      expect(service().ports).to.deep.equal([{ name: 'http', containerPort: http.port }]);
      expect(annotations).to.deep.equal({
        ...{
          'prometheus.io/scrape': 'true',
          'prometheus.io/path': '/metrics',
          'prometheus.io/port': String(http.port),
        },
      });
      expect(object('Service').spec.ports[0].targetPort).to.equal('http');
      expect(matches(object('Service').spec.selector, pod)).to.equal(true);
    });

    it('waits longer for a pod than the service waits for its requests', () => {
      const { http } = configurationOf(environmentOf(service(), objects), files);
      const grace = pods()[0].spec.terminationGracePeriodSeconds * 1000;
      expect(grace).to.be.at.least(http.shutdownDelay + http.shutdownGrace + 5000);
      expect(http.shutdownDelay).to.be.above(0);
    });

    it('scales the deployment within what a database of 100 connections has', () => {
      const { spec } = object('HorizontalPodAutoscaler');
      expect(spec.scaleTargetRef).to.include({ kind: 'Deployment', name: 'image-builder' });
      expect(object('Deployment').spec).not.to.have.property('replicas');
      const { database, backgroundPoolSize } = configurationOf(environmentOf(service(), objects), files);
      // Each pod has its pools, the job queue's connections, one for heartbeats and one for streams. One pod more while a new version
      // rolls out, and some for everybody else.
      const connections = database.poolSize + backgroundPoolSize + CONNECTIONS + 2;
      expect((spec.maxReplicas + 1) * connections).to.be.at.most(97);
      expect(spec.minReplicas).to.be.at.least(2);
    });

    it('spreads the service’s pods, and counts them for disruptions', () => {
      const [pod, job] = pods();
      for (const constraint of pod.spec.topologySpreadConstraints) {
        expect(matches(constraint.labelSelector, pod)).to.equal(true);
      }
      const { selector } = object('PodDisruptionBudget').spec;
      expect([matches(selector, pod), matches(selector, job)]).to.deep.equal([true, false]);
    });

    it('lets nobody in but gateway and Prometheus, and every pod out to name resolution and database', () => {
      const [pod, job] = pods();
      const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec);
      for (const [target, callers] of [
        [pod, 2],
        [job, 0],
      ] as const) {
        const selected = policies.filter(({ podSelector }) => matches(podSelector, target));
        expect(selected).to.have.lengthOf(1);
        const [{ policyTypes, ingress, egress }] = selected;
        expect(policyTypes).to.deep.equal(['Ingress', 'Egress']);
        expect(ingress ?? []).to.have.lengthOf(callers);
        for (const { from, ports } of (ingress ?? []) as Yaml[]) {
          expect(from).to.have.lengthOf(1);
          expect(ports).to.deep.equal([{ port: 'http' }]);
        }
        const open = (egress as Yaml[]).flatMap(({ ports }) => (ports as Yaml[]).map(({ port }) => port as number));
        expect(open).to.include.members([53, 5432]);
        expect(open.includes(443)).to.equal(target === pod);
      }
    });

    it('lets the service out to public addresses only, because clients choose the receivers of webhooks', () => {
      const { egress } = object('NetworkPolicy').spec;
      const rules = (egress as Yaml[]).filter(({ ports }) => (ports as Yaml[]).some(({ port }) => port === 443));
      const blocks = rules.flatMap(({ to }) => (to as Yaml[]).map(({ ipBlock }) => ipBlock));
      const [open] = blocks.filter(({ cidr }) => cidr === '0.0.0.0/0');
      for (const range of ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'])
        expect(open.except).to.include(range);
      expect(open.except).to.include('168.63.129.16/32');
      // The policy excepts nothing that the service would let a webhook have.
      for (const range of open.except as string[])
        expect(isAllowedAddress(range.replace(/\/.*/, ''), { allowedRanges: [] }), range).to.equal(false);
      for (const { cidr } of blocks) expect(cidr).not.to.equal('::/0');
    });

    it('keeps maintenance from overlapping', () => {
      expect(object('CronJob', 'image-builder-maintenance').spec).to.include({
        ...{ schedule: '0 0 * * 2', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 1800 },
      });
    });
  });
}

describe('deploy/kubernetes/overlays/openshift', () => {
  let objects: KubernetesObject[] = [];

  before(function () {
    const built = build('kubernetes/overlays/openshift');
    if (built === null) return this.skip();
    objects = built;
  });

  it('is let in where the strictest rules hold, with the user that the namespace has', () => {
    const pods = podTemplates(objects);
    expect(pods).to.have.lengthOf(2);
    expect(pods.flatMap(hardeningProblems)).to.deep.equal([]);
    for (const { spec } of pods) {
      expect(spec.securityContext).to.deep.equal({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { securityContext } of containersOf({ owner: '', labels: {}, spec }))
        expect(securityContext).not.to.have.any.keys('runAsUser', 'runAsGroup');
    }
  });

  it('lets every pod out to the name servers of OpenShift', () => {
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies).to.have.lengthOf(2);
    for (const { spec } of policies)
      expect((spec.egress[0].ports as Yaml[]).map(({ port }) => port as number)).to.deep.equal([5353, 5353]);
  });
});
