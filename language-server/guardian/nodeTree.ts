/** What every syntax tree is made of. */
export interface TreeNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** All nodes below a root with their parents. */
export class NodeTree<Node extends TreeNode> {
  /** Every node, parents before children, in the order in which `childrenOf` gives them. */
  readonly nodes: readonly Node[];
  readonly #childrenOf: (node: Node) => Node[];
  readonly #parents = new Map<Node, Node>();
  readonly #byType = new Map<string, Node[]>();

  constructor(root: Node, childrenOf: (node: Node) => Node[]) {
    this.#childrenOf = childrenOf;
    const nodes: Node[] = [];
    const waiting: Node[] = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      nodes.push(node);
      const list = this.#byType.get(node.type);
      if (list) list.push(node);
      else this.#byType.set(node.type, [node]);
      for (const child of childrenOf(node).reverse()) {
        this.#parents.set(child, node);
        waiting.push(child);
      }
    }
    this.nodes = nodes;
  }

  all<T extends Node['type']>(type: T): readonly Extract<Node, { type: T }>[] {
    return (this.#byType.get(type) ?? []) as Extract<Node, { type: T }>[];
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The nodes around `node`, innermost first. */
  *around(node: Node): Generator<Node> {
    for (let outer = this.parent(node); outer; outer = this.parent(outer)) yield outer;
  }

  contains(outer: Node, inner: Node): boolean {
    return outer.start <= inner.start && inner.end <= outer.end;
  }

  /** The nodes below `root`, itself included; `enters` says whose children are looked at. */
  *below(root: Node, enters: (node: Node) => boolean = () => true): Generator<Node> {
    const waiting: Node[] = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      yield node;
      if (node === root || enters(node)) waiting.push(...this.#childrenOf(node).reverse());
    }
  }
}
