import { connect } from 'node:net';

/** Bytes to send, or something to do until the server says something by itself; then the answer expected. */
export type Step = [send: string | (() => Promise<unknown>), expected: RegExp];

/** Takes the steps one after the other, each after the expected answer to the step before. @returns the answers */
export async function talk(port: number, ...steps: Step[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  const answers: string[] = [];
  let received = '';
  let arrived: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    arrived();
  });
  try {
    for (const [send, expected] of [['', /^\* OK .*\r\n/] as Step, ...steps]) {
      received = '';
      if (typeof send === 'function') await send();
      else if (send) socket.write(send);
      while (!settled(received, send)) await new Promise<void>((resolve) => (arrived = resolve));
      expect(received).toMatch(expected);
      answers.push(received);
    }
    return answers;
  } finally {
    socket.destroy();
  }
}

/** True after a line that was not asked for, a continuation request, or the tagged answer to `sent`. */
function settled(received: string, sent: Step[0]): boolean {
  if (typeof sent === 'function' || !sent) return received.endsWith('\r\n');
  const [tag = ''] = sent.split(' ', 1);
  return received.startsWith('+') || new RegExp(`^(${tag}|a) (OK|NO|BAD).*\\r\\n$`, 'm').test(received);
}
