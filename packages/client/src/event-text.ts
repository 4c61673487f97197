/** The fields of one block of an event stream. */
export interface StreamBlock {
  readonly id?: number;
  readonly retry?: number;
  /** JSON of the event, where the block has one. */
  readonly data?: string;
}

const readBlock = (lines: readonly string[]): StreamBlock => {
  const block: { id?: number; retry?: number; data?: string } = {};
  for (const line of lines) {
    const at = line.indexOf(':');
    // A line that starts with a colon is a comment.
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (name === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`;
    else if ((name === 'id' || name === 'retry') && /^\d+$/.test(value)) block[name] = Number(value);
  }
  return block;
};

/** Creates a parser that takes chunks of an event stream and returns the blocks that are complete. */
export function createBlockReader(): (piece: string) => readonly StreamBlock[] {
  let rest = '';
  let lines: string[] = [];
  return (piece) => {
    const blocks: StreamBlock[] = [];
    const pieces = (rest + piece).split('\n');
    rest = pieces.pop() ?? '';
    for (const given of pieces) {
      const line = given.endsWith('\r') ? given.slice(0, -1) : given;
      if (line !== '') lines.push(line);
      else if (lines.length > 0) {
        blocks.push(readBlock(lines));
        lines = [];
      }
    }
    return blocks;
  };
}
