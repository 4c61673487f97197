// The files of policies of a running service: what happens when an operator breaks one, and at start.
import { utimesSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigError, readConfig } from '../../src/config/index.ts';
import { createContext } from '../../src/context.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createDirectory } from '../domain/distributions/support.ts';
import { composeRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';
import { capturedLogger } from '../upstream/support.ts';

const DAY = 24 * 3600 * 1e9;
const VALID = {
  QUOTA_FILE: { default: { quota: 1, slidingWindow: DAY } },
  ALLOW_FILE: {},
  RATE_LIMIT_FILE: {},
  STORAGE_LIMIT_FILE: {},
};

const invalidFiles = async (service: TestService): Promise<readonly string[]> => {
  const { text } = await service.root.get('/metrics');
  return [...text.matchAll(/^imagebuilder_policy_file_invalid\{variable="(\w+)"\} 1$/gm)].map(([, name = '']) => name);
};

describe('a changed file of policies', () => {
  it('that cannot be used is logged and reported, and what it said before stays in force', async () => {
    await using service = await startService({ quota: VALID.QUOTA_FILE, env: { LOG_LEVEL: 'info' } });
    const quotaFile = service.ctx.config.quotaFile ?? '';
    expect(await invalidFiles(service)).to.deep.equal([]);
    service.composer.accepts();
    expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);

    writeFileSync(quotaFile, '{"default": {"quota": "many"}}');
    expect(await service.as().post('/compose', composeRequest)).to.be.refused(
      403,
      'Quota of 1 builds per 1 days exceeded for user',
    );
    expect(await invalidFiles(service)).to.deep.equal(['QUOTA_FILE']);
    expect(service.logs.find(({ event }) => event === 'policy_file.invalid')).to.include({
      ...{ level: 'error', variable: 'QUOTA_FILE', reason: '/default/quota: must be a whole number' },
    });

    writeFileSync(quotaFile, JSON.stringify({ default: { quota: 2, slidingWindow: DAY } }));
    utimesSync(quotaFile, new Date(), new Date('2026-01-02'));
    service.composer.accepts();
    expect((await service.as().post('/compose', composeRequest)).status).to.equal(201);
    expect(await invalidFiles(service)).to.deep.equal([]);
    expect(service.logs.find(({ event }) => event === 'policy_file.reloaded')).to.include({ variable: 'QUOTA_FILE' });
  });
});

describe('the start', () => {
  it('is refused with the problems of all files at once', async () => {
    using directory = createDirectory({
      ...{ QUOTA_FILE: '{', ALLOW_FILE: { '*': ['('] }, RATE_LIMIT_FILE: [], STORAGE_LIMIT_FILE: { a: { more: 1 } } },
    });
    const env = Object.fromEntries(Object.keys(VALID).map((name) => [name, directory.file(name)]));
    const error: unknown = await createContext(
      readConfig({ ...env, DISTRIBUTIONS_DIR: directory.file('missing') }),
      capturedLogger().log,
      { metrics: createMetrics({ processMetrics: false }) },
    ).catch((reason: unknown) => reason);
    expect(error).to.be.an.instanceOf(ConfigError);
    const { problems } = error as ConfigError;
    expect(problems.map((problem) => problem.split(':')[0])).to.have.members([
      'DISTRIBUTIONS_DIR',
      ...Object.keys(env),
    ]);
    for (const [name, path] of Object.entries(env)) expect(problems.join('\n')).to.include(`${name}: ${path}: `);
  });
});
