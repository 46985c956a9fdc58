import { example } from './example.js';

export const outboxHeld = example('OutboxHeld', { why: 'folder-copied' });
export const outboxReleased = example('OutboxReleased', {});
