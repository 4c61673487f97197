import { hostname } from 'node:os';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { unusedPort, type Answer, type ReceivedRequest } from '../../upstream/loopback.ts';
import { hang, openSinks, QUICK, startStandIn } from './support.ts';

const SECRET_KEY = 'cloudwatch-secret-key';

const operationOf = ({ headers }: ReceivedRequest): string =>
  String(headers['x-amz-target']).replace(/^Logs_20140328\./, '');

interface PutLogEvents {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
}

const bodyOf = ({ body }: ReceivedRequest): PutLogEvents => JSON.parse(body) as PutLogEvents;

const reply = (response: Parameters<Answer>[1], status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
};

const accept: Answer = (_request, response) => reply(response, 200, {});

const fail =
  (status: number, type: string): Answer =>
  (_request, response) =>
    reply(response, status, { __type: type, message: `refused for ${SECRET_KEY}` });

/** Groups and streams as CloudWatch keeps them. */
const cloudwatch = (groups: string[], streams: string[]): Answer => {
  const make = (there: string[], name: string): Answer => {
    if (there.includes(name)) return fail(400, 'ResourceAlreadyExistsException');
    there.push(name);
    return accept;
  };
  return (request, response) => {
    const { logGroupName, logStreamName } = bodyOf(request);
    const missing = fail(400, 'ResourceNotFoundException');
    const answers: Readonly<Record<string, () => Answer>> = {
      CreateLogGroup: () => make(groups, logGroupName),
      CreateLogStream: () => (groups.includes(logGroupName) ? make(streams, logStreamName) : missing),
      PutLogEvents: () => (streams.includes(logStreamName) ? accept : missing),
    };
    (answers[operationOf(request)]?.() ?? fail(400, 'UnknownOperationException'))(request, response);
  };
};

const openCloudwatch = (endpoint: string, limits = QUICK) =>
  openSinks(
    {
      cloudwatch: {
        ...{ region: 'eu-west-1', accessKeyId: 'AKIATEST', secretAccessKey: SECRET_KEY },
        ...{ group: 'image-builder/test', endpoint },
      },
    },
    limits,
  );

