// The reference: node:http and nothing else, with a response of 52 bytes of JSON. A program of its own, started with the port.
import { createServer } from 'node:http';

/** Path of this program. */
export const BARE_PROGRAM = import.meta.filename;

const BODY = '{"version":"1.0","build_commit":"","build_time":""}\n';

if (import.meta.main) {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(BODY) };
  createServer((_req, res) => {
    res.writeHead(200, headers);
    // A text goes out in one piece with the headers, which a buffer does not.
    res.end(BODY);
  }).listen(Number(process.argv[2]), '127.0.0.1');
}
