import { renderMarkdown } from './markdown.ts';
import { escapeHtml } from './html.ts';
import type { Schema } from './contract.ts';

export const schemaUrl = (name: string): string => `/reference/schemas/${name}.html`;

const refName = (ref: string): string => ref.split('/').at(-1) ?? ref;

export function code(value: unknown): string {
  return `<code>${escapeHtml(typeof value === 'string' ? value : JSON.stringify(value))}</code>`;
}

const link = (name: string): string => `<a href="${schemaUrl(name)}">${escapeHtml(name)}</a>`;

/** A schema behind the wrapper that gives a reference a description of its own. */
const unwrapped = (schema: Schema): Schema => {
  const [only, ...others] = schema.allOf ?? [];
  return only && others.length === 0 && !schema.properties ? only : schema;
};

/** The type of a value in words, with links to the schemas it is made of. */
export function typeHtml(schema: Schema): string {
  const of = unwrapped(schema);
  if (of.$ref !== undefined) return link(refName(of.$ref));
  const union = of.oneOf ?? of.anyOf;
  if (union) return union.map(typeHtml).join(' or ');
  if (of.allOf) return of.allOf.map(typeHtml).join(' with ');
  if (of.items) return `list of ${typeHtml(of.items)}`;
  if (typeof of.additionalProperties === 'object') return `object of ${typeHtml(of.additionalProperties)} by name`;
  // The document leaves it out where numbers are larger than most languages' integers.
  if (of['x-go-type'] === 'uint64') return 'integer';
  if (of.properties) return 'object';
  const { type = 'anything', format } = of;
  return escapeHtml(format === undefined ? type : `${type} (${format})`);
}

const bounds = (schema: Schema): readonly string[] => {
  const of = unwrapped(schema);
  const facts: string[] = [];
  const add = (value: unknown, text: (value: string) => string): void => {
    if (value !== undefined && value !== false) facts.push(text(code(value)));
  };
  if (of.enum && of.$ref === undefined) facts.push(`one of ${of.enum.map(code).join(', ')}`);
  add(of.minimum, (value) => `at least ${value}`);
  add(of.maximum, (value) => `at most ${value}`);
  add(of.minLength, (value) => `at least ${value} characters`);
  add(of.maxLength, (value) => `at most ${value} characters`);
  add(of.minItems, (value) => `at least ${value} entries`);
  add(of.maxItems, (value) => `at most ${value} entries`);
  add(of.pattern, (value) => `matches ${value}`);
  if (of.uniqueItems === true) facts.push('no entry twice');
  if (schema.nullable === true) facts.push('may be <code>null</code>');
  add(schema.default ?? of.default, (value) => `default ${value}`);
  return facts;
};

const facts = (schema: Schema, example: unknown): string => {
  const list = [...bounds(schema), ...(example === undefined ? [] : [`for example ${code(example)}`])];
  return list.length === 0 ? '' : `<p class="facts">${list.join('; ')}</p>`;
};

/** The members of an object below which a schema has no page of its own. */
const nested = (schema: Schema): Schema | null => {
  const of = unwrapped(schema);
  if (of.$ref !== undefined) return null;
  const inner = of.items ?? of;
  return inner.$ref === undefined && inner.properties ? inner : null;
};

/** Something with a name and a type: a member, a parameter, a header. */
export interface Named {
  readonly name: string;
  readonly schema: Schema;
  readonly required?: boolean;
  readonly note?: string;
  readonly description?: string | undefined;
  readonly example?: unknown;
}

const namedHtml = ({ name, schema, required, note, description, example }: Named): string => {
  const inner = nested(schema);
  const marks = [
    `<span class="type">${typeHtml(schema)}</span>`,
    ...(note === undefined ? [] : [`<span class="note">${escapeHtml(note)}</span>`]),
    ...(required === true ? ['<span class="required">required</span>'] : []),
  ].join(' ');
  const text = description ?? schema.description ?? '';
  return `<dt><code>${escapeHtml(name)}</code> ${marks}</dt>
<dd>${renderMarkdown(text)}${facts(schema, example ?? schema.example)}${inner === null ? '' : membersHtml(inner)}</dd>`;
};

/** A list of named things. */
export function namedListHtml(items: readonly Named[]): string {
  return `<dl class="members">\n${items.map(namedHtml).join('\n')}\n</dl>`;
}

const membersHtml = ({ properties = {}, required = [] }: Schema): string =>
  namedListHtml(
    Object.entries(properties).map(([name, schema]) => ({ name, schema, required: required.includes(name) })),
  );

/** The content of a schema without its name: description, alternatives, members. */
export function schemaHtml(schema: Schema): string {
  const union = schema.oneOf ?? schema.anyOf;
  const parts = [renderMarkdown(schema.description ?? '')];
  if (union) {
    parts.push(`<p>${schema.oneOf ? 'One of these forms:' : 'Any of these forms:'}</p>`);
    parts.push(`<ul>${union.map((form) => `<li>${typeHtml(form)}</li>`).join('')}</ul>`);
  }
  for (const part of schema.allOf ?? []) {
    if (part.$ref !== undefined) parts.push(`<p>Everything of ${typeHtml(part)}, and:</p>`);
    else parts.push(membersHtml(part));
  }
  if (schema.enum)
    parts.push(
      `<p>Values:</p><ul class="values">${schema.enum.map((value) => `<li>${code(value)}</li>`).join('')}</ul>`,
    );
  if (schema.properties) parts.push(membersHtml(schema));
  if (schema.items) parts.push(`<p>A list of ${typeHtml(schema.items)}.</p>`);
  if (!schema.properties && !schema.enum && !union && !schema.allOf && !schema.items)
    parts.push(`<p>${escapeHtml(schema.type ?? 'anything')}</p>`);
  if (schema.additionalProperties === false) parts.push('<p class="facts">No other members.</p>');
  return parts.join('\n');
}

/** Names of the schemas that a schema refers to. */
export function references(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = (schema as Schema).$ref;
  return [...(typeof own === 'string' ? [refName(own)] : []), ...Object.values(schema).flatMap(references)];
}
