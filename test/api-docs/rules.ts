/** What a comment owes its reader, by the kind of what it documents. */
import ts from 'typescript';
import {
  alternativesOf,
  gives,
  givesPromise,
  hasTypeParameters,
  isError,
  isGuard,
  isInternal,
  isLiteral,
  typesOf,
} from './kinds';
import { type Documented, originOf, type PublicApi } from './public-api';
import { writtenByHand } from './written-by-hand';

/** What is missing: `WorkerPool.run: what it resolves with`. */
export type Missing = string;

/** What a number counts, or in what it is measured. */
const UNIT =
  /\b(ms|milliseconds|bytes|nanoseconds|characters|share|how (many|often)|number of|a whole number|count|times|id|exit code|port|priority|index|from \d)\b/i;
const OBSERVABLE = /\b(Observable|OperatorFunction|Mapped)</;
const ITERATOR = /\b(\w*Iterator)</;

export class Rules {
  readonly #api: PublicApi;
  readonly #byHand: Set<ts.Node>;

  constructor(api: PublicApi) {
    this.#api = api;
    this.#byHand = writtenByHand(api);
  }

  /** All that is missing in the whole package. */
  missing(): Missing[] {
    return this.#api.items.flatMap(item => this.#ofExport(item));
  }

  #ofExport(item: Documented): Missing[] {
    return [...this.#ofItem(item), ...this.#example(item), ...item.members.flatMap(member => this.#ofItem(member))];
  }

  #ofItem(item: Documented): Missing[] {
    if (isInternal(item) || (item.owner && isInternal(item.owner))) return [];
    const comment = item.comment.replace(/\s+/g, ' ');
    const isIterator = gives(item, ITERATOR) && !item.name.endsWith('[Symbol.asyncIterator]');
    const isPromise = givesPromise(item) && !item.name.endsWith('[Symbol.asyncDispose]');
    const owes: [boolean, RegExp | boolean, string][] = [
      [true, this.#isExplained(item), 'what it is'],
      [gives(item, OBSERVABLE), /\bemits\b/i, 'what it emits'],
      [gives(item, OBSERVABLE), /\bcompletes\b/i, 'when it completes'],
      [gives(item, OBSERVABLE), /\b(never errors|errors (with|if|as))\b/i, 'when it errors'],
      [isPromise, /\bresolves\b/i, 'what it resolves with'],
      [isPromise, /\b(never rejects|rejects (with|if|as))\b/i, 'when it rejects'],
      [isIterator, /\bends\b/i, 'when it ends'],
      // What it calls has a comment of its own.
      [item.name.endsWith('[Symbol.asyncDispose]'), /`\w+\(\)`, for `await using`/, 'what it calls'],
      [isError(item), /\bWhat to do: /, 'what to do'],
      [this.#hasDefault(item), /\bdefaults?\b/i, 'its default'],
      [this.#isNumber(item), UNIT, 'its unit'],
    ];
    const unsaid = owes.filter(([owed, words]) => owed && !(typeof words === 'boolean' ? words : words.test(comment)));
    const unexplained = alternativesOf(item).filter(
      ({ text, comment: own }) => own === '' && !comment.includes(`'${text}'`),
    );
    return [
      ...unsaid.map(([, , what]) => `${item.name}: ${what}`),
      ...unexplained.map(({ text }) => `${item.name}: what '${text}' means`),
    ];
  }

  /** By its own comment, or in that of its owner. */
  #isExplained({ name, kind, owner, comment, nodes }: Documented): boolean {
    if (comment !== '') return true;
    // The library constructs errors, and what users get as a type alone.
    if (kind === 'constructor' && owner && (isError(owner) || owner.isTypeOnly)) return true;
    if (nodes.some(isLiteral) || this.#inherits(nodes)) return true;
    return owner?.comment.includes(`\`${name.slice(owner.name.length + 1)}\``) ?? false;
  }

  /** Its comment is that of the member which it narrows. */
  #inherits(nodes: readonly ts.Declaration[]): boolean {
    return nodes.some(node => {
      const { heritageClauses = [] } = node.parent as ts.InterfaceDeclaration;
      const bases = heritageClauses.flatMap(clause =>
        clause.types.map(type => this.#api.checker.getTypeAtLocation(type)),
      );
      const [inherited] = bases.flatMap(
        base => base.getProperty(ts.getNameOfDeclaration(node)?.getText() ?? '')?.declarations ?? [],
      );
      return inherited !== undefined && ts.getJSDocCommentsAndTags(inherited).length > 0;
    });
  }

  #isByHand = ({ nodes, name }: Documented) => name.endsWith('Options') || nodes.some(node => this.#byHand.has(node));

  #hasDefault(item: Documented): boolean {
    const { kind, nodes, owner } = item;
    const isFlag = nodes.some(node => ts.isPropertyDeclaration(node) && /^static [A-Z_]+\??:/.test(node.getText()));
    const isOption =
      owner?.kind === 'interface' &&
      this.#isByHand(owner) &&
      nodes.some(node => ts.isPropertySignature(node) && node.questionToken && !isLiteral(node));
    const isPlain = (parameter: ts.ParameterDeclaration) =>
      parameter.questionToken && /^(number|string|boolean|unknown)$/.test(parameter.type?.getText() ?? '');
    const hasPlain =
      ['function', 'method'].includes(kind) &&
      nodes.some(node => ((node as ts.SignatureDeclaration).parameters ?? []).some(isPlain));
    return Boolean(isFlag || isOption || hasPlain);
  }

  #isNumber(item: Documented): boolean {
    return item.kind === 'property' && typesOf(item).some(type => /\bnumber\b/.test(type) && !/=>|\{/.test(type));
  }

  #example(item: Documented): Missing[] {
    const isOwed =
      ['function', 'class', 'variable'].includes(item.kind) || this.#isByHand(item) || hasTypeParameters(item);
    const has = isError(item) || isGuard(item) ? this.#isShownByBase(item) : item.examples.length > 0;
    if (has || (!isOwed && this.#isShown(item))) return [];
    return [`${item.name}: an example`];
  }

  #isShownByBase = (item: Documented): boolean =>
    item.examples.length > 0 ||
    this.#api.items.some(({ name, examples }) => name === 'SubprocessError' && examples.length > 0);

  /** A type that the library makes is shown where it comes from: in an export with an example. */
  #isShown(item: Documented): boolean {
    return this.#api.items.some(
      other =>
        other !== item &&
        (isError(other) || other.examples.length > 0) &&
        other.nodes.some(node => this.#mentions(node, item)),
    );
  }

  #mentions(node: ts.Node, item: Documented): boolean {
    if (ts.isIdentifier(node) && node.text === item.name) {
      const symbol = this.#api.checker.getSymbolAtLocation(node);
      if (symbol && originOf(this.#api.checker, symbol).declarations?.some(each => item.nodes.includes(each)))
        return true;
    }
    return node.forEachChild(child => this.#mentions(child, item) || undefined) ?? false;
  }
}
