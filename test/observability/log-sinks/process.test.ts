// The service as a process: what sinks get of it, and what it notices of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { certificateFor, json, unusedPort, type Answer } from '../../upstream/loopback.ts';
import { createDirectory } from '../../domain/distributions/support.ts';
import { createClients } from '../../support/client.ts';
import { identityHeader } from '../../support/identity.ts';
import { API_PATH } from '../../support/service.ts';
import { hang, startStandIn } from './support.ts';

const ROOT = join(import.meta.dirname, '../../..');

type LogLine = Readonly<Record<string, unknown>>;

interface Started extends Disposable {
  readonly port: number;
  readonly lines: readonly LogLine[];
  /** Asks the process to stop; gives its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Starts the service with nothing but these settings, and waits until it listens. */
const startProcess = async (env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Started> => {
  const directory = createDirectory();
  const child = spawn(process.execPath, [...args, join(ROOT, 'src/main.ts')], {
    cwd: directory.path,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ PATH: process.env['PATH'], LISTEN_ADDRESS: '127.0.0.1:0', SHUTDOWN_GRACE_SECONDS: '1' },
      DISTRIBUTIONS_DIR: join(ROOT, 'test/fixtures/distributions'),
      MAX_EVENT_LOOP_DELAY_MS: '0',
      ...env,
    },
  });
  const lines: LogLine[] = [];
  const listening = Promise.withResolvers<number>();
  // Not 'exit': what it said last may not be read by then.
  const exited = once(child, 'close') as Promise<[number | null]>;
  exited.then(([code]) => listening.reject(new Error(`the service ended with ${code}`)), listening.reject);
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    if (line['msg'] === 'listening') listening.resolve((line['address'] as { port: number }).port);
  });
  const port = await listening.promise;
  return {
    ...{ port, lines },
    stop: async () => {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
    [Symbol.dispose]: () => {
      child.kill('SIGKILL');
      directory[Symbol.dispose]();
    },
  };
};

/** Asks for the version many times; gives how often there was an answer. */
const ask = async (port: number, times: number): Promise<number> => {
  using clients = createClients(port);
  const client = clients.create(API_PATH, { 'x-rh-identity': identityHeader() });
  const replies = await Promise.all(Array.from({ length: times }, () => client.get('/version')));
  return replies.filter(({ status }) => status === 200).length;
};

const accept: Answer = (_request, response) => json(response, 200, {});

const cloudwatch = (endpoint: string) => ({
  ...{ CW_AWS_REGION: 'us-east-1', CW_AWS_ACCESS_KEY_ID: 'AKIATEST', CW_AWS_SECRET_ACCESS_KEY: 'cloudwatch-secret' },
  ...{ CW_LOG_GROUP: 'image-builder', CW_ENDPOINT_URL: endpoint },
});

const sentry = (port: number) => ({ GLITCHTIP_DSN: `http://0123456789abcdef@127.0.0.1:${port}/1` });

