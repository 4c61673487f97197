// Secrets in the database, where it is encrypted: a reader of a dump finds none.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { UNREADABLE } from '../../src/db/vault.ts';
import { encryptStored } from '../../src/maintenance/encrypt-stored.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { blueprintBody, keyRing, SIGNING_SECRET } from '../support/given.ts';
import { captureLog } from '../support/logs.ts';
import { startService, type TestService } from '../support/service.ts';
import { mockNoRepositories } from '../support/upstreams.ts';
import { kindsIn, markOf, secretCustomizations, secretImageRequest, type Kind, type Secrets } from './secrets.ts';

const KINDS: readonly Kind[] = [
  ...([
    'password',
    'hash',
    'activationKey',
    'hostKey',
    'registration',
    'file',
    'ignition',
    'credentials',
    'option',
  ] as const),
];
const SECRETS = Object.fromEntries(KINDS.map((kind) => [kind, markOf(kind)])) as Secrets;
/** Kinds that a response to their own organization contains. */
const SHOWN = KINDS.filter((kind) => kind !== 'password' && kind !== 'hash');

const content = {
  ...{ distribution: 'centos-9', image_requests: [secretImageRequest(SECRETS)] },
  customizations: secretCustomizations(SECRETS),
};

const dataOf = ({ files }: { readonly files: readonly { readonly data: string }[] }): readonly string[] =>
  files.map(({ data }) => data);

/** Every row of every table as text, the job queue included. */
const dump = async ({ sql }: TestService): Promise<string> => {
  const { rows } = await sql.query<{ name: string }>(`
    SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`);
  const texts: string[] = [];
  for (const { name } of rows) {
    const found = await sql.query<{ text: string }>(`SELECT t::text AS text FROM ${name} AS t`);
    texts.push(...found.rows.map(({ text }) => text));
  }
  return texts.join('\n');
};

const expectClean = async (service: TestService): Promise<void> => {
  const text = await dump(service);
  expect(text, 'there are rows').to.include('centos-9');
  expect(kindsIn(text)).to.deep.equal([]);
  expect(text).not.to.match(/\$6\$[\w./]{8}/);
  const bytes = (secret: string): string => Buffer.from(secret).toString('base64').slice(0, 12);
  for (const kind of KINDS) expect(text, kind).not.to.include(bytes(markOf(kind)));
};

/** A service on the database of another one. */
const beside = ({ ctx }: TestService, encryptionKeys?: object): Promise<TestService> =>
  startService({ env: { PGDATABASE: ctx.config.database.database }, encryptionKeys });

/** An update that keeps the passwords. */
const again = {
  description: 'again',
  customizations: {
    ...content.customizations,
    users: content.customizations.users.map(({ name }) => ({ name, groups: ['changed'] })),
  },
};

/** Stores a blueprint with two versions and a compose of it. */
const store = async ({ as, composer }: TestService, name = 'web') => {
  mockNoRepositories();
  const created = await as().post('/blueprints', { ...content, name });
  expect(created.status, created.text).to.equal(201);
  const blueprint = String(created.body.id);
  const updated = await as().put(`/blueprints/${blueprint}`, { ...content, ...again, name });
  expect(updated.status, updated.text).to.equal(200);
  const compose = composer.accepts();
  const built = await as().post(`/blueprints/${blueprint}/compose`, {});
  expect(built.status, built.text).to.equal(201);
  return { blueprint, compose };
};

const runEncryption = async ({ ctx }: TestService) => {
  const { lines, ...destination } = captureLog();
  await encryptStored(
    ctx.config,
    createLogger({ ...ctx.config, log: { ...ctx.config.log, level: 'info' } }, destination),
    new AbortController().signal,
  );
  return lines;
};

/** The status at composer of a build that failed, with an error that repeats the request. */
const failure = {
  status: 'failure',
  error: { id: 5, reason: `cannot reach https://user:${SECRETS.credentials}@host`, details: [{ data: SECRETS.file }] },
};

