// Spans of a request, from the operation to the calls that it causes.
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { sql } from 'slonik';
import { createRun } from '../../src/background/run-task.ts';
import { openPool } from '../../src/db/pool.ts';
import { SlottedQueries } from '../../src/db/slotted-queries.ts';
import { FairSlots } from '../../src/lib/fair-slots.ts';
import { inSpan, traceHeaders, tracing } from '../../src/lib/tracing.ts';
import { createTestDatabase } from '../support/database.ts';
import { composeRequest } from '../support/given.ts';
import { identityHeader } from '../support/identity.ts';
import { startService } from '../support/service.ts';
import { capturedLogger } from '../upstream/support.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const COMPOSE = 'POST /api/image-builder/v1/compose';

describe('traces', () => {
  const exporter = new InMemorySpanExporter();

  before(() => {
    const spanProcessors = [new SimpleSpanProcessor({ exporter })];
    new NodeSDK({ spanProcessors, metricReaders: [], logRecordProcessors: [], resourceDetectors: [] }).start();
    tracing.on = true;
  });
  beforeEach(() => exporter.reset());
  after(() => {
    tracing.on = false;
    for (const api of [trace, context, propagation]) api.disable();
  });

  const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
  const named = (name: string): ReadableSpan =>
    spans().find((span) => span.name === name) ??
    expect.fail(
      `no ${name}: ${spans()
        .map((span) => span.name)
        .join()}`,
    );
  /** The span in which a span began, and that of it, to the root. */
  const ancestorsOf = ({ parentSpanContext: parent }: ReadableSpan): readonly string[] => {
    const found = spans().find((span) => span.spanContext().spanId === parent?.spanId);
    return found ? [found.name, ...ancestorsOf(found)] : [];
  };

  it('continue the trace of the caller, through statements and calls, to composer', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'info' } });
    const { promise: sent, resolve } = Promise.withResolvers<string | null>();
    service.composer.post('/compose').reply(201, (request: Request) => {
      resolve(request.headers.get('traceparent'));
      return { id: 'f1f0a2d6-2b3f-4e0c-9c61-0a0b0c0d0e0f', kind: 'ComposeId', href: '/compose' };
    });
    const headers = { 'x-rh-identity': identityHeader(), traceparent: `00-${TRACE}-${PARENT}-01` };
    expect((await service.with(headers).post('/compose', composeRequest)).status).to.equal(201);

    const operation = named(COMPOSE);
    expect(operation.kind).to.equal(SpanKind.SERVER);
    expect(operation.spanContext().traceId).to.equal(TRACE);
    expect(operation.parentSpanContext?.spanId).to.equal(PARENT);
    expect(operation.attributes).to.include({
      ...{ 'http.route': '/api/image-builder/v1/compose', 'http.response.status_code': 201 },
      'image_builder.operation_id': 'composeImage',
    });

    const call = named('composer postCompose');
    expect(call.kind).to.equal(SpanKind.CLIENT);
    expect(ancestorsOf(call)).to.deep.equal([COMPOSE]);
    expect(await sent).to.equal(`00-${TRACE}-${call.spanContext().spanId}-01`);
    const statement = named('statement');
    expect(ancestorsOf(statement)).to.deep.equal(['batch', COMPOSE]);
    expect(statement.attributes).to.include({ 'db.system.name': 'postgresql' });
    expect(statement.attributes['db.query.text']).to.include('reserve_builds').and.not.include('centos-9');
    expect(service.logs.find(({ event }) => event === 'request.completed')).to.include({ w3c_trace_id: TRACE });
  });

  it('begin with a request that has none, and mark a failure without its text', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'info' } });
    service.composer.post('/compose').replyWithError('secret text');
    await service.as().post('/compose', composeRequest);
    const { attributes, spanContext } = named('composer postCompose');
    expect(attributes['error.type']).to.be.a('string');
    expect(JSON.stringify(spans().map((span) => [span.attributes, span.events, span.status]))).not.to.include('secret');
    expect(named(COMPOSE).spanContext().traceId).to.equal(spanContext.call(named('composer postCompose')).traceId);
    expect(service.logs.find(({ event }) => event === 'request.completed')).to.include({
      w3c_trace_id: named(COMPOSE).spanContext().traceId,
    });
  });

  it('have a span of a statement that fails, with the kind of its error and without its text', async () => {
    await using database = await createTestDatabase();
    const pool = await openPool(database.config, 'test', null);
    await pool.query(sql.unsafe`SELECT 1 FROM secret_table`).catch(() => {});
    const { attributes, events, status } = named('statement');
    expect(attributes['error.type']).to.be.a('string');
    expect(status).to.deep.equal({ code: SpanStatusCode.ERROR });
    expect(events).to.deep.equal([]);
    await pool.end();
  });

  it('have a span of waiting for a connection, where no connection is free', async () => {
    const limits = { slots: 1, slotsPerOrganization: 1, queue: 1, queuePerOrganization: 1, timeout: null };
    const options = { slots: new FairSlots(limits), holder: null, refuseLate: () => {} };
    const queries = new SlottedQueries(() => Promise.reject(new Error('no pool')), options);
    const query = sql.unsafe`SELECT`;
    await Promise.allSettled([queries.query(query), queries.query(query), queries.query(query)]);
    const waits = spans().filter(({ name }) => name === 'wait for a connection');
    // The first had a connection, and the last found the queue full.
    expect(waits.map(({ attributes }) => attributes['error.type'])).to.have.members([undefined, 'NoSlotError']);
  });

  it('have no span of a probe', async () => {
    await using service = await startService();
    for (const path of ['/status', '/metrics', '/openapi.json']) await service.root.get(path);
    expect(spans().filter(({ kind }) => kind === SpanKind.SERVER)).to.deep.equal([]);
  });

  it('have a span of each request of a batch, with links to those that share its statement', async () => {
    await using service = await startService();
    await service.given.compose();
    await Promise.all([1, 2, 3].map(() => service.as().get('/composes?limit=1')));
    const waits = spans().filter(({ name }) => name === 'wait for a batch');
    expect(new Set(waits.map((span) => span.spanContext().traceId))).to.have.property('size', 3);
    const batches = spans().filter(({ name }) => name === 'batch');
    const sizes = batches.map(({ attributes }) => Number(attributes['batch.size']));
    expect(batches.map(({ links }) => links.length + 1)).to.deep.equal(sizes);
  });

  it('name in a job the request that woke it', async () => {
    const { log, captured } = capturedLogger();
    const woken: unknown[] = [];
    await inSpan('a request', {}, () => Promise.resolve(woken.push(traceHeaders())));
    const task = { longest: 1_000, crontab: '', run: () => Promise.reject(new Error('broken')) };
    const background = { wake: () => {}, [Symbol.dispose]: () => {} };
    await createRun({ log, background }, 'clean-up', task, new AbortController().signal)(woken[0]);
    const [cause, job] = [named('a request'), named('job clean-up')];
    expect(job.parentSpanContext).to.equal(undefined);
    expect(job.links.map((link) => link.context.spanId)).to.deep.equal([cause.spanContext().spanId]);
    expect(captured.lines[0]).to.include({ w3c_trace_id: job.spanContext().traceId, job: 'clean-up' });
  });
});
