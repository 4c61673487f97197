// What clients get when another service fails: tried against real servers of this machine, and compared with what
// docs/upstream-faults.md says. `UPDATE_DOCS=1 npm test -- test/faults.test.ts` writes that page anew.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, describe, it } from 'mocha';
import { json, startLoopback, unusedPort, useRealConnections, type ReceivedRequest } from './upstream/loopback.ts';
import type { Client, Reply } from './support/client.ts';
import { composeRequest, guestImageRequest } from './support/given.ts';
import { STANDSTILL } from './support/patience.ts';
import { startService, type TestService } from './support/service.ts';

const DOCUMENT = join(import.meta.dirname, '../docs/upstream-faults.md');
const UPDATE = process.env['UPDATE_DOCS'] === '1';

const POLICY = '12345678-90ab-cdef-1234-567890abcdef';
const BUILD = '22345678-90ab-cdef-1234-567890abcdef';
/** What another service says of its own failure, which is for the operator. */
const SECRET = 'words of the failing service';

interface Upstream {
  readonly title: string;
  /** What the client asks for when the service fails. */
  readonly request: string;
  /** Variable with the service's address. */
  readonly variable: string;
  /** Path below the stand-in, which identifies the failing calls. */
  readonly path: RegExp;
  readonly ask: (client: Client) => Promise<Reply>;
  /** Status of a good answer, whose body is broken in some of the faults. */
  readonly status?: number;
  readonly prepare?: (service: TestService) => Promise<unknown>;
  /** Compatibility: the fault in which the client gets the words of the service. */
  readonly passedOn?: string;
}

const compose = (more: object = {}, image: object = {}) => {
  const body = { ...composeRequest, ...more, image_requests: [{ ...guestImageRequest, ...image }] };
  return (client: Client): Promise<Reply> => client.post('/compose', body);
};
const rhel = { distribution: 'rhel-9.6' };
const hardened = { ...rhel, customizations: { openscap: { policy_id: POLICY } } };
const shared = { image_type: 'aws', upload_request: { type: 'aws', options: { share_with_sources: ['1'] } } };
const recommend = (client: Client): Promise<Reply> =>
  client.post('/experimental/recommendations', { packages: ['nginx'], recommendedPackages: 3, distribution: 'rhel9' });

