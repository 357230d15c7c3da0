/** Parent side: makes the texts of a node harmless: they come from user code, or from another process. */
import type { ProcessNode } from '../../model/process-node';
import { inLines, onOneLine } from '../../util/plain-text';

/** Nodes that have not changed stay the same objects. */
const cleaned = new WeakMap<ProcessNode, ProcessNode>();

/** The node with its names, its title and its error as plain text. */
export function cleanNode(node: ProcessNode): ProcessNode {
  const known = cleaned.get(node);
  if (known) return known;
  const { name, key, title, exit } = node;
  const clean: ProcessNode = {
    ...node,
    name: onOneLine(name),
    ...(key !== undefined && { key: onOneLine(key) }),
    ...(title !== undefined && { title: onOneLine(title) }),
    ...(exit?.error !== undefined && { exit: { ...exit, error: inLines(exit.error) } }),
  };
  cleaned.set(node, clean);
  return clean;
}
