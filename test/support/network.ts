import { bypassNockLocally } from './sockets.ts';
import nock from 'nock';

/** Hosts that tests may really talk to: the service itself, PostgreSQL, and servers that tests start. */
const LOCAL = /^(?:127\.0\.0\.1|localhost|\[?::1\]?)(?::\d+)?(?:\/|$)/;

bypassNockLocally();

let unexpected: string[] = [];

nock.emitter.on('no match', (request: Request) => {
  const { host, pathname } = new URL(request.url);
  if (!LOCAL.test(host)) unexpected.push(`${request.method} http://${host}${pathname}`);
});

/** Closes the network: afterwards only this machine and mocked addresses are reachable. */
export const closeNetwork = (): void => {
  unexpected = [];
  nock.cleanAll();
  nock.disableNetConnect();
  nock.enableNetConnect((host) => LOCAL.test(host));
};

/**
 * Ends what `closeNetwork` began.
 * @throws Error naming unexpected requests, and expected ones that were not made
 */
export const openNetwork = (): void => {
  const pending = nock.pendingMocks();
  nock.abortPendingRequests();
  nock.cleanAll();
  const problems = [
    ...unexpected.map((request) => `unexpected request: ${request}`),
    ...pending.map((mock) => `expected, but never requested: ${mock}`),
  ];
  unexpected = [];
  if (problems.length > 0) throw new Error(problems.join('\n'));
};
