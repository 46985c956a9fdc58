import { everyAddress } from './every-address.js';
import { readHeaders } from './mime-headers.js';

const peopleOf = (...fields: string[]): string[] => {
  const raw = Buffer.from([...fields, '', ''].join('\r\n'));
  return everyAddress(readHeaders(raw, 0, raw.length).headers);
};

it('finds addresses in each field that may name people, each once', () => {
  expect(
    peopleOf(
      'From: Ada <ada@a.example>',
      'From: ben@b.example',
      'Sender: ADA@a.example.',
      'Resent-Cc: "cleo c"@c.example, <dan@[192.0.2.1]>',
      'Received: from x (x [192.0.2.9]) by y id 1 for <eve@e.example>; Mon, 2 Nov 2026 10:00:00 +0100',
      'Authentication-Results: y; spf=pass smtp.mailfrom=finn@f.example',
      'X-Contact: <mailto:gus@g.example>',
    ),
  ).toEqual([
    'ada@a.example',
    'ben@b.example',
    '"cleo c"@c.example',
    'dan@[192.0.2.1]',
    'eve@e.example',
    'smtp.mailfrom=finn@f.example',
    'finn@f.example',
    'gus@g.example',
  ]);
});

it('finds addresses within names and comments, also encoded ones', () => {
  expect(
    peopleOf(
      `To: "'ada@a.example' via list" <list@l.example> (or ben@b.example)`,
      'Cc: =?utf-8?B?Y2xlb0BjLmV4YW1wbGU=?= <list@l.example>',
      'Reply-To: dan @ d.example',
    ),
  ).toEqual(
    expect.arrayContaining(['ada@a.example', 'list@l.example', 'ben@b.example', 'cleo@c.example', 'dan@d.example']),
  );
});

it('takes no ids and signatures for people', () => {
  expect(
    peopleOf(
      'Message-ID: <1@a.example>',
      'References: <2@a.example>',
      'DKIM-Signature: v=1; i=@a.example; b=x',
      'Content-Type: multipart/mixed; boundary="3@a.example"',
      'Subject: ada@a.example asks',
      'To: undisclosed-recipients:;, @, x@, @y',
    ),
  ).toEqual([]);
});

it('is bounded by the number of addresses, and of signs', () => {
  const crowd = Array.from({ length: 12_000 }, (_, n) => `g${n}@x.example`).join(',');
  expect(peopleOf(`To: ${crowd}`)).toHaveLength(10_000);
  expect(peopleOf(`To: ${'@'.repeat(25_000)}, ada@a.example`)).toEqual([]);
  expect(peopleOf(`To: ${'\\"'.repeat(2000)}"@x.example, ada@a.example`)).toContain('ada@a.example');
});
