import type { FastifyReply } from 'fastify';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Problem, problemOfStatus, sendProblem } from './problems.js';

interface HttpError extends Error {
  code?: string;
  statusCode?: number;
}

/** Answers a request that the router cannot read: a path that is too long or wrongly encoded. */
export function answerUnroutable(error: HttpError, _request: unknown, reply: FastifyReply): void {
  sendProblem(reply, problemOfStatus(error.statusCode ?? 400));
}

const STATUS_OF: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers invalid HTTP on the socket itself: Node creates no response object for such a request. */
export function answerUnreadable({ code = '' }: HttpError, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(rawAnswer(problemOfStatus(STATUS_OF[code] ?? 400)), () => socket.destroy());
}

function rawAnswer(problem: Problem): string {
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
