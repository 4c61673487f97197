import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ConfigError, readConfig, type Config } from '../src/config/index.ts';
import { createContext, type AppContext } from '../src/context.ts';
import { createMetrics } from '../src/observability/metrics.ts';
import { capturedLogger } from './upstream/support.ts';

/** Overrides whose `close` methods record their names; feature flags are closed first, the rate limiter last. */
const recordClosing = (failing: string | null = null) => {
  const closed: string[] = [];
  const close = (name: string) => (): void => {
    closed.push(name);
    if (name === failing) throw new Error(`${name} cannot be closed`);
  };
  const overrides: Partial<AppContext> = {
    metrics: createMetrics({ processMetrics: false }),
    flags: { compliancePolicies: () => true, close: close('flags') },
    overload: { eventLoop: () => false, database: () => false, [Symbol.dispose]: close('overload') },
    background: { wake: () => {}, [Symbol.dispose]: close('background') } as unknown as AppContext['background'],
  };
  return { closed, overrides };
};

const ALL = ['flags', 'background', 'overload'];

describe('the disposal of the context', () => {
  it('closes every resource in the reverse order of creation', async () => {
    const { closed, overrides } = recordClosing();
    await (await createContext(readConfig({}), capturedLogger().log, overrides))[Symbol.asyncDispose]();
    expect(closed).to.deep.equal(ALL);
  });

  it('closes the other resources if one of them cannot be closed, and reports its error', async () => {
    const { closed, overrides } = recordClosing('flags');
    const context = await createContext(readConfig({}), capturedLogger().log, overrides);
    const error: unknown = await context[Symbol.asyncDispose]().then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(error).to.have.property('message', 'flags cannot be closed');
    expect(closed).to.deep.equal(ALL);
  });
});

describe('the creation of the context', () => {
  const failureOf = (config: Config, overrides: Partial<AppContext>): Promise<unknown> =>
    createContext(config, capturedLogger().log, overrides).then(
      () => null,
      (failure: unknown) => failure,
    );

  it('opens nothing if a configured file cannot be used', async () => {
    const { closed, overrides } = recordClosing();
    const config = { ...readConfig({}), allowFile: '/does/not/exist.json' };
    expect(await failureOf(config, overrides)).to.be.instanceOf(ConfigError);
    expect(closed).to.deep.equal([]);
  });

  it('closes what it has opened if the rest fails', async () => {
    const { closed, overrides } = recordClosing();
    const config = readConfig({});
    const composer = { ...config.composer, caPath: '/does/not/exist.pem' };
    expect(await failureOf({ ...config, composer }, overrides)).to.have.property('code', 'ENOENT');
    expect(closed).to.deep.equal(ALL);
  });
});
