// What the container image runs: the service and all of its modules in a few files.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startSandbox } from '../../packages/sandbox/src/server.ts';
import { bundleService } from '../../scripts/support/bundle.ts';
import { createTestDatabase } from '../support/database.ts';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH } from '../support/service.ts';
import { ROOT, runProgram, startProgram } from './support.ts';

describe('the bundle', () => {
  it('has every module, and completes a compose with modules that are loaded later', async () => {
    await using stack = new AsyncDisposableStack();
    const directory = await mkdtemp(join(ROOT, 'dist-'));
    stack.defer(() => rm(directory, { recursive: true, force: true }));
    const program = await bundleService(directory);

    const chunks = (await readdir(directory)).filter((file) => file !== 'main.js');
    // The process keeps the text of its program: at two bytes a character where one of them is beyond Latin-1.
    for (const file of chunks) expect(await readFile(join(directory, file), 'latin1'), file).to.match(/^[\0-\x7f]*$/);
    await writeFile(join(directory, 'all.mjs'), chunks.map((file) => `import './${file}';\n`).join(''));
    const loaded = await runProgram(join(basename(directory), 'all.mjs'));
    expect(loaded.stderr).to.equal('');
    expect(loaded.code).to.equal(0);

    const database = stack.use(await createTestDatabase());
    const sandbox = await startSandbox({ port: 0, duration: 0 });
    stack.defer(() => sandbox.close());
    const { host, port, user, password, sslMode } = database.config;
    const service = stack.use(
      startProgram(join(basename(directory), basename(program)), {
        env: {
          ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
          ...{ PGDATABASE: database.config.database, LOG_LEVEL: 'INFO', LISTEN_ADDRESS: '127.0.0.1:0' },
          ...{ COMPOSER_URL: sandbox.url, COMPOSER_TOKEN_URL: `${sandbox.url}/token` },
          ...{ COMPOSER_CLIENT_ID: 'bundle', COMPOSER_CLIENT_SECRET: 'bundle', OSBUILD_AWS_REGION: 'us-east-1' },
          OSBUILD_GCP_REGION: 'us-east4',
        },
      }),
    );
    const [, listens] = await service.said(/"port":(\d+)\},"msg":"listening"/);
    const origin = `http://127.0.0.1:${listens}`;
    const ask = (path: string, body?: unknown): Promise<Response> =>
      fetch(origin + path, {
        headers: { 'x-rh-identity': identityHeader(), 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
    for (const path of ['/openapi.json', '/docs', '/metrics', `${API_PATH}/distributions`])
      expect((await ask(path)).status, path).to.equal(200);

    // A thread hashes the password: its program is a file of the bundle.
    const request = { ...composeRequest, customizations: { users: [{ name: 'me', password: 'secret' }] } };
    const { id } = (await (await ask(`${API_PATH}/compose`, request)).json()) as { id: string };
    const finished = async (): Promise<boolean> => {
      const { rowCount } = await database.sql.query(
        'SELECT FROM compose_statuses WHERE job_id = $1 AND finished_at IS NOT NULL AND metadata IS NOT NULL',
        [id],
      );
      return rowCount === 1;
    };
    while (!(await finished())) await new Promise(setImmediate);
    service.child.kill('SIGTERM');
    expect(await service.ended).to.include({ code: 0, stderr: '' });
  });
});
