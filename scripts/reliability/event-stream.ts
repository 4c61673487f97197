// A client of the event stream that records the events.
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { identityHeaders } from '../bench/fleet.ts';
import { API } from '../bench/requests.ts';

/** A received event. */
export interface ReceivedEvent {
  readonly id: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventStreamRequest {
  readonly origin: string;
  readonly organization: string;
  /** Id of the last event received, sent as a header. */
  readonly lastId?: number | string | null;
  /** Query, without the question mark. */
  readonly query?: string;
  /** Headers that extend or override the default ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EventStreamClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The received text. */
  readonly text: () => string;
  readonly events: readonly ReceivedEvent[];
  /** The last event id, `null` before the first one. */
  readonly lastId: () => number | null;
  /** The `retry` field in milliseconds, `null` without one. */
  readonly retry: () => number | null;
  readonly comments: () => number;
  /** Resolves once a condition holds, which every chunk re-evaluates. @throws Error when the stream ends before */
  readonly until: (holds: () => boolean) => Promise<void>;
  /** Resolves with the events once there are so many. */
  readonly count: (events: number) => Promise<readonly ReceivedEvent[]>;
  /** Resolves when the stream is over, with whether it ended without an error. */
  readonly ended: Promise<boolean>;
  /** Stops reading until `resume` is called. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => void;
}

const open = ({ origin, organization, lastId, query, headers }: EventStreamRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const given = lastId === undefined || lastId === null ? {} : { 'last-event-id': String(lastId) };
    const sent = httpRequest(`${origin}${API}/events${query === undefined ? '' : `?${query}`}`, {
      agent: false,
      headers: { ...identityHeaders(organization), ...given, ...headers },
    });
    sent.once('error', reject);
    sent.once('response', resolve);
    sent.end();
  });

/**
 * Opens a stream. Resolves once its headers have arrived.
 * @param keep whether to store the text
 */
export async function openEventStream(request: EventStreamRequest, keep = true): Promise<EventStreamClient> {
  const response = await open(request);
  const events: ReceivedEvent[] = [];
  let [text, rest, comments] = ['', '', 0];
  let [lastId, retry]: [number | null, number | null] = [null, null];
  let isOver = false;
  const waiting = new Set<() => void>();

  const takeBlock = (block: string): void => {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const at = line.indexOf(':');
      if (at === 0) comments += 1;
      else fields.set(line.slice(0, at), line.slice(at + 1).replace(/^ /, ''));
    }
    const [id, data] = [fields.get('id'), fields.get('data')];
    if (id !== undefined) lastId = Number(id);
    if (fields.has('retry')) retry = Number(fields.get('retry'));
    if (data === undefined) return;
    const type = fields.get('event') ?? 'message';
    events.push({ id: Number(id), type, data: JSON.parse(data) as ReceivedEvent['data'] });
  };

  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    if (keep) text += chunk;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    blocks.forEach(takeBlock);
    for (const check of waiting) check();
  });
  // Expected: many trials break the connection.
  response.on('error', () => {});
  const ended = new Promise<boolean>((resolve) => {
    response.once('close', () => {
      isOver = true;
      for (const check of waiting) check();
      resolve(response.complete);
    });
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!holds() && !isOver) return;
        waiting.delete(check);
        if (holds()) resolve();
        else reject(new Error(`the stream ended early, after ${events.length} events: ${text.slice(-500)}`));
      };
      waiting.add(check);
      check();
    });

  return {
    ...{ status: response.statusCode ?? 0, headers: response.headers, events, until, ended },
    text: () => text,
    lastId: () => lastId,
    retry: () => retry,
    comments: () => comments,
    count: async (wanted) => {
      await until(() => events.length >= wanted);
      return events;
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void response.destroy(),
  };
}
