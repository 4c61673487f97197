import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Reply } from '../support/client.ts';
import { blueprintRequest } from '../domain/blueprints/support.ts';
import { composeRequest, guestImageRequest } from '../support/given.ts';
import { startService, type TestService } from '../support/service.ts';
import { MISTAKES, type Mistake } from './mistakes.ts';

interface Note {
  readonly pointer: string;
  readonly detail: string;
  readonly takes?: string;
  readonly suggestion?: string;
}

const WARNINGS = 'image-builder-warnings';

/** The warnings of the header: a pointer, a colon and a text each. */
const warningsOf = ({ headers }: Reply): readonly Note[] =>
  [...String(headers[WARNINGS] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) => {
    const text = quoted.replaceAll(/\\(.)/g, '$1');
    const colon = text.indexOf(': ');
    return { pointer: text.slice(0, colon), detail: text.slice(colon + 2) };
  });

/** Everything that a response says about mistakes. */
const notesOf = (reply: Reply): readonly Note[] => {
  const { errors = [], warnings = [] } = (reply.body ?? {}) as { errors?: readonly Note[]; warnings?: readonly Note[] };
  return [...errors, ...warnings, ...warningsOf(reply)];
};

const DETAILED = { prefer: 'errors=detailed' };

const send = async (service: TestService, { method, path, body, headers, builds }: Mistake): Promise<Reply> => {
  const { as, given, composer, contentSources } = service;
  if (builds === true) composer.accepts();
  // For repositories that the request adds.
  contentSources
    .get('/repositories/')
    .query(true)
    .optionally()
    .times(3)
    .reply(200, { data: [], meta: { count: 0 } });
  const address = path
    .replace('{blueprint}', path.includes('{blueprint}') ? (await given.blueprint()).id : '')
    .replace('{compose}', path.includes('{compose}') ? await given.compose() : '');
  return as().send(method, address, body, { headers: { ...DETAILED, ...headers } });
};

const titleOf = ({ method, path, body, place }: Mistake): string =>
  `${method} ${path} ${typeof body === 'string' ? body : (JSON.stringify(body) ?? '')} at "${place}"`;

describe('a typical mistake', () => {
  it('is one of at least 100', () => {
    expect(MISTAKES).to.have.length.of.at.least(100);
  });

  for (const mistake of MISTAKES) {
    it(`is answered with its place, the problem and the remedy: ${titleOf(mistake)}`, async () => {
      await using service = await startService();
      const reply = await send(service, mistake);
      const { place, problem, remedy } = mistake;
      const notes = notesOf(reply).filter(({ pointer }) => pointer === place);
      expect(notes, `${reply.status} ${reply.text}`).to.have.length.above(0);
      const answers = notes.filter(({ detail }) => problem.test(detail));
      expect(answers, JSON.stringify(notes)).to.have.length.above(0);
      const remedies = answers.flatMap(({ suggestion = '', takes = '', detail }) => [suggestion, takes, detail]);
      expect(remedies.join('\n')).to.include(remedy);
    });
  }
});

const misspelt = { customizations: { pakages: ['nginx'], users: [{ name: 'me', key: 'ssh-ed25519 AAAA' }] } };
const STRICT = { headers: { prefer: 'handling=strict' } };
const PLACES = ['/customizations/pakages', '/customizations/users/0/key'];