describe('the service with log sinks', () => {
  it('delivers all its lines before it exits', async function () {
    const certificate = certificateFor(this);
    await using splunk = await startStandIn(accept, certificate);
    await using aws = await startStandIn(accept);
    await using glitchtip = await startStandIn(accept);
    using directory = createDirectory({ 'ca.pem': certificate.cert });
    using service = await startProcess({
      ...{ SPLUNK_HEC_HOST: 'localhost', SPLUNK_HEC_PORT: String(splunk.port), SPLUNK_HEC_TOKEN: 'splunk-token' },
      ...cloudwatch(aws.url),
      ...sentry(glitchtip.port),
      // There is no database: an error that Sentry hears of.
      PGHOST: '127.0.0.1',
      PGPORT: String(await unusedPort()),
      NODE_EXTRA_CA_CERTS: directory.file('ca.pem'),
    });
    expect(await ask(service.port, 3)).to.equal(3);
    using clients = createClients(service.port);
    const failed = await clients.create(API_PATH, { 'x-rh-identity': identityHeader() }).get('/composes');
    expect(failed.status).to.equal(503);
    // Not before they have loaded what they need: the end of a process has no time for that.
    await Promise.all([splunk, aws, glitchtip].map(({ asked }) => asked(1)));
    expect(await service.stop()).to.equal(0);

    const messages = service.lines.map(({ msg }) => msg);
    expect(messages).to.include.members(['listening', '200: OK', '503: Service Unavailable', 'stopping']);
    expect(splunk.requests[0]).to.include({ url: '/services/collector/event' });
    const events = splunk.requests
      .flatMap(({ body }) => body.split('\n'))
      .map((text) => JSON.parse(text) as { event: LogLine });
    // A collector orders the lines of several requests by their times.
    expect(events.map(({ event }) => event)).to.have.deep.members([...service.lines]);
    const logEvents = aws.requests.flatMap(
      ({ body }) => (JSON.parse(body) as { logEvents: { message: string }[] }).logEvents,
    );
    expect(logEvents.map(({ message }) => JSON.parse(message) as unknown)).to.have.deep.members([...service.lines]);
    expect(glitchtip.requests).to.have.length(service.lines.filter(({ level }) => level === 'error').length);
    const reports = glitchtip.requests.map(({ body }) => body).join('\n');
    expect(reports).to.contain('503: Service Unavailable').and.to.contain('ECONNREFUSED');
  });

  it('serves every request while no sink responds, and exits', async function () {
    const certificate = certificateFor(this);
    await using splunk = await startStandIn(hang, certificate);
    await using others = await startStandIn(hang);
    using directory = createDirectory({ 'ca.pem': certificate.cert });
    using service = await startProcess({
      ...{ SPLUNK_HEC_HOST: 'localhost', SPLUNK_HEC_PORT: String(splunk.port), SPLUNK_HEC_TOKEN: 'splunk-token' },
      ...cloudwatch(others.url),
      ...sentry(others.port),
      NODE_EXTRA_CA_CERTS: directory.file('ca.pem'),
    });
    expect(await ask(service.port, 500)).to.equal(500);
    expect(await service.stop()).to.equal(0);
    const reports = service.lines.filter(({ msg }) => msg === 'log lines were not delivered');
    expect(reports.map(({ sink }) => sink)).to.include.members(['splunk', 'cloudwatch']);
  });

  it('serves every request while no sink is reachable, and counts dropped lines', async () => {
    const port = String(await unusedPort());
    using service = await startProcess({
      ...{ SPLUNK_HEC_HOST: '127.0.0.1', SPLUNK_HEC_PORT: port, SPLUNK_HEC_TOKEN: 'splunk-token' },
      ...cloudwatch(`http://127.0.0.1:${port}`),
      GLITCHTIP_DSN: `http://0123456789abcdef@127.0.0.1:${port}/1`,
    });
    expect(await ask(service.port, 1_000)).to.equal(1_000);
    using clients = createClients(service.port);
    const metrics = await clients.create('').get('/metrics');
    expect(metrics.text).to.match(/^imagebuilder_log_lines_dropped_total\{sink="splunk"\} \d+$/m);
    expect(metrics.text).to.match(/^imagebuilder_log_lines_dropped_total\{sink="sentry"\} 0$/m);
    expect(await service.stop()).to.equal(0);
    const last = service.lines.filter(({ sink }) => sink === 'splunk').at(-1);
    expect(last).to.include({ reason: 'ECONNREFUSED' });
    expect(last!['dropped_total']).to.be.at.least(1_000);
  });

  it('loads nothing of a sink that is not configured', async () => {
    const preload = `data:text/javascript,${encodeURIComponent(`
      import { registerHooks } from 'node:module';
      const asked = [];
      registerHooks({ resolve: (name, context, next) => { asked.push(name); return next(name, context); } });
      process.on('exit', () => console.log(JSON.stringify({ asked: asked.filter((name) => /^@(aws-sdk|smithy|sentry)/.test(name)) })));
    `)}`;
    using bare = await startProcess({}, ['--import', preload]);
    expect(await bare.stop()).to.equal(0);
    const askedBy = ({ lines }: Started): unknown => lines.find((line) => 'asked' in line)?.['asked'];
    expect(askedBy(bare)).to.deep.equal([]);

    using sinking = await startProcess(sentry(await unusedPort()), ['--import', preload]);
    expect(await sinking.stop()).to.equal(0);
    expect(askedBy(sinking)).to.include('@sentry/core').and.not.to.include('@aws-sdk/client-cloudwatch-logs');
  });
});