const UPSTREAMS: readonly Upstream[] = [
  {
    title: 'Composer, asked to build',
    ...{ request: 'POST /compose', variable: 'COMPOSER_URL', path: /^\/composer\/.*\/compose$/, status: 201 },
    ask: compose(),
  },
  {
    title: 'Composer, asked for the status of a build',
    ...{ request: 'GET /composes/{composeId}', variable: 'COMPOSER_URL', path: /^\/composer\/.*\/composes\// },
    ask: (client) => client.get(`/composes/${BUILD}`),
    prepare: ({ given }) => given.compose({ id: BUILD }),
    passedOn: 'status 404',
  },
  {
    title: 'Token endpoint of composer',
    ...{ request: 'POST /compose', variable: 'COMPOSER_TOKEN_URL', path: /^\/composer-token$/ },
    ask: compose(),
  },
  {
    title: 'Content sources, asked for repositories',
    ...{
      request: 'POST /compose of RHEL',
      variable: 'CONTENT_SOURCES_URL',
      path: /^\/content-sources\/repositories\//,
    },
    ask: compose(rhel),
  },
  {
    title: 'Content sources, asked for snapshots of a date',
    ...{ request: 'POST /compose with a snapshot_date', variable: 'CONTENT_SOURCES_URL' },
    ...{ path: /^\/content-sources\/snapshots\//, ask: compose(rhel, { snapshot_date: '2026-01-02' }) },
  },
  {
    title: 'Content sources, asked for a template',
    ...{ request: 'POST /compose with a content_template', variable: 'CONTENT_SOURCES_URL' },
    ...{ path: /^\/content-sources\/templates\//, ask: compose(rhel, { content_template: 't' }) },
  },
  {
    title: 'Provisioning, asked for a cloud source',
    ...{ request: 'POST /compose with share_with_sources', variable: 'PROVISIONING_URL', path: /^\/provisioning\// },
    ask: compose({}, shared),
  },
  {
    title: 'Compliance, asked for a policy',
    ...{
      request: 'POST /compose with a policy_id',
      variable: 'COMPLIANCE_URL',
      path: /^\/compliance\/policies\/[^/]+$/,
    },
    ask: compose(hardened),
  },
  {
    title: 'Compliance, asked for the tailoring of a policy',
    ...{ request: 'POST /compose with a policy_id', variable: 'COMPLIANCE_URL', path: /\/tailoring_file\.json$/ },
    ask: compose(hardened),
  },
  {
    title: 'Recommendations',
    ...{ request: 'POST /experimental/recommendations', variable: 'RECOMMENDATIONS_URL', path: /^\/recommendations\// },
    ask: recommend,
  },
  {
    title: 'Token endpoint of recommendations',
    ...{ request: 'POST /experimental/recommendations', variable: 'RECOMMENDATIONS_TOKEN_URL' },
    ...{ path: /^\/recommendations-token$/, ask: recommend },
  },
];

/** The services as they should be. */
const answerWell = ({ url, body }: ReceivedRequest, response: ServerResponse): void => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const keys = searchParams.get('url')?.split(',') ?? [];
  const uuids = searchParams.get('uuid')?.split(',') ?? [];
  const path = '/snapshot';
  if (pathname.endsWith('-token')) return json(response, 200, { access_token: 'token', expires_in: 900 });
  if (pathname.endsWith('/compose'))
    return json(response, 201, { href: '/compose', kind: 'ComposeId', id: randomUUID() });
  if (pathname.endsWith('/repositories/')) {
    const data = [
      ...keys.map((key) => ({ uuid: `of ${key}`, url: key })),
      ...uuids.map((uuid) => ({ uuid, url: uuid })),
    ];
    return json(response, 200, { data, meta: { count: data.length } });
  }
  if (pathname.endsWith('/for_date/')) {
    const { repository_uuids } = JSON.parse(body) as { repository_uuids: string[] };
    const data = repository_uuids.map((repository_uuid) => ({ repository_uuid, match: { repository_path: path } }));
    return json(response, 200, { data });
  }
  if (pathname.includes('/templates/')) {
    const snapshots = [{ repository_uuid: 'u', repository_path: path }];
    return json(response, 200, { repository_uuids: ['u'], snapshots });
  }
  if (pathname.endsWith('/upload_info')) return json(response, 200, { aws: { account_id: '123456789012' } });
  if (pathname.endsWith('/tailoring_file.json')) return void response.writeHead(204).end();
  if (pathname.includes('/policies/')) return json(response, 200, { data: { ref_id: 'profile', os_major_version: 9 } });
  if (pathname.startsWith('/recommendations/')) return json(response, 200, { packages: [], modelVersion: '1' });
  return json(response, 404, {});
};

type Break = (response: ServerResponse, status: number) => void;

const refuseWith =
  (status: number): Break =>
  (response) =>
    json(response, status, { errors: [{ code: status, detail: SECRET }] });

interface Fault {
  readonly title: string;
  /** Its response; `null` when no process listens at its address. */
  readonly breaks: Break | null;
  /** Settings that the fault takes. */
  readonly env?: Readonly<Record<string, string>>;
}

const FAULTS: readonly Fault[] = [
  { title: 'connection refused', breaks: null },
  { title: 'no answer in time', breaks: () => {}, env: { UPSTREAM_TIMEOUT_SECONDS: String(STANDSTILL / 1000) } },
  ...[401, 403, 404, 429, 500].map((status) => ({ title: `status ${status}`, breaks: refuseWith(status) })),
  { title: 'malformed JSON', breaks: (response, status) => void response.writeHead(status).end(`{"${SECRET}": `) },
  {
    title: 'answer cut off',
    breaks: (response, status) => {
      response.writeHead(status, { 'content-length': 1000 });
      response.write(`{"${SECRET}": `, () => response.destroy());
    },
  },
];

/** Stored composes, pending reservations, and composes with an unknown outcome. */
interface Rows {
  readonly builds: number;
  readonly reservations: number;
  readonly unknown: number;
}

/** Faults after which composer may have taken the build that it was sent: it is stored as an unknown outcome, and counts for the quota. */
const OUTCOME_UNKNOWN: ReadonlySet<string> = new Set(['no answer in time', 'malformed JSON', 'answer cut off']);

const countRows = async ({ sql }: TestService): Promise<Rows> => {
  const { rows } = await sql.query<Rows>(
    `SELECT (SELECT count(*)::int FROM composes) AS builds,
      (SELECT count(*)::int FROM build_reservations WHERE state <> 'unknown') AS reservations,
      (SELECT count(*)::int FROM build_reservations WHERE state = 'unknown') AS unknown`,
  );
  return rows[0] ?? { builds: -1, reservations: -1, unknown: -1 };
};

interface Outcome {
  readonly reply: Reply;
  readonly stored: number;
  readonly reservations: number;
  readonly unknown: number;
  /** Status of another request that was made while the first was waiting, where it waits at all. */
  readonly meanwhile: number;
}

/** Makes the request while the service is broken in that way. */
const tryOut = async (upstream: Upstream, { breaks, env: settings }: Fault): Promise<Outcome> => {
  const met = Promise.withResolvers<null>();
  await using server = await startLoopback((request, response) => {
    if (breaks === null || !upstream.path.test(new URL(request.url, 'http://localhost').pathname)) {
      return answerWell(request, response);
    }
    met.resolve(null);
    breaks(response, upstream.status ?? 200);
  });
  const env = {
    ...{ COMPOSER_URL: `${server.url}/composer`, COMPOSER_TOKEN_URL: `${server.url}/composer-token` },
    ...{ CONTENT_SOURCES_URL: `${server.url}/content-sources`, PROVISIONING_URL: `${server.url}/provisioning` },
    ...{ COMPLIANCE_URL: `${server.url}/compliance`, RECOMMENDATIONS_URL: `${server.url}/recommendations` },
    RECOMMENDATIONS_TOKEN_URL: `${server.url}/recommendations-token`,
    ...(breaks === null ? { [upstream.variable]: `http://localhost:${await unusedPort()}` } : {}),
    ...settings,
  };
  await using service = await startService({ env, quota: { default: { quota: 5, slidingWindow: 3600 * 1e9 } } });
  await upstream.prepare?.(service);
  const before = await countRows(service);
  const pending = upstream.ask(service.as());
  await Promise.race([pending, met.promise]);
  const { status: meanwhile } = await service.as().get('/version');
  const reply = await pending;
  const { builds, reservations, unknown } = await countRows(service);
  return { reply, stored: builds - before.builds, reservations, unknown, meanwhile };
};

type Row = readonly string[];

/** A table as the formatter writes it. */
const table = (rows: readonly Row[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: Row, fill = ' '): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0, fill)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [
    line(head),
    line(
      widths.map(() => ''),
      '-',
    ),
    ...body.map((row) => line(row)),
  ].join('\n');
};

const HEAD: Row = ['Fault', 'Status', 'Detail', 'Builds stored', '`GET /version` meanwhile'];

const INTRODUCTION = `# When another service fails

What a client is answered while one of the services behind this one is broken, for each way in which it can be. Tried
out by \`test/faults.test.ts\`, which fails when this page says something else;
\`UPDATE_DOCS=1 npm test -- test/faults.test.ts\` writes it anew.

A build is stored when composer has accepted it. After a refusal nothing is left in the database, and the quota is as it
was; where composer's own answer is lost, the build may run all the same without being known here. Other requests are
served meanwhile. What the failing service says of itself is logged and not passed on, with two exceptions: composer's
words about a build it does not know, and a tailoring, which goes into the image as it comes and is not read.
`;

/** The page's part about a service. */
const sectionOf = ({ title, request }: Upstream, outcomes: readonly (readonly [string, Outcome])[]): string => {
  const rows = outcomes.map(([fault, { reply, stored, meanwhile }]): Row => {
    const { errors } = reply.body as { errors?: { detail: string }[] };
    const detail = errors?.[0] ? `\`${errors[0].detail}\`` : '–';
    return [fault, String(reply.status), detail, String(stored), String(meanwhile)];
  });
  return `## ${title}\n\nRequest: \`${request}\`\n\n${table([HEAD, ...rows])}\n`;
};

const read = (): string => {
  try {
    return readFileSync(DOCUMENT, 'utf8');
  } catch {
    return '';
  }
};

/** What the page says of the service now. */
const describedSection = ({ title }: Upstream): string | undefined =>
  read()
    .split(/\n(?=## )/)
    .find((section) => section.startsWith(`## ${title}\n`));

describe('a fault of another service', () => {
  useRealConnections();

  const sections = new Map<string, string>();
  const page = (): string => [INTRODUCTION, ...UPSTREAMS.map(({ title }) => sections.get(title) ?? '')].join('\n');

  for (const upstream of UPSTREAMS) {
    it(`is answered as docs/upstream-faults.md says: ${upstream.title}`, async () => {
      const attempt = async (fault: Fault) => [fault.title, await tryOut(upstream, fault)] as const;
      // At the same time, except for the one with a time limit: only the broken call may exceed it.
      const others = FAULTS.map((fault) => (fault.env ? null : attempt(fault)));
      await Promise.all(others);
      const outcomes = await Promise.all(FAULTS.map((fault, index) => others[index] ?? attempt(fault)));
      for (const [title, { reply, stored, reservations, unknown, meanwhile }] of outcomes) {
        const isSuccess = reply.status === 201;
        expect([stored, reservations, meanwhile], title).to.deep.equal([isSuccess ? 1 : 0, 0, 200]);
        const isUnknown = upstream.title === 'Composer, asked to build' && OUTCOME_UNKNOWN.has(title);
        expect(unknown, title).to.equal(isUnknown ? 1 : 0);
        if (!isSuccess) expect(reply).to.be.refused(reply.status);
        expect(reply.status, title).to.be.within(201, 599);
        expect(reply.text, title).to.not.include('localhost');
        if (title !== upstream.passedOn) expect(reply.text, title).to.not.include(SECRET);
      }
      const section = sectionOf(upstream, outcomes);
      sections.set(upstream.title, section);
      if (!UPDATE) expect(section).to.equal(describedSection(upstream));
    });
  }

  it('is not described of services that are not there any more', () => {
    if (UPDATE) return;
    const described = read()
      .match(/^#{1,2} .*$/gm)
      ?.slice(1);
    expect(described).to.deep.equal(UPSTREAMS.map(({ title }) => `## ${title}`));
    expect(read().startsWith(INTRODUCTION)).to.equal(true);
  });

  after(() => {
    // Not with a part of them: a run of some tests leaves the page as it is.
    if (UPDATE && sections.size === UPSTREAMS.length) writeFileSync(DOCUMENT, page());
  });
});
