/** docs/troubleshooting.md explains every error and every warning: it is compared with the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { ROOT } from './support/fixture';

const SRC = path.join(ROOT, 'src');
const PAGE = readFileSync(path.join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');

/** Texts that are no messages, by what they begin with: code for another interpreter, and lists of names. */
const NO_MESSAGES = [
  'Usage: npx offspring-rx',
  '(function (exports',
  '(() => {',
  'unset guardian',
  'Array Map Set Date',
  'in the middle of its work',
  // For the log of NODE_DEBUG.
  'found … of …, which its child loads by',
];
/** Files whose texts are no messages either: those of a page or a screen, of metrics and of the log. */
const NO_MESSAGE_FILES = /^(dashboard\/(page|display|terminal\/(tree-lines|on-key))|otel|platform\/windows)/;
/** What a wrong option must be: the page says how such a message is made, and not each. */
const IS_WANT =
  /^('inherit',|the key|an?) .*(prefix|address|number|object|array|text|URL|path|function|factories|task|variables|keys)/;
/** A text of fewer words is a part of a message. */
const FEWEST_WORDS = 6;

const words = (text: string) => text.split(/\s+/).filter(word => /[a-z]{2}/i.test(word));
/** Without what differs, quotes and the punctuation at both ends. */
const normalized = (text: string) =>
  text
    .replaceAll('`', '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s:;,]+|[\s:]+$/g, '');

/** The text of a literal, with `…` in place of what differs. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(span => `…${span.literal.text}`).join('');
}

interface Source {
  file: string;
  root: ts.SourceFile;
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => ({
    file,
    root: ts.createSourceFile(file, readFileSync(path.join(SRC, file), 'utf8'), ts.ScriptTarget.ES2022, true),
  }));

/** What is written to the log that NODE_DEBUG turns on. */
const isLog = (node: ts.Node) =>
  (ts.isIfStatement(node) && node.expression.getText().startsWith('isLogging')) ||
  (ts.isCallExpression(node) && node.expression.getText() === 'debugLog');

function nodesOf(root: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node) => {
    if (isLog(node)) return;
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

const nodes = sources.flatMap(({ file, root }) => nodesOf(root).map(node => ({ file, node })));
const literals = nodes.flatMap(({ file, node }) => {
  const text = textOf(node);
  return text === undefined ? [] : [{ file, text: normalized(text) }];
});
const messages = literals.filter(
  ({ file, text }) =>
    words(text).length >= FEWEST_WORDS &&
    !NO_MESSAGE_FILES.test(file.replaceAll(path.sep, '/')) &&
    !IS_WANT.test(text) &&
    !NO_MESSAGES.some(opening => text.startsWith(normalized(opening))),
);

/** The spans of code that the page lists as messages. */
const listed = [...PAGE.matchAll(/^- (`{1,2})(.*?)\1(?!`)/gm)].map(([, , message = '']) => normalized(message));
const headings = [...PAGE.matchAll(/^##+ (.*)$/gm)].map(([, heading = '']) => heading);

describe('docs/troubleshooting.md', () => {
  it('has the message of every error and warning', () => {
    const text = listed.join('\n');
    expect(messages).to.have.length.above(150);
    expect(messages.filter(message => !text.includes(message.text))).to.deep.equal([]);
  });

  it('has no message that the sources do not have', () => {
    const texts = literals.map(({ text }) => text);
    expect(listed).to.have.length.above(150);
    expect(listed.filter(message => !texts.some(text => text.includes(message)))).to.deep.equal([]);
  });

  it('has a heading for every class of errors, and for every phase of a start', () => {
    const classes = nodes.flatMap(({ node }) => {
      if (!ts.isClassDeclaration(node) || !node.name) return [];
      const base = node.heritageClauses?.[0]?.types[0]?.expression.getText();
      return base === 'SubprocessError' ? [node.name.text] : [];
    });
    expect(classes).to.include.members(['StartError', 'TimeoutError', 'RestartLimitError']);
    const phases = nodes.flatMap(({ node }) =>
      ts.isTypeAliasDeclaration(node) && node.name.text === 'StartPhase'
        ? nodesOf(node.type)
            .filter(ts.isStringLiteral)
            .map(({ text }) => text)
        : [],
    );
    expect(phases).to.include.members(['init', 'ready']);
    const codes = [
      'SubprocessError',
      ...classes.filter(name => name !== 'StartError'),
      ...phases.map(phase => `Start_${phase}`),
    ].map(name => `OFFSPRING_${name.replace('Error', '').replace(/\B[A-Z]/g, '_$&')}`.toUpperCase());
    expect(headings).to.include.members(codes);
  });

  it('has a heading for every code of a warning, and every warning has one', () => {
    const warnings = nodes.flatMap(({ file, node }) =>
      ts.isCallExpression(node) && node.expression.getText() === 'process.emitWarning' ? [{ file, node }] : [],
    );
    const codes = warnings.map(({ file, node }) => /code: '(OFFSPRING_\w+)'/.exec(node.getText())?.[1] ?? file);
    expect(codes).to.include.members(['OFFSPRING_QUEUE', 'OFFSPRING_INERT', 'OFFSPRING_GAVE_UP', 'OFFSPRING_END']);
    expect(headings).to.include.members(codes);
  });
});
