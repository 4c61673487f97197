// Finds SQL in source code that is put together from parts, instead of being written by slonik's tags, which bind every value.
import ts from 'typescript';

export interface SqlFinding {
  readonly line: number;
  readonly what: string;
}

/** What a file may do that others may not, by its path. */
export interface SqlException {
  /** Speaks to PostgreSQL without slonik. */
  readonly usesDriver?: true;
  /** Expressions that may stand within SQL, as they are written. None of them comes from outside. */
  readonly constants?: readonly string[];
}

/** Words that texts have which are SQL, and others do not. */
const SQL =
  /\b(?:SELECT|INSERT INTO|UPDATE [\w."]+|DELETE FROM|TRUNCATE|(?:CREATE|ALTER|DROP|LOCK) [A-Z]+|VACUUM|LISTEN|NOTIFY|GRANT|SET (?:LOCAL|SESSION|TIME|ROLE)|FROM [\w."]+ WHERE|ORDER BY|RETURNING)\b/;

/** Members of slonik's `sql` that bind what they are given. */
const BINDING = new Set(['type', 'fragment', 'array', 'join', 'identifier']);

const DRIVERS = /^pg(?:-(?!boss$).*)?$/;

const isConstant = (node: ts.Expression): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isNumericLiteral(node) ||
  (ts.isIdentifier(node) && /^[A-Z][A-Z0-9_]*$/.test(node.text));

const isSqlMember = (node: ts.Node, name?: string): node is ts.PropertyAccessExpression =>
  ts.isPropertyAccessExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'sql' &&
  (name === undefined || node.name.text === name);

/** `sql.fragment`, or the call `sql.type(…)`. */
const isTag = (node: ts.Expression): boolean =>
  isSqlMember(node, 'fragment') || (ts.isCallExpression(node) && isSqlMember(node.expression, 'type'));

const literalText = (node: ts.TemplateLiteral): string =>
  ts.isNoSubstitutionTemplateLiteral(node)
    ? node.text
    : [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('x');

/** The parts that a `+` puts together. */
const operands = (node: ts.Expression): ts.Expression[] =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken
    ? [...operands(node.left), ...operands(node.right)]
    : [node];

/** @param exception what this file may do; nothing unless it is said */
export const findRawSql = (path: string, text: string, exception: SqlException = {}): SqlFinding[] => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const findings: SqlFinding[] = [];
  const report = (node: ts.Node, what: string): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    findings.push({ line: line + 1, what });
  };
  const isAllowed = (node: ts.Expression): boolean =>
    ts.isStringLiteralLike(node) || (exception.constants ?? []).includes(node.getText());

  const visitTemplate = (node: ts.TemplateExpression): void => {
    if (ts.isTaggedTemplateExpression(node.parent) && isTag(node.parent.tag)) return;
    if (!SQL.test(literalText(node))) return;
    for (const { expression } of node.templateSpans) {
      if (!isAllowed(expression)) report(node, `SQL with \${${expression.getText()}} in its text`);
    }
  };

  const visitSum = (node: ts.BinaryExpression): void => {
    if (ts.isBinaryExpression(node.parent) && node.parent.operatorToken.kind === ts.SyntaxKind.PlusToken) return;
    const parts = operands(node);
    if (!parts.some((part) => ts.isStringLiteralLike(part) && SQL.test(part.text))) return;
    for (const part of parts) if (!isAllowed(part)) report(node, `SQL with ${part.getText()} added to its text`);
  };

  const visitCall = (node: ts.CallExpression): void => {
    const { expression: callee } = node;
    if (isTag(callee) && !isSqlMember(callee, 'type')) report(node, 'a tag of slonik that is called like a function');
    if (isSqlMember(callee, 'identifier')) {
      const [names] = node.arguments;
      const fixed = names !== undefined && ts.isArrayLiteralExpression(names) && names.elements.every(isConstant);
      if (!fixed) report(node, 'a name in SQL that is not a constant');
    }
    if (ts.isPropertyAccessExpression(callee) && ts.isArrayLiteralExpression(callee.expression)) {
      const { elements } = callee.expression;
      if (elements.some((element) => ts.isStringLiteralLike(element) && SQL.test(element.text))) {
        report(node, 'SQL joined from a list');
      }
    }
  };

  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) visitTemplate(node);
    else if (ts.isBinaryExpression(node)) visitSum(node);
    else if (ts.isCallExpression(node)) visitCall(node);
    else if (isSqlMember(node) && !BINDING.has(node.name.text)) report(node, `sql.${node.name.text}`);
    else if (ts.isObjectLiteralExpression(node)) {
      const names = node.properties.map(({ name }) => name?.getText());
      if (names.includes('sql') && names.includes('values')) report(node, 'a query that is put together by hand');
    } else if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const typesOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      if (DRIVERS.test(node.moduleSpecifier.text) && !typesOnly && exception.usesDriver !== true) {
        report(node, `the driver ${node.moduleSpecifier.text}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return findings;
};
