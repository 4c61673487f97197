// As much of PromQL as it takes to say which series an expression asks for. Whether it is well-formed, promtool says.

const KEYWORDS = new Set([
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
]);

/** Without texts, ranges, durations and the label lists of aggregations and matchings. */
const bare = (expression: string): string =>
  expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\b\d+(?:\.\d+)?(?:ms|[smhdwy])?\b/g, ' ');

/** Names of the series that an expression asks for. */
export const metricsOf = (expression: string): ReadonlySet<string> =>
  new Set(
    [...bare(expression).matchAll(/[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)]
      .map(([name]) => name)
      .filter((name) => !KEYWORDS.has(name)),
  );

/** The selectors of an expression: which series, by which labels. */
export const selectorsOf = (expression: string): { metric: string; labels: string[] }[] =>
  [...expression.matchAll(/([a-zA-Z_:][\w:]*)\{((?:[^}"]|"(?:[^"\\]|\\.)*")*)\}/g)].map(
    ([, metric = '', matchers = '']) => ({
      metric,
      labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label ?? ''),
    }),
  );
