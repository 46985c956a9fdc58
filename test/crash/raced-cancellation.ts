import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { randomOf } from './random-folder-changes.js';
import { KINDS, type SendingSite } from './sending-site.js';

/** About the time of an attempt on loopback. */
const LONGEST_WAIT_MS = 40;

/** A person takes a message back while the worker begins to send it. Returns the outcome. */
export async function racedCancellation(site: SendingSite, seed: number, n: number): Promise<string> {
  const random = randomOf(seed, n);
  const id = await site.queue(KINDS[n % KINDS.length]!, 1);
  const sending = site.recover(id);
  await pause(random(LONGEST_WAIT_MS, 'wait'));
  const { status, body } = await site.requests.delete<{ reason?: string }>(`/api/outbox/${id}`);
  await sending;
  const message = await site.shown(id);
  const arrived = site.arrived(message.messageId).size;
  if (status < 400) {
    assert.equal(message.sending.state, 'cancelled', `race ${n}`);
    assert.equal(arrived, 0, `race ${n}: cancelled mail has arrived`);
    return 'cancelled';
  }
  assert.equal(body.reason, 'sending-began', `race ${n}`);
  assert.equal(message.sending.state, 'sent', `race ${n}`);
  assert.equal(arrived, 1, `race ${n}`);
  return 'sent';
}
