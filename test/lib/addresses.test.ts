import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isAllowedAddress, isLoopbackAddress, parseRanges } from '../../src/lib/addresses.ts';
import { urlProblem } from '../../src/lib/webhook-url.ts';

const NO_RANGES = { allowedRanges: [] };

const PUBLIC = ['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '11.0.0.0'];
const PUBLIC_6 = ['2606:4700::1111', '2a00:1450:4001::1', '::ffff:8.8.8.8', '64:ff9b::808:808'];

/** Addresses that are not public, by what they are. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  loopback: ['127.0.0.1', '127.255.255.255', '::1'],
  'link-local': ['169.254.0.1', '169.254.169.254', 'fe80::1', 'febf::1', 'fe80::1%eth0'],
  "a carrier's": ['100.64.0.1', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  broadcast: ['255.255.255.255'],
  reserved: ['192.0.0.1', '192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '240.0.0.1'],
  'reserved in IPv6': ['2001:db8::1', '3fff::1', '2001::1', '5f00::1', '100::1', '4000::1', 'e000::1'],
  'unique local': ['fc00::1', 'fd00:ec2::254'],
  'site-local': ['fec0::1'],
  'mapped from one of those': ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::ffff:0.0.0.0'],
  'compatible with IPv4': ['::127.0.0.1', '::7f00:1', '::a00:1', '::8.8.8.8'],
  'translated from one of those': ['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '::ffff:0:7f00:1'],
  'translated locally': ['64:ff9b:1::808:808'],
  'in a tunnel': ['2002:7f00:1::', '2002:808:808::', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  "a cloud's service for the machine": [
    ...['168.63.129.16', '169.254.169.254', '169.254.170.2', '169.254.169.123', '100.100.100.200', '192.0.0.192'],
    ...['fd00:ec2::254', '::ffff:168.63.129.16', '64:ff9b::a83f:8110', '::ffff:a83f:8110'],
  ],
  'no address': ['', 'localhost', '8.8.8.8.8', '999.1.1.1', ' 8.8.8.8', '[::1]'],
};

describe('isAllowedAddress', () => {
  it('allows public addresses', () => {
    for (const address of [...PUBLIC, ...PUBLIC_6])
      expect(isAllowedAddress(address, NO_RANGES), address).to.equal(true);
  });

  for (const [what, addresses] of Object.entries(REFUSED)) {
    it(`refuses an address that is ${what}`, () => {
      for (const address of addresses) expect(isAllowedAddress(address, NO_RANGES), address).to.equal(false);
    });
  }

  it('allows addresses in the ranges of the operator, in every notation, and no other address', () => {
    const allowed = ['127.0.0.0/8', '10.1.0.0/16', 'fd00::/8'];
    for (const address of ['127.0.0.1', '10.1.2.3', 'fd12::1', '::ffff:10.1.0.1', '64:ff9b::a01:1', '8.8.8.8'])
      expect(isAllowedAddress(address, { allowedRanges: allowed }), address).to.equal(true);
    for (const address of ['10.2.0.0', '::1', 'fc00::1', '::ffff:10.2.0.1', '169.254.169.254', '::10.1.0.1'])
      expect(isAllowedAddress(address, { allowedRanges: allowed }), address).to.equal(false);
  });
});

describe('isAllowedAddress with ranges that are denied', () => {
  const rules = {
    allowedRanges: ['10.0.0.0/8', '0.0.0.0/0', '::/0'],
    deniedRanges: ['10.9.0.0/16', '203.0.113.0/24', '2a00::/16'],
  };

  it('refuses them, also where they are public or allowed, in every notation', () => {
    for (const address of ['10.9.1.1', '203.0.113.7', '2a00:1450::1', '::ffff:10.9.0.1', '64:ff9b::a09:1'])
      expect(isAllowedAddress(address, rules), address).to.equal(false);
    for (const address of ['10.8.1.1', '8.8.8.8', '2606:4700::1111'])
      expect(isAllowedAddress(address, rules), address).to.equal(true);
  });

  it("refuses a cloud's services for the machine even in allowed ranges", () => {
    for (const address of ['168.63.129.16', '169.254.169.254', 'fd00:ec2::254', 'fe80::a9fe:a9fe', '100.100.100.200'])
      expect(isAllowedAddress(address, rules), address).to.equal(false);
  });
});

describe('isLoopbackAddress', () => {
  it('knows all addresses of the loopback interface, in every notation', () => {
    for (const address of ['127.0.0.1', '127.255.0.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])
      expect(isLoopbackAddress(address), address).to.equal(true);
    for (const address of ['', 'localhost', '128.0.0.1', '0.0.0.0', '::', '::2', '::ffff:10.0.0.1', '8.8.8.8'])
      expect(isLoopbackAddress(address), address).to.equal(false);
  });
});

describe('parseRanges', () => {
  it('parses ranges separated by commas', () => {
    expect(parseRanges('')).to.deep.equal([]);
    expect(parseRanges(' 10.0.0.0/8 , ::1/128,')).to.deep.equal(['10.0.0.0/8', '::1/128']);
    for (const wrong of ['10.0.0.0', '10.0.0.0/33', 'x/8', '10.0.0.0/8;::1/128', '::1/129', '10.0.0.0/-1'])
      expect(parseRanges(wrong), wrong).to.equal(null);
  });
});

const NOT_PUBLIC = 'must lead to a public address';

describe('urlProblem', () => {
  for (const url of [
    ...['https://hooks.example.com/x?token=1', 'http://hooks.example.com', 'https://hooks.example.com:443/'],
    ...['http://hooks.example.com:80', 'http://hooks.example.com:1024/', 'https://hooks.example.com:65535/'],
    ...['https://8.8.8.8/', 'https://[2606:4700::1111]:8443/', 'https://xn--bcher-kva.example/'],
  ]) {
    it(`accepts ${url}`, () => {
      expect(urlProblem(url, NO_RANGES)).to.equal(null);
    });
  }

  for (const [problem, urls] of Object.entries({
    'must be an http or https address': [
      '',
      'x',
      '//x',
      'ftp://x',
      'javascript:1',
      'https://',
      'http://[::1',
      'file:///x',
    ],
    'must not hold a user or a password': ['https://user@x.test/', 'https://user:p@x.test/', 'https://:p@x.test/'],
    'the port must be 80, 443, or 1024 and above': ['https://x.test:22', 'http://x.test:1023/', 'http://x.test:25/x'],
    [NOT_PUBLIC]: [
      ...['http://127.0.0.1/', 'http://localhost', 'https://LOCALHOST.:8080/', 'http://a.localhost', 'http://[::1]/'],
      // Every way to write 127.0.0.1 and 169.254.169.254 that URLs know.
      ...['http://2130706433/', 'http://0x7f.1/', 'http://0177.0.0.1/', 'http://127.1/', 'http://127.0.0.1./'],
      ...['http://2852039166/', 'http://0xa9.0xfe.0xa9.0xfe/', 'http://[::ffff:a9fe:a9fe]/', 'http://①②⑦.⓪.⓪.①/'],
      ...[
        'http://168.63.129.16/',
        'http://0xa83f8110/',
        'http://[::ffff:168.63.129.16]/',
        'http://169.254.170.2/v2/credentials',
      ],
      // Names that name servers inside a cloud or cluster know.
      ...[
        'http://metadata.google.internal/computeMetadata/v1/',
        'http://METADATA.google.internal./',
        'http://metadata/',
      ],
      ...['http://metadata.goog/', 'http://instance-data/latest/', 'http://instance-data.eu-west-1.compute.internal/'],
      ...[
        'http://kubernetes.default.svc/',
        'https://kubernetes.default.svc.cluster.local:6443/',
        'http://printer.local/',
      ],
      ...['http://image-builder:8086/', 'http://db.corp.internal/', 'http://router.home.arpa/'],
      ...['http://10.0.0.1:8080/', 'http://0/', 'http://0.0.0.0:8080/', 'http://[fd00::1]/', 'http://[::]/'],
    ],
  })) {
    for (const url of urls) {
      it(`returns for "${url}" that it ${problem}`, () => {
        expect(urlProblem(url, NO_RANGES)).to.equal(problem);
      });
    }
  }

  it('accepts internal names where the operator allows ranges, and never those of metadata services', () => {
    const rules = { allowedRanges: ['10.0.0.0/8'] };
    for (const url of ['http://ci/', 'https://ci.corp.internal/', 'http://hooks.ci.svc.cluster.local:8080/'])
      expect(urlProblem(url, rules), url).to.equal(null);
    for (const url of ['http://metadata.google.internal/', 'http://metadata/', 'http://metadata.platformequinix.com/'])
      expect(urlProblem(url, rules), url).to.equal(NOT_PUBLIC);
  });

  it('accepts addresses in the ranges of the operator', () => {
    expect(urlProblem('http://localhost:9000/', { allowedRanges: ['127.0.0.0/8'] })).to.equal(null);
    expect(urlProblem('http://[::1]:9000/', { allowedRanges: ['127.0.0.0/8'] })).to.equal(NOT_PUBLIC);
  });
});
