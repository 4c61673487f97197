import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { withCompileCache } from '../support/compile-cache.ts';
import type { Order, Report } from './protocol.ts';

/** The process has not reported in time. It may still be busy. */
export class ProcessTimeoutError extends Error {}

/** A process of mocha with tests of mutated sources. It takes one order at a time. */
export class TestProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #errors: Buffer[] = [];

  constructor(env: NodeJS.ProcessEnv) {
    this.#child = fork(join(import.meta.dirname, 'worker.ts'), {
      env: withCompileCache(env),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#errors.push(chunk));
  }

  /** @throws ProcessTimeoutError after `ms`, and Error with what the process printed when it ends */
  async send<Kind extends Report['kind']>(
    order: Order,
    expected: Kind,
    ms: number,
  ): Promise<Extract<Report, { kind: Kind }>> {
    const { promise, resolve, reject } = Promise.withResolvers<Report>();
    const fail = (): void => reject(new Error(`a process of mocha ended\n${Buffer.concat(this.#errors).toString()}`));
    const timer = setTimeout(() => reject(new ProcessTimeoutError()), ms);
    this.#child.once('message', resolve).once('close', fail);
    this.#child.send(order, (error) => error && fail());
    try {
      const report = await promise;
      if (report.kind !== expected) throw new Error(`${report.kind} was reported, not ${expected}`);
      return report as Extract<Report, { kind: Kind }>;
    } finally {
      clearTimeout(timer);
      this.#child.off('message', resolve).off('close', fail);
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}
