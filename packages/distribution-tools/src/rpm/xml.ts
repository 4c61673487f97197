import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** Callbacks of the XML reader. Names include the prefix. */
export interface XmlHandler {
  /** An element starts. @param path names from the root to it */
  readonly open?: (path: readonly string[], attributes: Readonly<Record<string, string>>) => void;
  /** An element ends. @param text what stands in it, in front of its end and behind its last child */
  readonly close?: (path: readonly string[], text: string) => void;
}

/**
 * Copies a text: a slice of a larger text would retain the whole text in memory. For texts that are stored
 * longer than the piece of the document it comes from.
 */
export const detached = (text: string): string => Buffer.from(text).toString();

/**
 * Reads an XML document piece by piece; never more than one piece of it is in memory.
 * @throws Error saying where the document is malformed or that it is not UTF-8
 */
export async function readXml(document: AsyncIterable<Uint8Array>, { open, close }: XmlHandler): Promise<void> {
  const parser = new SaxesParser({ xmlns: false });
  const path: string[] = [];
  let text = '';
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    path.push(name);
    text = '';
    open?.(path, attributes);
  });
  const append = (more: string): void => {
    text += more;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    close?.(path, text);
    path.pop();
    text = '';
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const piece of document) parser.write(decoder.decode(piece, { stream: true }));
  parser.write(decoder.decode()).close();
}
