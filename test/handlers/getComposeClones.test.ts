import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { startService } from '../support/service.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 2, number));

describe('getComposeClones', () => {
  it('lists the clones of an image, newest first, with their requests', async () => {
    await using service = await startService();
    const compose = await service.given.compose();
    const request = { region: 'eu-west-1', share_with_accounts: ['123456789012'] };
    const older = await service.given.clone({ composeId: compose, createdAt: day(1), request });
    const newer = await service.given.clone({ composeId: compose, createdAt: day(2) });
    await service.given.clone({ composeId: await service.given.compose() });
    const reply = await service.as().get(`/composes/${compose}/clones`);
    expect(reply.status, reply.text).to.equal(200);
    const link = `/api/image-builder/v1.0/composes/${compose}/clones?limit=100&offset=0`;
    expect(reply.body).to.deep.equal({
      meta: { count: 2 },
      links: { first: link, last: link },
      data: [
        { id: newer, compose_id: compose, request: { region: 'eu-central-1' }, created_at: '2026-03-02T00:00:00Z' },
        { id: older, compose_id: compose, request, created_at: '2026-03-01T00:00:00Z' },
      ],
    });
    const tag = { 'if-none-match': String(reply.headers.etag) };
    expect((await service.as().get(`/composes/${compose}/clones`, { headers: tag })).status).to.equal(304);
  });

  it('returns pages', async () => {
    await using service = await startService();
    const compose = await service.given.compose();
    const ids: string[] = [];
    for (let number = 1; number <= 5; number += 1)
      ids.unshift(await service.given.clone({ composeId: compose, createdAt: day(number) }));
    const page = async (search: string) => (await service.as().get(`/composes/${compose}/clones?${search}`)).body;
    const second = await page('limit=2&offset=2');
    expect(second.meta).to.deep.equal({ count: 5 });
    expect(second.data.map(({ id }: { id: string }) => id)).to.deep.equal(ids.slice(2, 4));
    expect(second.links).to.deep.equal({
      first: `/api/image-builder/v1.0/composes/${compose}/clones?limit=2&offset=0`,
      last: `/api/image-builder/v1.0/composes/${compose}/clones?limit=2&offset=4`,
      next: `/api/image-builder/v1.0/composes/${compose}/clones?limit=2&offset=4`,
      previous: `/api/image-builder/v1.0/composes/${compose}/clones?limit=2&offset=0`,
    });
    expect(await page('offset=9')).to.deep.include({ meta: { count: 5 }, data: [] });
  });

  it('is empty for an image without clones, and for an image that cannot be cloned', async () => {
    await using service = await startService();
    const { body } = await service.as().get(`/composes/${await service.given.compose()}/clones`);
    expect(body).to.deep.include({ meta: { count: 0 }, data: [] });
  });

  it('responds 404 for composes of other organizations, deleted composes and unknown ids', async () => {
    await using service = await startService();
    const foreign = await service.given.compose({ orgId: '000001' });
    const deleted = await service.given.compose({ deleted: true });
    await service.given.clone({ composeId: deleted });
    for (const id of [foreign, deleted, randomUUID()])
      expect(await service.as().get(`/composes/${id}/clones`)).to.be.refused(404, 'compose entry not found');
  });

  it('rejects invalid paging parameters', async () => {
    await using service = await startService();
    const compose = await service.given.compose();
    for (const search of ['limit=0', 'limit=101', 'offset=-1'])
      expect(await service.as().get(`/composes/${compose}/clones?${search}`)).to.be.refused(400, /^parameter/);
  });
});
