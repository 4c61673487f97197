interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A connection to the inspector of a process. */
export interface Inspector {
  readonly call: (method: string, params?: object) => Promise<unknown>;
  readonly close: () => void;
}

/** Connects to a process that was started with `--inspect` on that port. */
export async function connectInspector(port: number): Promise<Inspector> {
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector refuses the connection')), { once: true });
  });
  let sent = 0;
  return {
    call: (method: string, params: object = {}): Promise<unknown> => {
      sent += 1;
      const id = sent;
      return new Promise((resolve, reject) => {
        const responded = new AbortController();
        const { signal } = responded;
        const receive = ({ data }: MessageEvent): void => {
          const { id: of, result, error } = JSON.parse(String(data)) as Reply;
          if (of !== id) return;
          responded.abort();
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result);
        };
        socket.addEventListener('message', receive, { signal });
        socket.addEventListener('close', () => reject(new Error(`${method}: the process ended`)), { signal });
        socket.send(JSON.stringify({ id, method, params }));
      });
    },
    close: () => socket.close(),
  };
}
