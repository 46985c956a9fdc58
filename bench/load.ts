import { Agent, request } from 'node:http';

export interface Asked {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Keep-alive connections with one request at a time each. */
export class Load {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    readonly connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Returns the body of the answer. @throws Error for a status that is not 2xx */
  ask({ method, path, headers = {}, body }: Asked): Promise<string> {
    return new Promise((resolve, reject) => {
      const length =
        body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      const asking = request(
        new URL(path, this.url),
        { method, agent: this.agent, headers: { ...headers, ...length } },
        (answer) => {
          const pieces: Buffer[] = [];
          answer.on('data', (piece: Buffer) => pieces.push(piece));
          answer.once('error', reject);
          answer.once('end', () => {
            const text = Buffer.concat(pieces).toString();
            if (answer.statusCode! < 300) resolve(text);
            else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
          });
        },
      );
      asking.once('error', reject);
      asking.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
