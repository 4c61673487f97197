import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const packages = '/packages?distribution=centos-9&architecture=x86_64';

describe('a parameter', () => {
  it('that is not in the contract is ignored', async () => {
    await using service = await startService();
    expect((await service.as().get('/version?a=1&a=2&%zz=%zz&=&&x')).status).to.equal(200);
  });

  it('with malformed percent-encoding is refused by name', async () => {
    await using service = await startService();
    const malformed = 'malformed percent-encoding';
    expect(await service.as().get(`${packages}&search=%zz`)).to.be.refused(
      400,
      `parameter "search" in query has an error: ${malformed}`,
    );
    expect(await service.as().get('/distributions/%E0%A4%A')).to.be.refused(
      400,
      `parameter "distro" in path has an error: ${malformed}`,
    );
  });

  it('with U+0000 is refused by name', async () => {
    await using service = await startService();
    expect(await service.as().get(`${packages}&search=a%00`)).to.be.refused(
      400,
      /^parameter "search" in query .*U\+0000/,
    );
    expect(await service.as().get('/distributions/a%00b')).to.be.refused(400, /^parameter "distro" in path .*U\+0000/);
  });

  it('of the query takes a plus for a space', async () => {
    await using service = await startService();
    const reply = await service.as().get(`${packages}&search=a+b%2Bc`);
    expect(new URL(reply.body.links.first, 'http://any').searchParams.get('search')).to.equal('a b+c');
  });

  it('of the path is one segment', async () => {
    await using service = await startService();
    expect(await service.as().get('/distributions/..%2F..')).to.be.refused(404, "distribution '../..' not found");
    expect(await service.as().get('/distributions/a+b')).to.be.refused(404, "distribution 'a+b' not found");
    expect(await service.as().get('/distributions/%25')).to.be.refused(404, "distribution '%' not found");
  });

  for (const value of ['1.5', '1e1', 'abc', '', '0x10', ' 1', '9223372036854775808', 'Infinity', '१']) {
    it(`that is an integer cannot be "${value}"`, async () => {
      await using service = await startService();
      const reply = await service.as().get(`/composes?offset=${encodeURIComponent(value)}`);
      expect(reply).to.be.refused(400, /^parameter "offset" in query has an error: value must be an integer$/);
    });
  }

  it('that is an integer can be as large as 64 bits allow', async () => {
    await using service = await startService();
    const reply = await service.as().get('/composes?offset=9223372036854775807');
    expect(reply.status, reply.text).to.equal(200);
    expect(reply.body.data).to.deep.equal([]);
  });

  it('that is a UUID has 36 characters', async () => {
    await using service = await startService();
    const id = randomUUID();
    for (const text of [id.replaceAll('-', ''), `{${id}}`, `urn:uuid:${id}`, `${id} `, 'x']) {
      const reply = await service.as().get(`/blueprints/${encodeURIComponent(text)}`);
      expect(reply).to.be.refused(400, 'Invalid format for parameter id: must be a UUID of 36 characters');
    }
  });
});

describe('a path', () => {
  it('with malformed percent-encoding is not found', async () => {
    await using service = await startService();
    expect(await service.as().get('/%zz')).to.be.refused(404, 'no matching operation was found');
    expect(await service.root.get('/%zz')).to.be.refused(404, 'Not Found');
  });

  it('does not treat the dot of a file name as a wildcard', async () => {
    await using service = await startService();
    expect(await service.as().get('/openapiXjson')).to.be.refused(404, 'no matching operation was found');
  });
});
