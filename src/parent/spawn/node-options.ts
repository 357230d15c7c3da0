/** Parent side: splits the variable NODE_OPTIONS into arguments, as Node does, and joins them again. */

/**
 * Spaces separate the arguments. Double quotes keep spaces together, and inside them a backslash escapes a character.
 * Undefined if Node would refuse the text.
 * https://github.com/nodejs/node/blob/main/src/node_options.cc (ParseNodeOptionsEnvVar)
 */
export function splitNodeOptions(text: string): string[] | undefined {
  const args: string[] = [];
  let isQuoted = false;
  let isNew = true;
  for (let at = 0; at < text.length; at++) {
    let char = text.charAt(at);
    if (char === '\\' && isQuoted) {
      at += 1;
      if (at === text.length) return undefined;
      char = text.charAt(at);
    } else if (char === ' ' && !isQuoted) {
      isNew = true;
      continue;
    } else if (char === '"') {
      isQuoted = !isQuoted;
      continue;
    }
    if (isNew) args.push(char);
    else args[args.length - 1] += char;
    isNew = false;
  }
  return isQuoted ? undefined : args;
}

export const joinNodeOptions = (args: readonly string[]): string => args.map(quoted).join(' ');

const quoted = (arg: string) => (/[\s"]/.test(arg) ? `"${arg.replace(/["\\]/g, '\\$&')}"` : arg);
