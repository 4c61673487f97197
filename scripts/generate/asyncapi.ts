import type { OpenApiDocument } from './document.ts';

type Json = Readonly<Record<string, unknown>>;

interface Described {
  readonly description: string;
}

interface Schema extends Described, Json {
  readonly enum?: readonly string[];
}

interface Parameter extends Described {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Json;
  readonly example?: unknown;
}

interface Operation extends Described {
  readonly summary: string;
  readonly parameters: readonly Parameter[];
}

const SCHEMA_PREFIX = '#/components/schemas/';

/** A schema of OpenAPI 3.0 as JSON Schema, which has `examples` and no `nullable`. */
const toJsonSchema = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { example, ...schema } = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === 'example' ? member : toJsonSchema(member)]),
  );
  if (schema['nullable'] === true) throw new Error('a schema of events is nullable, which JSON Schema has not');
  return example === undefined ? schema : { ...schema, examples: [example] };
};

/** Schemas that a value refers to, directly and by others. */
const referencedBy = (value: unknown, schemas: Json, found = new Set<string>()): ReadonlySet<string> => {
  for (const [, name = ''] of JSON.stringify(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    referencedBy(schemas[name], schemas, found);
  }
  return found;
};

const schemaOfParameters = (parameters: readonly Parameter[]): Json => ({
  type: 'object',
  required: parameters.filter(({ required }) => required === true).map(({ name }) => name),
  properties: Object.fromEntries(
    parameters.map(({ name, description, schema, example }) => [
      name,
      toJsonSchema({ description, ...schema, ...(example === undefined ? {} : { example }) }),
    ]),
  ),
});

/** What each type of events means: the list in the description of `EventTypes`. @throws Error for a type that it lacks */
const meaningsOf = ({ description, enum: types = [] }: Schema): ReadonlyMap<string, string> => {
  const items = description.split(/^\* /m).slice(1);
  const meanings = new Map(
    items.map((item) => {
      const [, type = '', meaning = ''] = /^`([^`]+)`: (.+)$/s.exec(item.replaceAll(/\s+/g, ' ').trim()) ?? [];
      return [type, meaning] as const;
    }),
  );
  for (const type of types) if (!meanings.has(type)) throw new Error(`EventTypes does not describe ${type}`);
  return meanings;
};

const message = (type: string, summary: string, schema: string, headers?: Json): Json => ({
  ...{ name: type, title: type, summary, contentType: 'application/json' },
  ...(headers === undefined ? {} : { headers }),
  payload: {
    allOf: [{ $ref: `${SCHEMA_PREFIX}${schema}` }, { type: 'object', properties: { type: { const: type } } }],
  },
});

const channelMessages = (messages: Json, prefix: string): Json =>
  Object.fromEntries(
    Object.keys(messages).map((name) => [name.slice(prefix.length), { $ref: `#/components/messages/${name}` }]),
  );

const operationOf = (document: OpenApiDocument, path: string, method: string): Operation =>
  document.paths[path]?.[method] as unknown as Operation;

const httpBinding = (method: string, query?: Json): Json => ({
  http: { method, ...(query === undefined ? {} : { query }), bindingVersion: '0.3.0' },
});

/** The event stream and the messages to webhooks as an AsyncAPI 3 document, from `GET /events` and the callback of `createWebhook`. */
export function asyncApiOf(document: OpenApiDocument): Json {
  const { info, servers, components } = document as unknown as {
    readonly info: Json;
    readonly servers: readonly { readonly url: string }[];
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const { schemas } = components;
  const stream = operationOf(document, '/events', 'get');
  const { callbacks } = operationOf(document, '/webhooks', 'post') as unknown as {
    readonly callbacks: { readonly message: Readonly<Record<string, { readonly post: Operation }>> };
  };
  const [callback] = Object.values(callbacks.message);
  if (!callback) throw new Error('createWebhook has no callback');
  const headers = schemaOfParameters(callback.post.parameters);
  const meanings = meaningsOf(schemas['EventTypes'] as Schema);
  const ping = 'A message that tests the webhook.';

  const events = Object.fromEntries(
    [...meanings].map(([type, meaning]) => [`event.${type}`, message(type, meaning, 'Event')]),
  );
  const webhooks = Object.fromEntries(
    [...(schemas['WebhookEventType']?.enum ?? []), 'webhook.ping'].map((type) => [
      `webhook.${type}`,
      message(type, meanings.get(type) ?? ping, 'WebhookMessage', headers),
    ]),
  );
  const messages = { ...events, ...webhooks };
  const query = schemaOfParameters(stream.parameters.filter((parameter) => parameter.in === 'query'));
  const names = [...referencedBy([messages, query], schemas)].sort();
  return {
    asyncapi: '3.0.0',
    info: {
      ...{ title: `${info['title'] as string}: events`, version: info['version'], license: info['license'] },
      description:
        'Events of composes and blueprints: as a stream, and as messages to webhooks. The operations are in the OpenAPI document.',
    },
    defaultContentType: 'application/json',
    channels: {
      events: {
        address: `${servers[0]?.url ?? ''}/events`,
        ...{ title: stream.summary, description: stream.description },
        messages: channelMessages(events, 'event.'),
      },
      webhook: {
        address: null,
        ...{ title: callback.post.summary, description: callback.post.description },
        messages: channelMessages(webhooks, 'webhook.'),
      },
    },
    operations: {
      streamEvents: {
        ...{ action: 'send', channel: { $ref: '#/channels/events' }, summary: stream.summary },
        bindings: httpBinding('GET', query),
      },
      sendWebhookMessage: {
        ...{ action: 'send', channel: { $ref: '#/channels/webhook' }, summary: callback.post.summary },
        bindings: httpBinding('POST'),
      },
    },
    components: {
      messages,
      schemas: Object.fromEntries(names.map((name) => [name, toJsonSchema(schemas[name])])),
    },
  };
}
