/** One event of a stream, or the id that a comment carries. */
export interface ServerEvent {
  id: string | undefined;
  data: string | undefined;
}

/** Reads a stream of server-sent events piece by piece (WHATWG HTML §9.2). */
export class ServerEvents {
  private rest = '';

  /** @returns the events that the piece completes */
  take(piece: string): ServerEvent[] {
    const blocks = (this.rest + piece).split('\n\n');
    this.rest = blocks.pop()!;
    return blocks.map(eventOf);
  }
}

function eventOf(block: string): ServerEvent {
  const event: ServerEvent = { id: undefined, data: undefined };
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') event.id = value;
    if (field === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
  }
  return event;
}
