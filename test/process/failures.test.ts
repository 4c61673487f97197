// Errors that nothing handles, in the service as a process: they reach the log and its sinks before the process ends.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { json } from '../upstream/loopback.ts';
import { startStandIn } from '../observability/log-sinks/support.ts';
import { startProgram } from './support.ts';

/** Makes a signal the cause of an error that nothing handles. */
const failingOnSignal = (code: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${code} })`)}`;

describe('the service', () => {
  for (const [what, code, origin] of [
    ['an exception', "throw new TypeError('broken')", 'uncaughtException'],
    ['a rejection', "void Promise.reject(new TypeError('broken'))", 'unhandledRejection'],
  ] as const) {
    it(`logs ${what} that nothing handles to every sink, and ends with 1`, async () => {
      await using glitchtip = await startStandIn((_request, response) => json(response, 200, {}));
      using service = startProgram('src/main.ts', {
        env: { LISTEN_ADDRESS: '127.0.0.1:0', GLITCHTIP_DSN: `http://0123456789abcdef@127.0.0.1:${glitchtip.port}/1` },
        nodeOptions: [failingOnSignal(code)],
      });
      await service.said('"msg":"listening"');
      service.child.kill('SIGUSR2');
      const { code: exitCode, stdout, stderr } = await service.ended;
      expect({ exitCode, stderr }).to.deep.equal({ exitCode: 1, stderr: '' });
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      // Background work, which has no database here, logs beside it.
      const failure = lines.find(({ event }) => event === 'process.failed');
      expect(failure).to.include({ level: 'fatal', origin });
      expect(failure?.['err']).to.include({ type: 'TypeError', message: 'broken' });
      expect(glitchtip.requests.map(({ body }) => body).join()).to.include('broken');
    });
  }
});