describe('a database with encrypted secrets', () => {
  it('contains none of the secrets that requests, builds and webhooks have', async () => {
    await using service = await startService({ encryptionKeys: keyRing('a'), env: { WEBHOOK_SECRET_KEY: undefined } });
    const { as, composer } = service;
    const { compose } = await store(service);
    const direct = composer.accepts();
    expect((await as().post('/compose', content)).status).to.equal(201);
    composer.hasStatus(compose, { image_status: failure, status: 'failure' });
    expect((await as().get(`/composes/${compose}`)).body.image_status.status).to.equal('failure');
    composer.hasStatus(direct, { image_status: { status: 'success' }, status: 'success' });
    await as().get(`/composes/${direct}`);
    composer.get(`/composes/${direct}/metadata`).reply(200, { packages: [], request: content });
    expect((await as().get(`/composes/${direct}/metadata`)).status).to.equal(200);
    const webhook = await as().post(
      '/webhooks',
      { url: 'https://hooks.example.com/x' },
      { headers: { 'idempotency-key': 'once' } },
    );
    expect(webhook.status, webhook.text).to.equal(201);
    const again = await as().post(
      '/webhooks',
      { url: 'https://hooks.example.com/x' },
      { headers: { 'idempotency-key': 'once' } },
    );
    expect(again.body).to.deep.equal(webhook.body);
    await expectClean(service);
    expect(await dump(service)).not.to.include(String(webhook.body.secret).slice(6));
  });

  it('is read as before', async () => {
    await using service = await startService({ encryptionKeys: keyRing('a') });
    const { as, composer } = service;
    const { blueprint, compose } = await store(service);
    const shown = await as().get(`/blueprints/${blueprint}`);
    expect(dataOf(shown.body.customizations)).to.deep.equal(dataOf(content.customizations));
    expect(shown.body.customizations.subscription).to.deep.equal(content.customizations.subscription);
    for (const path of ['/composes', `/blueprints/${blueprint}/composes`]) {
      const { text, body } = await as().get(path);
      expect(kindsIn(text), path).to.have.members(SHOWN);
      expect(dataOf(body.data[0].request.customizations)).to.deep.equal(dataOf(content.customizations));
    }
    const { body } = await as().get(`/blueprints/${blueprint}/versions`);
    expect(body.data[0].changes, 'equal secrets are no change').to.deep.equal(['users']);
    const { text } = await as().get(`/blueprints/${blueprint}/diff`);
    expect(text).to.include('/customizations/users').and.not.to.include('/customizations/files');
    composer.accepts();
    const rebuilt = await as().post(`/composes/${compose}/rebuild`);
    expect(rebuilt.status, rebuilt.text).to.equal(201);
  });

  it('reads rows from before, encrypts them by a command, and loses nothing', async () => {
    await using before = await startService();
    const { blueprint } = await store(before);
    const webhook = await before.given.webhook();
    await using service = await beside(before, keyRing('a'));
    expect(kindsIn((await service.as().get('/composes')).text)).to.have.members(SHOWN);
    const lines = await runEncryption(service);
    expect(lines.at(-1)?.['encrypted']).to.deep.include({
      ...{ composes: 1, compose_statuses: 1, blueprint_versions: 2, webhooks: 1 },
    });
    await expectClean(before);
    const shown = await service.as().get(`/blueprints/${blueprint}`);
    expect(dataOf(shown.body.customizations)).to.deep.equal(dataOf(content.customizations));
    const { body } = await service.as().get(`/blueprints/${blueprint}/versions`);
    expect(body.data[0].changes).to.deep.equal(['users']);
    const { rows } = await before.sql.query<{ secret: string }>('SELECT secret FROM webhooks');
    expect(await service.ctx.db.secrets.decrypt('000000', webhook, rows[0]!.secret)).to.equal(SIGNING_SECRET);
    const repeated = await runEncryption(service);
    expect(Object.values(repeated.at(-1)?.['encrypted'] as object)).to.satisfy((counts: number[]) =>
      counts.every((count) => count === 0),
    );
  });

  it('replaces a key of the ring without encrypting the rows again', async () => {
    await using first = await startService({ encryptionKeys: keyRing('a') });
    const { blueprint } = await store(first);
    const readRows = async () => (await first.sql.query('SELECT request FROM composes')).rows as unknown[];
    const rows = await readRows();
    await using second = await beside(first, keyRing('b', 'a'));
    expect((await second.as().get(`/blueprints/${blueprint}`)).status).to.equal(200);
    const lines = await runEncryption(second);
    expect(lines.at(-1)?.['encrypted']).to.deep.include({ organization_keys: 1, composes: 0 });
    expect(await readRows()).to.deep.equal(rows);
    await using third = await beside(first, keyRing('b'));
    const { text } = await third.as().get(`/blueprints/${blueprint}`);
    expect(kindsIn(text)).to.have.members(SHOWN);
  });

  for (const [what, ring] of [
    ['the key is lost', keyRing('b')],
    ['there is no key any more', undefined],
    ['the key has another value', { ...keyRing('a'), keys: { a: Buffer.alloc(32, 'x').toString('base64') } }],
  ] as const) {
    it(`reports what cannot be read when ${what}, and shows the rest`, async () => {
      await using first = await startService({ encryptionKeys: keyRing('a') });
      const { blueprint, compose } = await store(first);
      await using service = await beside(first, ring);
      const { as } = service;
      const detailed = { headers: { prefer: 'errors=detailed' } };
      for (const request of [
        as().get(`/blueprints/${blueprint}`, detailed),
        as().get(`/blueprints/${blueprint}/export`, detailed),
        as().post(`/blueprints/${blueprint}/compose`, {}, detailed),
        as().post(`/composes/${compose}/rebuild`, undefined, detailed),
      ]) {
        const { status, body } = await request;
        expect(status).to.equal(500);
        expect(body.errors[0]).to.include({ code: 'secret.unreadable' });
      }
      const { status, body } = await as().get('/composes');
      expect(status).to.equal(200);
      expect(body.data[0].request.customizations.subscription).to.include({
        'activation-key': UNREADABLE,
        insights: true,
      });
      expect((await as().get('/blueprints')).body.meta.count).to.equal(1);
      expect(service.logs.map(({ event }) => event)).to.include('encryption.secret_unreadable');
      expect((await as().delete(`/blueprints/${blueprint}`)).status).to.equal(204);
      expect((await as().post('/blueprints', { ...blueprintBody, name: 'without secrets' })).status).to.equal(201);
    });
  }

  it('keeps the secrets of an organization from another one, even if rows are exchanged', async () => {
    await using service = await startService({ encryptionKeys: keyRing('a') });
    const { blueprint } = await store(service);
    await service.sql.query(`UPDATE blueprints SET org_id = '000001'`);
    expect((await service.as({ orgId: '000001' }).get(`/blueprints/${blueprint}`)).status).to.equal(500);
  });

  it('returns texts that look encrypted as they were sent', async () => {
    await using service = await startService({ encryptionKeys: keyRing('a') });
    const description = '~ibenc1.00000000.AAAA';
    const customizations = { kernel: { append: description }, files: [{ path: '/etc/x', data: `"${description}"` }] };
    const { body } = await service.as().post('/blueprints', { ...blueprintBody, name: 'odd', customizations });
    const shown = await service.as().get(`/blueprints/${body.id}`);
    expect(shown.body.customizations.kernel).to.deep.equal(customizations.kernel);
    expect(shown.body.customizations.files[0]).to.include(customizations.files[0]);
  });
});
