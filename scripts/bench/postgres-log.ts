// What PostgreSQL did for a request, read from its log: auto_explain writes the plans of what ran, `log_statement` every
// statement a client sent.

/** How a table was read. */
export interface Access {
  /** Like `Index Scan blueprints_pkey` or `Seq Scan blueprints`. */
  readonly way: string;
  /** Rows that were read, those that a filter dropped included. */
  readonly rows: number;
}

export interface Plan {
  /** Milliseconds it ran. */
  readonly duration: number;
  /** Pages that were touched, in memory or on disk. */
  readonly pages: number;
  readonly accesses: readonly Access[];
}

export interface Activity {
  /** What clients sent, in order. */
  readonly statements: readonly string[];
  /** What was run for it, statements inside of functions included. */
  readonly plans: readonly Plan[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Names of the indexes below a node. */
const indexesBelow = ({ Plans = [] }: PlanNode): readonly string[] =>
  Plans.flatMap((node) => [...(node['Index Name'] === undefined ? [] : [node['Index Name']]), ...indexesBelow(node)]);

const accessesOf = (node: PlanNode): readonly Access[] => {
  const { 'Node Type': type, 'Relation Name': relation, Plans: children = [] } = node;
  const perLoop =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const rows = Math.round(perLoop * (node['Actual Loops'] ?? 1));
  // Of the two nodes of a bitmap scan one knows the rows, and the other the index.
  if (type === 'Bitmap Heap Scan') return [{ way: `Bitmap Scan ${indexesBelow(node).join(', ')}`, rows }];
  const object = node['Index Name'] ?? relation;
  // What a plan writes to has a relation, too.
  const reads = object !== undefined && type.endsWith('Scan');
  return [...(reads ? [{ way: `${type} ${object}`, rows }] : []), ...children.flatMap(accessesOf)];
};

/** Entries of a log, each as one text: its first line, and continuation lines, which start with a tab. */
const entriesOf = (log: string): readonly string[] =>
  log
    .replaceAll('\n\t', '\n')
    .split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/m)
    .map((entry) => entry.replace(/^.*?\] /s, '').trim());

/** Reads a part of a log that begins and ends between two lines. */
export function parseActivity(log: string): Activity {
  const statements: string[] = [];
  const plans: Plan[] = [];
  for (const entry of entriesOf(log)) {
    const [, statement] = /^LOG: {2}(?:statement|execute [^:]*): (.*)$/s.exec(entry) ?? [];
    if (statement !== undefined) statements.push(statement.trim());
    const [, duration, json] = /^LOG: {2}duration: ([\d.]+) ms {2}plan:\n(.*)$/s.exec(entry) ?? [];
    if (duration !== undefined && json !== undefined) {
      const { Plan: root } = JSON.parse(json) as { Plan: PlanNode };
      plans.push({
        duration: Number(duration),
        pages: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
        accesses: accessesOf(root),
      });
    }
  }
  return { statements, plans };
}
