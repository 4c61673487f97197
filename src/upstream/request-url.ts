import { InvalidPathParameterError } from './errors.ts';

type Parameters = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const segment = (value: unknown): string => {
  const text = textOf(value);
  if (text === '' || text === '.' || text === '..') throw new InvalidPathParameterError(`"${text}" is no path segment`);
  return encodeURIComponent(text);
};

const pathOf = (template: string, parameters: Parameters): string =>
  template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => segment(parameters[name]));

const searchOf = (query: Parameters): string => {
  const search = new URLSearchParams();
  for (const name of Object.keys(query).sort()) {
    for (const value of [query[name]].flat()) {
      if (value !== undefined && value !== null) search.append(name, textOf(value));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
};

/** The URL of a call: query parameters are sorted. @throws InvalidPathParameterError */
export function requestUrl(baseUrl: string, template: string, path: Parameters = {}, query: Parameters = {}): string {
  return `${baseUrl}${pathOf(template, path)}${searchOf(query)}`;
}
