import type { IncomingMessage as Request, ServerResponse as Response } from 'node:http';
import type { AppContext } from '../context.ts';
import { sendAnswer, type Answer, type Headers } from './answer.ts';
import type { CompiledOperation } from './compiled-operation.ts';
import { withLimitFields } from './limit-fields.ts';
import type { RequestLog } from './request-log.ts';
import { createRequestMeter } from './request-meter.ts';

/** What is known of a request while it runs; the log line and the metrics are made of it. */
export interface Exchange {
  readonly req: Request;
  readonly res: Response;
  readonly method: string | undefined;
  /** The versioned prefix the request used, and the rest of its path. */
  readonly prefix: string;
  readonly path: string;
  readonly search: string;
  readonly traceId: string;
  readonly started: number;
  readonly requestLog: RequestLog;
  countedPath: string;
  operation: CompiledOperation | null;
  /** What the answer, whatever it is, tells of the limit that the request counted against. */
  limitFields: Headers | null;
  validated: boolean;
}

/** Sends the answer of a request, and counts and logs how it ended. @param error what the answer is made of, `null` for success */
export type Finisher = (exchange: Exchange, answer: Answer, error: unknown) => void;

export const createFinisher = ({ metrics, lifecycle }: Pick<AppContext, 'metrics' | 'lifecycle'>): Finisher => {
  const measure = createRequestMeter(metrics);
  let ready: (readonly [Response, Answer, traceId: string])[] = [];

  /** Clients that keep connections alive are asked to take their next request elsewhere when the process is about to end. */
  const sendReady = (): void => {
    const sending = ready;
    ready = [];
    for (const [res, answer, traceId] of sending) sendAnswer(res, answer, traceId, lifecycle.stopping);
  };

  return (exchange, answer, error) => {
    const { res, requestLog, limitFields, operation } = exchange;
    const { status } = answer;
    lifecycle.running -= 1;
    if (error !== null) requestLog.failed(error);
    measure(exchange, status);
    if (operation?.isCompose === true && status >= 500 && status <= 511) metrics.composeErrors.inc();
    // The line of a stream is written at its end; what is measured is the time until it began.
    if (answer.stream === undefined) requestLog.answered(status);
    else if (res.closed) requestLog.answered(status);
    else res.once('close', () => requestLog.answered(status));
    if (res.headersSent) return;
    const complete = limitFields === null ? answer : withLimitFields(answer, limitFields);
    // Once all requests that have arrived by now are read. Sent one by one, each answer would wake up its receiver between two
    // requests, which takes the kernel longer than everything that is done here for a short request.
    ready.push([res, complete, exchange.traceId]);
    if (ready.length === 1) setImmediate(sendReady);
  };
};
