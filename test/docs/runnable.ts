// Runnable blocks of pages, marked `run` behind their language, and their responses, marked `answer`.
import MarkdownIt from 'markdown-it';

/** A block to be run. */
export interface Step {
  readonly language: 'sh' | 'ts';
  readonly code: string;
  /** The service is expected to refuse it. */
  readonly refused: boolean;
  /** The expected response; `…` in a string matches any text. */
  readonly answer: unknown;
}

/** @throws Error for a response without a runnable block before it, and for one that is no JSON */
export const stepsOf = (text: string): readonly Step[] => {
  const steps: Step[] = [];
  for (const { type, info, content } of new MarkdownIt().parse(text, {})) {
    if (type !== 'fence') continue;
    const [language, ...marks] = info.trim().split(/\s+/);
    if (marks.includes('run')) {
      if (language !== 'sh' && language !== 'ts') throw new Error(`nothing runs ${language}`);
      steps.push({ language, code: content, refused: marks.includes('refused'), answer: undefined });
    } else if (marks.includes('answer')) {
      const last = steps.pop();
      if (!last || last.answer !== undefined) throw new Error(`an answer to nothing: ${content}`);
      steps.push({ ...last, answer: JSON.parse(content) as unknown });
    }
  }
  return steps;
};

/** The last JSON value of an output. @throws Error where there is none */
export const lastJson = (output: string): unknown => {
  const lines = output.trimEnd().split('\n');
  for (let start = lines.length - 1; start >= 0; start -= 1) {
    if (!/^[[{]/.test(lines[start] ?? '')) continue;
    try {
      return JSON.parse(lines.slice(start).join('\n')) as unknown;
    } catch {
      // Not the first line of it.
    }
  }
  throw new Error(`no JSON in what was printed: ${output}`);
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is what a page shows of it; `…` in a text stands for anything. */
export const matches = (shown: unknown, value: unknown): boolean => {
  if (typeof shown === 'string' && typeof value === 'string') {
    const [first = '', ...others] = shown.split('…');
    if (others.length === 0) return shown === value;
    let rest = value;
    if (!rest.startsWith(first)) return false;
    rest = rest.slice(first.length);
    const last = others.pop() ?? '';
    for (const part of others) {
      const at = rest.indexOf(part);
      if (at < 0) return false;
      rest = rest.slice(at + part.length);
    }
    return rest.endsWith(last);
  }
  if (Array.isArray(shown))
    return (
      Array.isArray(value) && shown.length === value.length && shown.every((one, index) => matches(one, value[index]))
    );
  if (!isObject(shown)) return shown === value;
  return (
    isObject(value) &&
    Object.keys(shown).length === Object.keys(value).length &&
    Object.entries(shown).every(([key, one]) => key in value && matches(one, value[key]))
  );
};
