// A client of the event stream that takes what comes, and remembers it.
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { identityHeaders } from '../bench/fleet.ts';
import { API } from '../bench/requests.ts';

/** An event as it came. */
export interface ReceivedEvent {
  readonly id: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventStreamRequest {
  readonly origin: string;
  readonly organization: string;
  /** What the client has seen, sent as header. */
  readonly lastId?: number | string | null;
  /** Query, without the question mark. */
  readonly query?: string;
  /** Headers besides, or instead of, the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EventStreamClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Everything that came, as text. */
  readonly text: () => string;
  readonly events: readonly ReceivedEvent[];
  /** The id to come back with, `null` where none was told. */
  readonly lastId: () => number | null;
  /** Milliseconds that the service asks to wait before coming back, `null` where it did not. */
  readonly retry: () => number | null;
  readonly comments: () => number;
  /** Resolves once something holds, which is looked at whenever something has come. @throws Error when the stream ends before */
  readonly until: (holds: () => boolean) => Promise<void>;
  /** Resolves when there are so many events; gives them. */
  readonly count: (events: number) => Promise<readonly ReceivedEvent[]>;
  /** Resolves when the stream is over, however that came about; says whether it ended in order. */
  readonly ended: Promise<boolean>;
  /** Takes nothing any more until it is told to go on. */
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
 * Opens a stream; gives it once its headers are there.
 * @param keep whether the text is kept
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
    for (const look of waiting) look();
  });
  // A connection that breaks is what many of these end with.
  response.on('error', () => {});
  const ended = new Promise<boolean>((resolve) => {
    response.once('close', () => {
      isOver = true;
      for (const look of waiting) look();
      resolve(response.complete);
    });
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds() && !isOver) return;
        waiting.delete(look);
        if (holds()) resolve();
        else reject(new Error(`the stream ended early, after ${events.length} events: ${text.slice(-500)}`));
      };
      waiting.add(look);
      look();
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
