import { Ajv, type Options } from 'ajv';

/** Creates a compiler for our own schemas. It does not validate the schemas themselves, which would double the time of a start. */
export function createAjv(options: Options = {}): Ajv {
  return new Ajv({ strict: false, meta: false, validateSchema: false, ...options });
}