describe('a member that the service does not know', () => {
  it('is ignored by an operation of the published API, and named in a header', async () => {
    await using service = await startService();
    const id = service.composer.accepts();
    const reply = await service.as().post('/compose', { ...composeRequest, ...misspelt });
    expect(reply.status).to.equal(201);
    expect(reply.body).to.deep.equal({ id });
    expect(warningsOf(reply).map(({ pointer }) => pointer)).to.deep.equal(PLACES);
    expect(reply.headers).not.to.have.property('preference-applied');
  });

  it('is a warning in the body for a caller that requests hints', async () => {
    await using service = await startService();
    service.composer.accepts();
    const { as } = service;
    const composed = await as().post('/compose?hints=true', { ...composeRequest, ...misspelt });
    const created = await as().post('/blueprints?hints=true', blueprintRequest(misspelt as never));
    const updated = await as().put(`/blueprints/${created.body.id}?hints=true`, blueprintRequest(misspelt as never));
    for (const { body } of [composed, created, updated])
      expect(body.warnings.map(({ pointer }: Note) => pointer)).to.deep.equal(PLACES);
    expect(created.body.warnings[1]).to.deep.include({
      ...{ title: 'unknown member', suggestion: 'ssh_key' },
      detail: 'customizations.users[0].key is unknown and ignored; did you mean "ssh_key"?',
    });
  });

  for (const [method, path] of [
    ['POST', '/compose'],
    ['POST', '/blueprints'],
  ] as const) {
    it(`is refused with every place for a caller that prefers that: ${method} ${path}`, async () => {
      await using service = await startService();
      const base = path === '/compose' ? composeRequest : blueprintRequest();
      const { headers } = { headers: { prefer: 'handling=strict, errors=detailed' } };
      const reply = await service.as().send(method, path, { ...base, ...misspelt }, { headers });
      expect(reply.status).to.equal(400);
      expect(reply.headers['preference-applied']).to.equal('handling=strict');
      expect(reply.body.errors.map(({ pointer, code }: Note & { code: string }) => [pointer, code])).to.deep.equal(
        PLACES.map((place) => [place, 'member.unknown']),
      );
      expect((await service.as().get('/blueprints')).body.meta.count).to.equal(0);
    });
  }

  it('does not keep a right request from being executed strictly', async () => {
    await using service = await startService();
    service.composer.accepts();
    const reply = await service.as().post('/compose', composeRequest, STRICT);
    expect(reply.status).to.equal(201);
    expect(reply.headers['preference-applied']).to.equal('handling=strict');
    expect(reply.headers).not.to.have.property(WARNINGS);
  });

  it('is a warning of a validation, and an error of a strict one', async () => {
    await using service = await startService();
    const request = blueprintRequest(misspelt as never);
    const lenient = await service.as().post('/blueprints/validate', request);
    expect(lenient.body.valid).to.equal(true);
    expect(lenient.body.warnings.map(({ pointer }: Note) => pointer)).to.deep.equal(PLACES);
    const strict = await service.as().post('/blueprints/validate', request, STRICT);
    expect(strict.body.valid).to.equal(false);
    expect(strict.body.errors.map(({ pointer }: Note) => pointer)).to.deep.equal(PLACES);
  });

  it('is a warning in the lint of a blueprint where the service stores it', async () => {
    await using service = await startService();
    const upload_request = { type: 'aws.s3', options: { share_with_acounts: ['1'] } };
    const body = blueprintRequest({ image_requests: [{ ...guestImageRequest, upload_request }] as never });
    const { body: created } = await service.as().post('/blueprints', body);
    const { lint } = (await service.as().get(`/blueprints/${created.id}`)).body;
    expect(lint.warnings).to.deep.equal([
      {
        name: 'Build',
        description:
          'image_requests[0].upload_request.options.share_with_acounts is unknown and ignored; ' +
          'did you mean "share_with_accounts"?',
      },
    ]);
  });

  it('is always refused by an operation of this service', async () => {
    await using service = await startService();
    const reply = await service.as().post('/webhooks', { url: 'https://example.com/', events: [] });
    expect(reply).to.be.refused(400, 'events is unknown; did you mean "event_types"?');
  });
});

describe('a query parameter that the service does not know', () => {
  it('is ignored by an operation of the published API, and named in a header', async () => {
    await using service = await startService();
    const reply = await service.as().get('/composes?page=2');
    expect(reply.status).to.equal(200);
    expect(warningsOf(reply)).to.deep.equal([
      { pointer: 'query.page', detail: 'parameter "page" is unknown and ignored; did you mean "offset"?' },
    ]);
  });

  it('is refused for a caller that prefers that', async () => {
    await using service = await startService();
    expect(await service.as().get('/composes?page=2', STRICT)).to.be.refused(
      400,
      'parameter "page" is unknown; did you mean "offset"?',
    );
  });

  it('is always refused by an operation of this service', async () => {
    await using service = await startService();
    expect(await service.as().get('/quota?days=7')).to.be.refused(400, /^parameter "days" is unknown/);
  });
});

describe('the value of an unknown parameter or member', () => {
  it('is repeated neither in the response nor in the log', async () => {
    await using service = await startService();
    const replies = [
      await service.as().get('/quota?token=hunter2'),
      await service.as().get('/composes?token=hunter2'),
      await service.as().post('/webhooks', { url: 'https://example.com/', token: 'hunter2' }),
      await service
        .as()
        .post('/blueprints/validate', blueprintRequest({ customizations: { token: 'hunter2' } as never })),
    ];
    for (const { text, headers } of replies) expect(text + JSON.stringify(headers)).not.to.include('hunter2');
    expect(JSON.stringify(service.logs)).not.to.include('hunter2');
  });
});

describe('a body with several mistakes', () => {
  const body = {
    ...composeRequest,
    distribution: 'centos9',
    image_requests: [{ ...guestImageRequest, architecture: 'amd64', image_type: 'qcow2' }],
  };

  it('has one error for clients of the published API, which names all', async () => {
    await using service = await startService();
    const reply = await service.as().post('/compose', body);
    expect(reply).to.be.refused(400, /^request body has an error: .*Error at "\/distribution": value is not one of/);
    for (const meant of ['centos-9', 'x86_64', 'guest-image'])
      expect(reply.body.errors[0].detail).to.include(`did you mean "${meant}"?`);
  });

  it('has an error each for a caller that prefers details', async () => {
    await using service = await startService();
    const { status, body: answer } = await service.as().post('/compose', body, { headers: DETAILED });
    expect(status).to.equal(400);
    expect(answer.errors.map(({ pointer, suggestion }: Note) => [pointer, suggestion])).to.deep.equal([
      ['/distribution', 'centos-9'],
      ['/image_requests/0/architecture', 'x86_64'],
      ['/image_requests/0/image_type', 'guest-image'],
    ]);
    expect(answer.errors[1]).to.deep.include({ value: 'amd64', takes: 'x86_64, aarch64', code: 'body.invalid' });
  });

  it('does not repeat secrets', async () => {
    await using service = await startService();
    const customizations = { users: [{ name: 7, password: 12345678 }], subscription: { 'activation-key': 424242 } };
    const { text } = await service.as().post('/compose', { ...composeRequest, customizations }, { headers: DETAILED });
    expect(text).to.include('/customizations/users/0/password');
    expect(text).not.to.match(/12345678|424242/);
  });
});
