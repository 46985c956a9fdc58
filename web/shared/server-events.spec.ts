import { ServerEvents } from './server-events.js';

describe('server-sent events', () => {
  it('are read across pieces', () => {
    const events = new ServerEvents();
    expect(events.take('retry: 1500\nid: 7\n\nid: 8\ndata: {"kind":')).toEqual([{ id: '7', data: undefined }]);
    expect(events.take('"message"}\n\n')).toEqual([{ id: '8', data: '{"kind":"message"}' }]);
  });

  it('carry the position of a comment that shows the stream alive', () => {
    expect(new ServerEvents().take(': still here\nid: 9\n\n')).toEqual([{ id: '9', data: undefined }]);
  });
});
