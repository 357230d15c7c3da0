/** Child side: finds the classes in the text of a module. Pure. */
import { type Bracket, forEachToken, isBeforeValue, START, type Token } from './tokens';

export interface ScannedClass {
  /** Its own name, or that of the variable that it is assigned to; undefined if it has neither. */
  name: string | undefined;
  /** The variable of the module's top level that holds it; undefined if there is none. */
  binding: string | undefined;
  /** Where its body begins, behind the brace. */
  body: number;
  /** Where its body ends, before the brace. Where it begins, if the text ends before. */
  end: number;
}

/** A class whose body has not begun yet. */
interface Head extends Omit<ScannedClass, 'body' | 'end'> {
  /** How deep in brackets it is. */
  depth: number;
  /** How deep in type parameters, which may hold braces. */
  angles: number;
  isDeclaration: boolean;
  isExtended: boolean;
}

/** The classes of a module that extend something, in the order of their bodies. */
export function scanClasses(source: string): ScannedClass[] {
  const found: ScannedClass[] = [];
  /** Each stands in the head of the one before: `class extends class {} {}`. */
  const heads: Head[] = [];
  /** The classes whose body has not ended. */
  const bodies: { found: ScannedClass; depth: number }[] = [];
  /** The tokens before. */
  let [last, second, third] = [START, START, START];
  forEachToken(source, (token, open) => {
    const depth = open.length;
    while (heads.length > 0 && (heads.at(-1) as Head).depth > depth) heads.pop();
    const head = heads.at(-1);
    if (token.text === 'class') heads.push(headAfter(last, second, third, open));
    else if (head?.depth === depth) {
      if (isEndOfHead(head, last, token)) {
        heads.pop();
        const { name, isDeclaration, isExtended } = head;
        const binding = isDeclaration && depth === 0 ? name : head.binding;
        if (token.text === '{' && isExtended) {
          const scanned = { name, binding, body: token.end, end: token.end };
          found.push(scanned);
          bodies.push({ found: scanned, depth });
        }
      } else read(head, last, token);
    }
    if (token.text === '}' && bodies.at(-1)?.depth === depth) {
      (bodies.pop() as (typeof bodies)[number]).found.end = token.end - 1;
    }
    third = second;
    second = last;
    last = token;
  });
  return found;
}

function headAfter(last: Token, second: Token, third: Token, open: readonly Bracket[]): Head {
  const isAssigned = last.text === '=' && second.kind === 'word' && !second.text.startsWith('.') && third.text !== ':';
  const variable = isAssigned ? second.text : undefined;
  return {
    name: variable,
    // A variable of the top level may be assigned in parentheses, but not in a body.
    binding: open.every(({ kind }) => kind === '(') ? variable : undefined,
    depth: open.length,
    angles: 0,
    isDeclaration: last.text === 'default' || !isBeforeValue(last),
    isExtended: false,
  };
}

/** Whether the body begins, or what looked like a class is a key, a field or a word in a type. */
function isEndOfHead(head: Head, last: Token, { kind, text }: Token): boolean {
  if (kind !== 'punctuator' || head.angles > 0) return false;
  return text === '{' || text === ';' || (last.text === 'class' && /^[:,=?!(]$/.test(text));
}

function read(head: Head, last: Token, { kind, text }: Token): void {
  if (text === '<') head.angles += 1;
  else if (text === '>' && head.angles > 0) head.angles -= 1;
  else if (kind !== 'word' || head.angles > 0) return;
  else if (text === 'extends') head.isExtended = true;
  else if (last.text === 'class' && text !== 'implements') head.name = text;
}
