import { createHash } from 'node:crypto';

/** A packet of an OpenPGP stream: its type, its content, and both as they were read. */
interface Packet {
  tag: number;
  body: Buffer;
  raw: Buffer;
}

/** A primary key with everything that belongs to it: user ids, signatures, subkeys. */
export interface PublicKey {
  /** Upper case hexadecimal; null for a key version whose fingerprint is not known here. */
  fingerprint: string | null;
  version: number;
  data: Buffer;
}

// Packet types of RFC 9580, section 5.
const SIGNATURE = 2;
const SECRET_KEY = 5;
const PUBLIC_KEY = 6;
const SECRET_SUBKEY = 7;
const TRUST = 12;
/** Subpacket type, section 5.2.3.11. */
const CREATION_TIME = 2;

const CRC24_INIT = 0xb704ce;
const CRC24_POLYNOMIAL = 0x1864cfb;

const crc24 = (data: Uint8Array): number => {
  let crc = CRC24_INIT;
  for (const byte of data) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= CRC24_POLYNOMIAL;
    }
  }
  return crc;
};

const crc24Text = (data: Uint8Array): string => {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(crc24(data), 0, 3);
  return `=${bytes.toString('base64')}`;
};

const decodeBlock = (lines: readonly string[]): Buffer => {
  const blank = lines.findIndex((line) => line === '');
  const headers = blank === -1 ? [] : lines.slice(0, blank);
  // Some tools leave out the empty line when there are no headers; a header always has a colon, base64 never.
  const content = headers.every((line) => line.includes(':')) ? lines.slice(blank + 1) : lines;
  const data = content.filter((line) => line !== '');

  const last = data.at(-1);
  const checksum = last !== undefined && /^=[A-Za-z0-9+/]{4}$/.test(last) ? data.pop() : undefined;
  const base64 = data.join('');
  // Buffer.from skips what is not base64, which would turn a damaged block into different data.
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new Error('the armor is not base64');

  const decoded = Buffer.from(base64, 'base64');
  // RFC 9580 lets readers ignore the checksum. This data is stored, so damage has to be detected.
  if (checksum !== undefined && checksum !== crc24Text(decoded)) throw new Error('the armor checksum does not match');
  return decoded;
};

/**
 * Decodes every public key block of an armored text, in order. Text between the blocks is skipped: vendors describe
 * their keys there. A block of another kind, a private key above all, is an error.
 */
export function parseArmored(text: string): Buffer[] {
  const blocks: Buffer[] = [];
  let open: string[] | null = null;
  for (const line of text.split('\n').map((each) => each.trim())) {
    const boundary = /^-----(BEGIN|END) PGP ([^-]+)-----$/.exec(line);
    if (boundary === null) {
      open?.push(line);
      continue;
    }
    const [, side, kind] = boundary;
    if (kind !== 'PUBLIC KEY BLOCK') throw new Error(`a PGP ${kind} where public keys are expected`);
    if ((side === 'BEGIN') !== (open === null)) throw new Error('the armor is incomplete');
    if (open === null) {
      open = [];
    } else {
      blocks.push(decodeBlock(open));
      open = null;
    }
  }
  if (open !== null) throw new Error('the armor is incomplete');
  return blocks;
}

/** Splits an OpenPGP stream into packets, with old and new headers. */
export function parsePackets(data: Buffer): Packet[] {
  const packets: Packet[] = [];
  let at = 0;
  const number = (bytes: number): number => {
    if (at + bytes > data.length) throw new Error('the OpenPGP data is cut off');
    const value = data.readUIntBE(at, bytes);
    at += bytes;
    return value;
  };
  const newLength = (): number => {
    const first = number(1);
    if (first < 192) return first;
    if (first < 224) return ((first - 192) << 8) + number(1) + 192;
    if (first === 255) return number(4);
    throw new Error('an OpenPGP packet of unknown length');
  };
  const oldLength = (type: number): number => {
    // Type 3 means "until the end", which no key has.
    if (type === 3) throw new Error('an OpenPGP packet of unknown length');
    return number(1 << type);
  };

  while (at < data.length) {
    const start = at;
    const header = number(1);
    if ((header & 0x80) === 0) throw new Error('not OpenPGP data');
    const isNew = (header & 0x40) !== 0;
    const tag = isNew ? header & 0x3f : (header >> 2) & 0x0f;
    const length = isNew ? newLength() : oldLength(header & 0x03);
    const end = at + length;
    if (end > data.length) throw new Error('the OpenPGP data is cut off');
    packets.push({ tag, body: data.subarray(at, end), raw: data.subarray(start, end) });
    at = end;
  }
  return packets;
}

