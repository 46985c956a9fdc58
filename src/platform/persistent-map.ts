const BITS = 4;
const CHILDREN = 2 ** BITS;
const HASH_BITS = 32;

type Leaf<V> = ReadonlyMap<string, V>;
type Node<V> = Leaf<V> | readonly Node<V>[];

/**
 * A map that never changes: `with` answers another one, which shares with it all but the few entries beside the new one. For a state
 * that is folded from many facts, of which a copy for each would cost its square. Its entries are in no order.
 */
export class PersistentMap<V> implements Iterable<[string, V]> {
  private constructor(
    readonly size: number,
    private readonly root: Node<V>,
  ) {}

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(0, new Map());
  }

  get(key: string): V | undefined {
    return leafOf(this.root, hashOf(key)).get(key);
  }

  has(key: string): boolean {
    return leafOf(this.root, hashOf(key)).has(key);
  }

  with(key: string, value: V): PersistentMap<V> {
    return new PersistentMap(this.size + (this.has(key) ? 0 : 1), withEntry(this.root, hashOf(key), 0, key, value));
  }

  [Symbol.iterator](): Iterator<[string, V]> {
    return entriesOf(this.root);
  }
}

/** FNV-1a. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

const isLeaf = <V>(node: Node<V>): node is Leaf<V> => node instanceof Map;
const childAt = (hash: number, depth: number): number => (hash >>> depth) & (CHILDREN - 1);

function leafOf<V>(root: Node<V>, hash: number): Leaf<V> {
  let node = root;
  for (let depth = 0; !isLeaf(node); depth += BITS) node = node[childAt(hash, depth)]!;
  return node;
}

function withEntry<V>(node: Node<V>, hash: number, depth: number, key: string, value: V): Node<V> {
  if (!isLeaf(node)) {
    const at = childAt(hash, depth);
    return node.with(at, withEntry(node[at]!, hash, depth + BITS, key, value));
  }
  const leaf = new Map(node).set(key, value);
  return leaf.size > CHILDREN && depth < HASH_BITS ? split(leaf, depth) : leaf;
}

function split<V>(leaf: Leaf<V>, depth: number): Node<V> {
  const children = Array.from({ length: CHILDREN }, () => new Map<string, V>());
  for (const [key, value] of leaf) children[childAt(hashOf(key), depth)]!.set(key, value);
  return children;
}

function* entriesOf<V>(node: Node<V>): Generator<[string, V], undefined> {
  if (isLeaf(node)) yield* node;
  else for (const child of node) yield* entriesOf(child);
}
