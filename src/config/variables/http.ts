import { availableParallelism } from 'node:os';
import { listenAddress } from '../address-types.ts';
import { readableFile } from '../file-types.ts';
import { boolean, choice, integer, matching, seconds, type ValueType } from '../value-types.ts';
import type { Section } from '../variable.ts';

const urlPath = matching('a URL path', /^[A-Za-z0-9._~/-]*$/);

const count = integer(1, 256);
const workers: ValueType<number> = {
  allowed: `auto or ${count.allowed}`,
  parse: (value) => (value === 'auto' ? availableParallelism() : count.parse(value)),
};

export const http = {
  LISTEN_ADDRESS: {
    type: listenAddress,
    default: 'localhost:8086',
    description: 'Address that the service listens on; an empty host is every address.',
    since: 'original',
  },
  PATH_PREFIX: {
    type: urlPath,
    default: 'api',
    description: 'First part of the path: the API is served below `/{PATH_PREFIX}/{APP_NAME}/v1` and `/v1.0`.',
    since: 'original',
  },
  APP_NAME: {
    type: urlPath,
    default: 'image-builder',
    description: 'Second part of the path; the API is served below `/api/v1/image-builder` as well.',
    since: 'original',
  },
  FEDORA_AUTH: {
    type: boolean,
    default: 'false',
    description: 'Reads identities from the header `x-fedora-identity` instead of `x-rh-identity`.',
    since: 'original',
  },
  WORKERS: {
    type: workers,
    default: '1',
    description: 'Processes that serve requests behind one port; `auto` is one for each processor.',
    since: '0.1.0',
  },
  BODY_LIMIT_BYTES: {
    type: integer(1024 * 1024, 1024 * 1024 * 1024, { of: 'bytes' }),
    default: '2097152',
    description: 'Largest request body, as it is sent and decompressed.',
    since: '0.1.0',
  },
  BODY_BUDGET_BYTES: {
    type: integer(1024 * 1024, 16 * 1024 * 1024 * 1024, { of: 'bytes' }),
    default: '16777216',
    description:
      'Bytes of request bodies that one process has in memory, from reading to the response, but at least four times `BODY_LIMIT_BYTES`; the service [refuses more](operations.md#overload) with 503.',
    since: '0.1.0',
  },
  REQUESTS_PER_ORGANIZATION: {
    type: integer(1, 1_000_000),
    default: '200',
    description:
      'Requests of one organization that one process serves at the same time, without event streams; the service refuses more with 429.',
    since: '0.1.0',
  },
  ORGANIZATION_SHARE_PERCENT: {
    type: integer(1, 100, { of: 'per cent', scale: 0.01 }),
    default: '50',
    description:
      'Part of each limited resource of a process that one organization can use: bytes of request bodies, connections to the database, calls to composer and to each other service.',
    since: '0.1.0',
  },
  HEADER_LIMIT_BYTES: {
    type: integer(24 * 1024, 1024 * 1024, { of: 'bytes' }),
    default: '65536',
    description: 'Largest head of a request; an identity header can be 16384 bytes of it.',
    since: '0.1.0',
  },
  HEADERS_TIMEOUT_SECONDS: {
    type: seconds(1, 3600),
    default: '20',
    description: 'Time in which a client sends the headers of a request.',
    since: '0.1.0',
  },
  REQUEST_TIMEOUT_SECONDS: {
    type: seconds(1, 3600),
    default: '120',
    description: 'Time in which a client sends a whole request, and time in which it reads the response.',
    since: '0.1.0',
  },
  KEEP_ALIVE_SECONDS: {
    type: seconds(1, 3600),
    default: '75',
    description:
      'Time after which the service closes an idle connection; has to be longer than the idle timeout of the proxy in front.',
    since: '0.1.0',
  },
  MAX_EVENT_LOOP_DELAY_MS: {
    type: integer(0, 60_000, { of: 'milliseconds' }),
    default: '500',
    description:
      'Delay of the event loop beyond which the organizations that use most get a 503, except for probes; 0 for no limit.',
    since: '0.1.0',
  },
  HASH_QUEUE_PER_ORGANIZATION: {
    type: integer(100, 1_000_000),
    default: '200',
    description:
      'Passwords of one organization that can wait for hashing in one process; the service refuses more with 503.',
    since: '0.1.0',
  },
  RATE_LIMIT_FILE: {
    type: readableFile,
    default: '',
    description:
      'JSON file with the [rate limits](operations.md#rate-limits) of organizations; the service reads a changed file again.',
    since: '0.1.0',
  },
  RESPONSE_VALIDATION: {
    type: choice(['off', 'log', 'fail']),
    default: 'off',
    description: 'What happens to a response that breaks the contract: nothing, a log line, or a 500 (for tests).',
    since: '0.1.0',
  },
  SHUTDOWN_DELAY_SECONDS: {
    type: seconds(0, 3600),
    default: '0',
    description: 'Time between a failing readiness probe and the closed port after SIGTERM.',
    since: '0.1.0',
  },
  SHUTDOWN_GRACE_SECONDS: {
    type: seconds(0, 3600),
    default: '25',
    description: 'Time after that in which running requests can complete.',
    since: '0.1.0',
  },
} satisfies Section['variables'];