/**
 * The fingerprint of a public key packet's body, in upper case hexadecimal. It covers the body regardless of the
 * algorithm of the key, so unsupported algorithms are no problem. Null for versions other than 4 and 6.
 */
export function fingerprintOf(body: Uint8Array): string | null {
  const prefix = Buffer.alloc(5);
  switch (body[0]) {
    case 4:
      if (body.length > 0xffff) throw new Error('a version 4 key of impossible length');
      prefix.writeUInt8(0x99, 0);
      prefix.writeUInt16BE(body.length, 1);
      return createHash('sha1').update(prefix.subarray(0, 3)).update(body).digest('hex').toUpperCase();
    case 6:
      prefix.writeUInt8(0x9b, 0);
      prefix.writeUInt32BE(body.length, 1);
      return createHash('sha256').update(prefix).update(body).digest('hex').toUpperCase();
    default:
      return null;
  }
}

const groupKeys = (packets: readonly Packet[]): PublicKey[] => {
  const keys: { primary: Packet; members: Packet[] }[] = [];
  for (const packet of packets) {
    if (packet.tag === SECRET_KEY || packet.tag === SECRET_SUBKEY) throw new Error('a secret key among public keys');
    // Trust packets belong to the keyring of one user and mean nothing elsewhere.
    if (packet.tag === TRUST) continue;
    if (packet.tag === PUBLIC_KEY) keys.push({ primary: packet, members: [] });
    keys.at(-1)?.members.push(packet);
  }
  return keys.map(({ primary, members }) => ({
    fingerprint: fingerprintOf(primary.body),
    version: primary.body[0] ?? 0,
    data: Buffer.concat(members.map((member) => member.raw)),
  }));
};

/**
 * Reads the public keys of a file, armored or binary. A file without any is an error: it is an error page, or the
 * wrong file. Nothing is verified beyond the form; compare the fingerprints.
 */
export function readPublicKeys(file: Uint8Array): PublicKey[] {
  const data = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const text = data.toString('utf8').replace(/^\uFEFF/, '');
  const isBinary = !text.includes('-----BEGIN PGP ') && ((data[0] ?? 0) & 0x80) !== 0;
  const streams = isBinary ? [data] : parseArmored(text);
  const keys = streams.flatMap((stream) => groupKeys(parsePackets(stream)));
  if (keys.length === 0) throw new Error('no OpenPGP public key found');
  return keys;
}

/** Length of a subpacket, and the bytes that state it (RFC 9580, section 5.2.3.7). */
const subpacketLength = (area: Buffer, at: number): { readonly bytes: number; readonly length: number } => {
  const first = area.readUInt8(at);
  if (first < 192) return { bytes: 1, length: first };
  if (first < 255) return { bytes: 2, length: ((first - 192) << 8) + area.readUInt8(at + 1) + 192 };
  return { bytes: 5, length: area.readUInt32BE(at + 1) };
};

/** The subpackets that a signature covers, each from its type on; none of a version that is not known here. */
const hashedSubpackets = (signature: Buffer): Buffer[] => {
  const lengthBytes = { 4: 2, 6: 4 }[signature[0] ?? 0];
  if (lengthBytes === undefined) return [];
  const start = 4 + lengthBytes;
  const area = signature.subarray(start, start + signature.readUIntBE(4, lengthBytes));
  const subpackets: Buffer[] = [];
  let at = 0;
  while (at < area.length) {
    const { bytes, length } = subpacketLength(area, at);
    subpackets.push(area.subarray(at + bytes, at + bytes + length));
    at += bytes + length;
  }
  return subpackets;
};

/** Time of a key's newest signature in seconds since 1970; 0 for a key whose signatures have none. */
export function latestSignature(key: PublicKey): number {
  const signatures = parsePackets(key.data).filter(({ tag }) => tag === SIGNATURE);
  const times = signatures
    .flatMap(({ body }) => hashedSubpackets(body))
    .filter((subpacket) => ((subpacket[0] ?? 0) & 0x7f) === CREATION_TIME && subpacket.length === 5)
    .map((subpacket) => subpacket.readUInt32BE(1));
  return Math.max(0, ...times);
}

/** Writes a key as one armored block, the form `gpgkey` has in a definition. */
export function armorPublicKey(key: PublicKey): string {
  const lines = key.data.toString('base64').match(/.{1,64}/g) ?? [];
  // RFC 9580 forbids the checksum on version 6 keys; older readers of version 4 keys insist on it.
  const checksum = key.version === 6 ? [] : [crc24Text(key.data)];
  const block = [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    ...lines,
    ...checksum,
    '-----END PGP PUBLIC KEY BLOCK-----',
  ];
  return `${block.join('\n')}\n`;
}
