import { EventStream, type OperationHandler } from '../http/operation.ts';

export const getEvents: OperationHandler<'getEvents'> = async (ctx, { query, headers, identity }) => {
  const { type, compose_id, blueprint_id, last_event_id, follow_seconds } = query;
  // A reconnecting client sends the header, with the query of its first request.
  const lastEventId = headers['last-event-id'] ?? last_event_id;
  const open = await ctx.events.follow({
    orgId: identity.orgId,
    lastId: lastEventId === undefined ? null : Number(lastEventId),
    filter: {
      types: type === undefined ? null : new Set(type),
      composeId: compose_id ?? null,
      blueprintId: blueprint_id ?? null,
    },
    seconds: follow_seconds ?? null,
  });
  return { status: 200, body: new EventStream(open) };
};
