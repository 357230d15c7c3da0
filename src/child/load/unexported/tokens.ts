/** Child side: splits the text of a module into tokens, without comments and white space. Pure. */

export interface Token {
  kind: 'word' | 'literal' | 'punctuator';
  /** A word behind a dot has the dot before it. Literals have no text here. */
  text: string;
  /** Where it ends. */
  end: number;
}

export interface Bracket {
  kind: '(' | '[' | '{' | '${';
  /** Whether it holds statements, or the condition before one. A slash after it begins a regular expression. */
  isStatement: boolean;
}

/** Called for each token, with the brackets around it that are open. A bracket is not around itself. */
export type OnToken = (token: Token, open: readonly Bracket[]) => void;

/** Space and comments (no group), a word, a string or a number, a punctuator. */
const TOKEN =
  /(?:\s+|\/\/[^\n\r\u2028\u2029]*|\/\*.*?(?:\*\/|$))+|(#?[A-Za-z$_\\\x80-\uffff][\w$\\\x80-\uffff]*)|("(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\.?\d[\w.]*)|(=>|\+\+|--|\?\.|.)/sy;
/** A regular expression. In brackets, a slash does not end it. */
const REGEXP = /\/(?:[^\\/[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/\w*/y;
/** A template from where its text begins up to its end, or to the next expression in it. */
const TEMPLATE = /(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{|$)/sy;
/** The first line, where it names a program. */
const HASHBANG = /#![^\n\r]*/y;

/** Words that a value follows. */
const VALUE_FOLLOWS =
  /^(?:return|typeof|instanceof|in|of|new|delete|void|throw|case|await|yield|extends|do|else|default)$/;
/** Words with a condition in parentheses. */
const HAS_CONDITION = /^(?:if|while|for|with)$/;
/** What a block follows, although a value may follow it as well. */
const BLOCK_FOLLOWS = /^(?:=>|else|do|\{)$/;
/** Before the first token, as at the end of a statement. */
export const START: Token = { kind: 'punctuator', text: ';', end: 0 };

/**
 * Whether a value follows `token`, and no operator: so a class stands in an expression. Brackets that close do not tell
 * by themselves.
 */
export const isBeforeValue = ({ kind, text }: Token): boolean =>
  kind === 'word' ? VALUE_FOLLOWS.test(text) : kind === 'punctuator' && !/^(?:[)\]};]|\+\+|--)$/.test(text);

export function forEachToken(source: string, onToken: OnToken): void {
  const open: Bracket[] = [];
  let last = START;
  /** The bracket that was closed last. */
  let closed: Bracket | undefined;
  let at = 0;
  /** Moves on behind what `pattern` matches here. */
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const give = (kind: Token['kind'], text: string) => {
    last = { kind, text, end: at };
    onToken(last, open);
  };
  const isRegExpNext = () => {
    if (last.text === ')' || last.text === '}') return closed?.isStatement ?? false;
    return isBeforeValue(last) || last.text === ';';
  };
  const openBracket = (kind: Bracket['kind'], isStatement: boolean) => {
    give('punctuator', kind);
    open.push({ kind, isStatement });
  };
  const passTemplate = () => {
    if (match(TEMPLATE)?.[0].endsWith('${')) openBracket('${', false);
    else give('literal', '');
  };

  match(HASHBANG);
  while (at < source.length) {
    const start = at;
    const found = match(TOKEN) as RegExpExecArray;
    const punctuator = found[3];
    if (found[1] !== undefined) give('word', last.text === '.' || last.text === '?.' ? `.${found[1]}` : found[1]);
    else if (found[2] !== undefined) give('literal', '');
    else if (punctuator === '`') passTemplate();
    else if (punctuator === '/') {
      const isRegExp = isRegExpNext();
      if (isRegExp) at = start;
      if (isRegExp && match(REGEXP)) give('literal', '');
      else {
        at = start + 1;
        give('punctuator', punctuator);
      }
    } else if (punctuator === '(') openBracket('(', HAS_CONDITION.test(last.text));
    else if (punctuator === '[') openBracket('[', false);
    else if (punctuator === '{') openBracket('{', BLOCK_FOLLOWS.test(last.text) || !isBeforeValue(last));
    else if (punctuator === ')' || punctuator === ']' || punctuator === '}') {
      closed = open.pop();
      if (closed?.kind === '${') passTemplate();
      else give('punctuator', punctuator);
    } else if (punctuator !== undefined) give('punctuator', punctuator);
  }
}
