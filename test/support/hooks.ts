// Loaded by mocha before the tests: what holds for all of them.
import type { Func, RootHookObject } from 'mocha';
import './assertions.ts';
import { describeLogs, forgetLogs } from './logs.ts';
import { closeNetwork, openNetwork } from './network.ts';

/**
 * Runs a test with the network closed, and then checks that the expected requests to other services were made. A hook
 * after the test could do that as well, but mocha ends the whole run when a hook fails.
 */
const guarded = (fn: Func): Func =>
  async function (this: Mocha.Context) {
    closeNetwork();
    try {
      await (fn as (this: Mocha.Context) => unknown).call(this);
      openNetwork();
    } catch (error) {
      try {
        openNetwork();
      } catch (network) {
        describeProblem(error, (network as Error).message);
      }
      describeProblem(error, describeLogs());
      throw error;
    } finally {
      forgetLogs();
    }
  };

const describeProblem = (error: unknown, context: string): void => {
  if (error instanceof Error && context !== '') error.stack = `${error.stack ?? error.message}\n${context}`;
};

const done = new WeakSet<Func>();

export const mochaHooks: RootHookObject = {
  beforeEach(this: Mocha.Context) {
    const test = this.currentTest;
    if (!test?.fn || test.fn.length > 0 || done.has(test.fn)) return;
    test.fn = guarded(test.fn);
    done.add(test.fn);
  },
};