describe('the CloudWatch sink', () => {
  it('puts lines into the stream of this machine, signed', async () => {
    await using aws = await startStandIn(cloudwatch(['image-builder/test'], [hostname()]));
    await using service = openCloudwatch(aws.url);
    const before = Date.now();
    service.log.info({ org_id: '000000' }, 'häuser');
    service.log.error('second');
    await service.sinks.close();
    expect(aws.requests.map(operationOf)).to.deep.equal(['PutLogEvents']);
    const [request] = aws.requests;
    expect(request!.headers['authorization']).to.match(
      /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-west-1\/logs\/aws4_request, /,
    );
    const { logGroupName, logStreamName, logEvents } = bodyOf(request!);
    expect({ logGroupName, logStreamName }).to.deep.equal({
      ...{ logGroupName: 'image-builder/test', logStreamName: hostname() },
    });
    expect(logEvents.map(({ message }) => JSON.parse(message) as unknown)).to.deep.equal(service.stdout);
    for (const { timestamp } of logEvents) expect(timestamp).to.be.within(before, Date.now());
  });

  it('makes the stream when it is missing', async () => {
    await using aws = await startStandIn(cloudwatch(['image-builder/test'], []));
    await using service = openCloudwatch(aws.url);
    service.log.info('a line');
    await service.sinks.close();
    expect(aws.requests.map(operationOf)).to.deep.equal(['PutLogEvents', 'CreateLogStream', 'PutLogEvents']);
    expect(service.reports()).to.deep.equal([]);
  });

  it('makes the group when it is missing, too', async () => {
    await using aws = await startStandIn(cloudwatch([], []));
    await using service = openCloudwatch(aws.url);
    service.log.info('a line');
    await service.sinks.close();
    expect(aws.requests.map(operationOf)).to.deep.equal([
      ...['PutLogEvents', 'CreateLogStream', 'CreateLogGroup', 'CreateLogStream', 'PutLogEvents'],
    ]);
    expect(service.reports()).to.deep.equal([]);
  });

  it('respects the limits of a request', async () => {
    await using aws = await startStandIn(accept);
    await using service = openCloudwatch(aws.url, {});
    for (let index = 0; index < 3000; index += 1) service.log.info({ index, filler: 'ü'.repeat(300) });
    await service.sinks.close();
    const puts = aws.requests.map(bodyOf);
    for (const { logEvents } of puts) {
      const bytes = logEvents.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);
      expect(bytes).to.be.at.most(1_048_576);
      expect(logEvents.length).to.be.at.most(10_000);
      const times = logEvents.map(({ timestamp }) => timestamp);
      expect(times).to.deep.equal([...times].sort((a, b) => a - b));
    }
    const messages = puts.flatMap(({ logEvents }) =>
      logEvents.map(({ message }) => JSON.parse(message) as { index: number }),
    );
    expect(messages.map(({ index }) => index)).to.deep.equal([...Array(3000).keys()]);
  });

  it('counts events that CloudWatch rejected', async () => {
    await using aws = await startStandIn((_request, response) =>
      reply(response, 200, { rejectedLogEventsInfo: { tooOldLogEventEndIndex: 2, tooNewLogEventStartIndex: 9 } }),
    );
    await using service = openCloudwatch(aws.url);
    for (let count = 0; count < 10; count += 1) service.log.info('a line');
    await service.sinks.close();
    expect(service.reports()[0]).to.include({ sink: 'cloudwatch', dropped: 3, reason: 'refused' });
  });

  it('retries while CloudWatch fails or is busy', async () => {
    const failures = [
      fail(500, 'InternalFailure'),
      fail(503, 'ServiceUnavailableException'),
      fail(400, 'ThrottlingException'),
    ];
    await using aws = await startStandIn((request, response) => (failures.shift() ?? accept)(request, response));
    await using service = openCloudwatch(aws.url);
    service.log.info('a line');
    await aws.asked(4);
    await service.sinks.close();
    expect(aws.requests).to.have.length(4);
    expect(service.reports()).to.deep.equal([]);
  });

  for (const [status, type] of [
    [403, 'AccessDeniedException'],
    [400, 'UnrecognizedClientException'],
    [400, 'InvalidParameterException'],
  ] as const) {
    it(`drops lines on ${status} ${type}, without a retry and without logging secrets`, async () => {
      await using aws = await startStandIn(fail(status, type));
      await using service = openCloudwatch(aws.url);
      service.log.info('a line');
      await service.sinks.close();
      expect(aws.requests).to.have.length(1);
      expect(service.reports()[0]).to.include({ dropped: 1, reason: `HTTP ${status} ${type}` });
      expect(JSON.stringify(service.stdout)).not.to.contain(SECRET_KEY);
    });
  }

  it('drops lines that CloudWatch keeps failing on', async () => {
    await using aws = await startStandIn(fail(500, 'InternalFailure'));
    await using service = openCloudwatch(aws.url);
    service.log.info('a line');
    await aws.asked(6);
    await service.sinks.close();
    expect(aws.requests).to.have.length(6);
    expect(service.reports()[0]).to.include({ dropped: 1, reason: 'HTTP 500 InternalFailure' });
  });

  it('drops lines if the port is closed', async () => {
    await using service = openCloudwatch(`http://127.0.0.1:${await unusedPort()}`);
    for (let count = 0; count < 5000; count += 1) service.log.info('a line');
    await service.sinks.close();
    expect(service.sinks.dropped.get('cloudwatch')).to.equal(5000);
    expect(service.reports().at(-1)).to.include({ reason: 'ECONNREFUSED', dropped_total: 5000 });
  });

  it('drops lines without a response, and does not block', async () => {
    await using aws = await startStandIn(hang);
    await using service = openCloudwatch(aws.url);
    for (let count = 0; count < 10_000; count += 1) service.log.info('a line');
    await service.sinks.close(20);
    expect(service.sinks.dropped.get('cloudwatch')).to.equal(10_000);
  });
});
