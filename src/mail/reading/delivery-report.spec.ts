import { readDeliveryReport } from './delivery-report.js';

const OURS = '<7d1c9a@office.example>';
const RETURNED = ['From: Anna <anna@office.example>', 'To: kim@shop.example', `Message-ID: ${OURS}`, 'Subject: Offer'];
const DAEMON = 'From: Mail Delivery System <MAILER-DAEMON@mx.office.example>';

const mail = (head: string[], ...body: string[]): Buffer => Buffer.from([...head, '', ...body, ''].join('\r\n'));
const read = (raw: Buffer) => readDeliveryReport(raw);

/** A report of RFC 3464 with these groups of fields for its recipients. */
function dsn(groups: string[][], { text = ['See below.'], returned = RETURNED, head = [DAEMON] } = {}): Buffer {
  const type = 'Content-Type: multipart/report; report-type=delivery-status; boundary=b';
  const status = [['Reporting-MTA: dns; mx.office.example'], ...groups].flatMap((group) => [...group, '']);
  const parts = [
    ['Content-Type: text/plain', '', ...text],
    ['Content-Type: message/delivery-status', '', ...status],
    ['Content-Type: message/rfc822', '', ...returned, '', 'Hello'],
  ];
  return mail([...head, 'Subject: Undelivered', type], ...parts.flatMap((part) => ['--b', ...part]), '--b--');
}

const FAILED = ['Final-Recipient: rfc822; kim@shop.example', 'Action: failed', 'Status: 5.1.1'];

describe('a delivery status notification', () => {
  it('names every recipient, with status, words of the server, and the returned message', () => {
    const report = read(
      dsn([
        [...FAILED, 'Diagnostic-Code: smtp; 550 5.1.1 <kim@shop.example>:', '    User unknown'],
        ['Final-Recipient: rfc822; lee@shop.example', 'Action: delayed', 'Status: 4.4.1'],
      ]),
    );
    expect(report).toEqual({
      kind: 'bounce',
      recipients: [
        {
          address: 'kim@shop.example',
          action: 'failed',
          code: '5.1.1',
          diagnostic: '550 5.1.1 <kim@shop.example>: User unknown',
        },
        { address: 'lee@shop.example', action: 'delayed', code: '4.4.1', diagnostic: '' },
      ],
      originalMessageId: OURS,
    });
  });

  it('tells the address that was written to, and the one at which the delivery ended', () => {
    const forwarded = ['Original-Recipient: rfc822;sales+2Bnew@shop.example', ...FAILED];
    expect(read(dsn([forwarded]))?.recipients).toMatchObject([
      { address: 'sales+new@shop.example', finalAddress: 'kim@shop.example' },
    ]);
  });

  it('that only tells a delay is no failure', () => {
    const delayed = ['Final-Recipient: rfc822; kim@shop.example', 'Action: delayed', 'Status: 4.4.7'];
    expect(read(dsn([delayed]))).toMatchObject({ kind: 'delay', recipients: [{ code: '4.4.7' }] });
  });

  it.each(['delivered', 'relayed', 'expanded', 'deliverable'])('with the action %s tells no failure', (action) => {
    const text = ['<kim@shop.example>: could not be delivered faster: 550 jokes'];
    const group = ['Final-Recipient: rfc822; kim@shop.example', `Action: ${action}`, 'Status: 2.0.0'];
    expect(read(dsn([group], { text }))).toBeNull();
  });

  it.each([
    ['a vague status beside a telling diagnosis', ['Status: 5.0.0', 'Diagnostic-Code: smtp; 552 5.2.2 Full'], '5.2.2'],
    ['a status with a comment', ['Status: 5.7.1 (refused by policy)'], '5.7.1'],
    ['no status', ['Diagnostic-Code: smtp; 550 5.1.10 no such user'], '5.1.10'],
    ['only a reply of SMTP', ['Diagnostic-Code: smtp; 554 refused'], '554'],
    ['nothing', [], '5.0.0'],
  ])('with %s has a code', (_, fields, code) => {
    const group = ['Final-Recipient: rfc822; kim@shop.example', 'Action: failed', ...fields];
    expect(read(dsn([group]))?.recipients).toMatchObject([{ code }]);
  });

  it('without an action is judged by the class of its status', () => {
    const group = (status: string): string[] => ['Final-Recipient: rfc822;kim@shop.example', `Status: ${status}`];
    expect(read(dsn([group('5.1.1')]))?.kind).toBe('bounce');
    expect(read(dsn([group('4.2.2')]))?.kind).toBe('delay');
    expect(read(dsn([group('2.0.0')]))).toBeNull();
  });

  it('takes the cause from its text where the fields are vague', () => {
    const vague = ['Final-Recipient: rfc822; kim@shop.example', 'Action: failed', 'Status: 5.0.0'];
    const text = ['A message could not be delivered:', '', 'kim@shop.example: 550 5.7.26 Not signed', ''];
    expect(read(dsn([vague], { text }))?.recipients).toMatchObject([
      { code: '5.7.26', diagnostic: expect.stringContaining('Not signed') },
    ]);
  });

  it('returns only the header, in an own part', () => {
    const raw = dsn([FAILED]).toString().replace('message/rfc822', 'text/rfc822-headers');
    expect(read(Buffer.from(raw))?.originalMessageId).toBe(OURS);
  });

  it('never takes its own Message-ID for that of the returned message', () => {
    const head = [DAEMON, `Message-ID: <report@mx.office.example>`];
    expect(read(dsn([FAILED], { head, returned: ['From: anna@office.example'] }))?.originalMessageId).toBeNull();
  });

  it('is read without its structure, from the fields in the text', () => {
    const text = ['The message could not be delivered.', '', ...FAILED, '', '', ...RETURNED, '', 'Hello'];
    expect(read(mail([DAEMON, 'Subject: Returned mail'], ...text))).toMatchObject({
      recipients: [{ address: 'kim@shop.example', code: '5.1.1' }],
      originalMessageId: OURS,
    });
  });

  it('is found within the message of a filter that wrapped it', () => {
    const type = 'Content-Type: multipart/mixed; boundary=outer';
    const inner = dsn([FAILED]).toString();
    const wrapped = [
      ...['--outer', 'Content-Type: text/plain', '', 'Checked.', '--outer'],
      ...['Content-Type: message/rfc822', '', inner, '--outer--'],
    ];
    expect(read(mail([DAEMON, type], ...wrapped))).toMatchObject({ kind: 'bounce', originalMessageId: OURS });
    // A person that forwards a report is no mail server.
    expect(read(mail(['From: lee@office.example', type], ...wrapped))).toBeNull();
  });

  it('holds an international address', () => {
    const fields = ['Final-Recipient: utf-8; \\x{17C}aba@shop.example', 'Action: failed', 'Status: 5.1.1'];
    expect(read(dsn([fields]))?.recipients).toMatchObject([{ address: 'żaba@shop.example' }]);
  });

  it.each([
    ['cut off within its fields', dsn([FAILED]).subarray(0, 420)],
    ['without an address', dsn([['Final-Recipient: rfc822; ', 'Action: failed', 'Status: 5.1.1']])],
    ['with 10,000 empty groups', dsn(Array.from({ length: 10_000 }, () => ['X: y']))],
    ['of zeros', Buffer.alloc(10_000)],
  ])('%s ends without an invented recipient', (_, raw) => {
    for (const { address } of read(raw)?.recipients ?? []) expect(address).toBe('kim@shop.example');
  });
});

describe('a complaint', () => {
  const feedback = (fields: string[], returned = RETURNED): Buffer =>
    mail(
      ['From: feedback@isp.example', 'Content-Type: multipart/report; report-type=feedback-report; boundary=b'],
      ...[
        '--b',
        'Content-Type: text/plain',
        '',
        'An abuse report.',
        '--b',
        'Content-Type: message/feedback-report',
        '',
      ],
      ...[...fields, '', '--b', 'Content-Type: message/rfc822', '', ...returned, '', 'Hello', '--b--'],
    );

  it('names its recipients and the message', () => {
    const fields = ['Feedback-Type: abuse', 'Version: 1', 'Original-Rcpt-To: <kim@shop.example>'];
    expect(read(feedback(fields))).toEqual({
      kind: 'complaint',
      recipients: [{ address: 'kim@shop.example', action: 'failed', code: null, diagnostic: 'abuse' }],
      originalMessageId: OURS,
    });
  });

  it('takes its recipient from the returned message, if no field names one', () => {
    expect(read(feedback(['Feedback-Type: fraud']))?.recipients).toMatchObject([{ address: 'kim@shop.example' }]);
  });

  it.each(['not-spam', 'auth-failure'])('is none with the type %s', (type) => {
    expect(read(feedback([`Feedback-Type: ${type}`]))).toBeNull();
  });
});

describe('a report for people', () => {
  const subject = 'Subject: Mail delivery failed: returning message to sender';
  const cases: Record<string, { head?: string[]; body: string[]; code: string; recipients?: string[] }> = {
    Exim: {
      body: [
        'This message was created automatically by mail delivery software.',
        '',
        'A message that you sent could not be delivered to one or more of its',
        'recipients. This is a permanent error. The following address(es) failed:',
        '',
        '  kim@shop.example',
        '    SMTP error from remote mail server after RCPT TO:<kim@shop.example>:',
        '    host mx.shop.example [192.0.2.8]: 550 5.1.1 no mailbox here',
        '',
        '------ This is a copy of the message, including all the headers. ------',
        '',
        ...RETURNED,
      ],
      code: '5.1.1',
    },
    qmail: {
      body: [
        'Hi. This is the qmail-send program at mx.office.example.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        '',
        '<kim@shop.example>:',
        '192.0.2.8 does not like recipient.',
        'Remote host said: 550 5.2.1 closed',
        '',
        '<lee@shop.example>:',
        "Sorry, I couldn't find any host named shop.example. (#5.1.2)",
        '',
        '--- Below this line is a copy of the message.',
        '',
        ...RETURNED,
      ],
      code: '5.2.1',
      recipients: ['kim@shop.example', 'lee@shop.example'],
    },
    Postfix: {
      body: [
        'This is the mail system at host mx.office.example.',
        '',
        'I am sorry to have to inform you that your message could not',
        'be delivered to one or more recipients.',
        '',
        '<kim@shop.example>: host mx.shop.example[192.0.2.8] said: 452 4.2.2 over',
        '    quota (in reply to RCPT TO command)',
        '',
        ...RETURNED,
      ],
      code: '4.2.2',
    },
    Sendmail: {
      body: [
        '   ----- The following addresses had permanent fatal errors -----',
        '<kim@shop.example>',
        '',
        '   ----- Transcript of session follows -----',
        '... while talking to mx.shop.example.:',
        '>>> DATA',
        '<<< 554 5.7.1 not wanted',
        '554 5.0.0 Service unavailable',
        '',
        '   ----- Original message follows -----',
        '',
        ...RETURNED,
      ],
      code: '5.7.1',
    },
    Exchange: {
      body: [
        'Your message',
        '',
        '  To:      kim@shop.example',
        '  Subject: Offer',
        '  Sent:    Thu, 26 Nov 2026 10:00:00 +0100',
        '',
        'did not reach the following recipient(s):',
        '',
        'kim@shop.example on Thu, 26 Nov 2026 10:00:04 +0100',
        '    The recipient name is not recognized',
        '',
        ...RETURNED,
      ],
      code: '5.1.1',
    },
    Domino: {
      head: [
        'From: Postmaster@mx.office.example',
        'Subject: DELIVERY FAILURE: User kim not listed in Domino Directory',
      ],
      body: [
        ...['Your message', '', '  Subject: Offer', '', 'was not delivered to:', '', '  kim@shop.example', ''],
        ...['because:', '', '  User kim (kim@shop.example) not listed in Domino Directory', ''],
        ...RETURNED,
      ],
      code: '5.1.1',
    },
    Gmail: {
      body: [
        'Delivery to the following recipient failed permanently:',
        '',
        '     kim@shop.example',
        '',
        'Technical details of permanent failure:',
        'Google tried to deliver your message, but it was rejected by mx.shop.example.',
        '',
        'The error that the other server returned was:',
        '550 5.7.1 not from you',
        '',
        '----- Original message -----',
        '',
        ...RETURNED,
      ],
      code: '5.7.1',
    },
    Yahoo: {
      body: [
        'Sorry, we were unable to deliver your message to the following address.',
        '',
        '<kim@shop.example>:',
        'Remote host said: 550 no such user [RCPT_TO]',
        '',
        '--- Below this line is a copy of the message.',
        '',
        ...RETURNED,
      ],
      code: '550',
    },
    Zoho: {
      body: [
        'This message was created automatically by mail delivery software.',
        'A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.',
        '',
        'kim@shop.example Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 unknown',
        '',
        ...RETURNED,
      ],
      code: '5.1.1',
    },
    Onet: {
      head: ['From: MAILER-DAEMON@poczta.example', 'Subject: =?utf-8?q?Niedor=C4=99czona_wiadomo=C5=9B=C4=87?='],
      body: [
        'Wiadomość nie mogła zostać dostarczona do następujących odbiorców:',
        '',
        '<kim@shop.example>: skrzynka odbiorcy jest przepełniona',
        '',
        '--- Oryginalna wiadomość ---',
        '',
        ...RETURNED,
      ],
      code: '5.2.2',
    },
    'Wirtualna Polska': {
      head: ['From: Mailer-Daemon <mailer-daemon@wp.example>', 'Subject: Wiadomosc zwrocona do nadawcy'],
      body: [
        'Twoja wiadomość nie została dostarczona. Adres odbiorcy nie istnieje.',
        '',
        'Odbiorca: kim@shop.example',
        'Odpowiedź serwera: 550 5.1.1 mailbox unavailable',
        '',
        ...RETURNED,
      ],
      code: '5.1.1',
    },
    GMX: {
      body: [
        'Diese Nachricht wurde automatisch erzeugt.',
        'Ihre E-Mail konnte nicht zugestellt werden:',
        '',
        'kim@shop.example:',
        'SMTP error from remote server, host: mx.shop.example',
        '5.1.1 unbekannt',
        '',
        ...RETURNED,
      ],
      code: '5.1.1',
    },
    DragonFly: {
      body: [
        'This is the DragonFly Mail Agent at mx.office.example.',
        '',
        'There was an error delivering your mail to <kim@shop.example>.',
        '',
        'mx.shop.example did not like our RCPT TO: 550 5.1.1 unknown',
        '',
        'Message headers follow.',
        '',
        ...RETURNED,
      ],
      code: '5.1.1',
    },
  };

  it.each(Object.entries(cases))('by %s has recipients, a code, and the returned Message-ID', (_, each) => {
    const { head = [DAEMON, subject], body, code, recipients = ['kim@shop.example'] } = each;
    const type = 'Content-Type: text/plain; charset=utf-8';
    const report = read(mail([...head, 'To: anna@office.example', type], ...body, '', 'Hello'));
    expect(report).toMatchObject({ kind: 'bounce', originalMessageId: OURS });
    expect(report!.recipients.map(({ address }) => address)).toEqual(recipients);
    expect(report!.recipients[0]).toMatchObject({ code });
  });

  it('warns of a delay', () => {
    const body = [
      'Delivery of your message to the following address is delayed:',
      '',
      '<kim@shop.example>: 451 4.3.0 busy',
    ];
    const report = read(mail([DAEMON, 'Subject: Warning: message delayed'], ...body, '', 'It will be retried.'));
    expect(report).toMatchObject({ kind: 'delay', recipients: [{ action: 'delayed', code: '4.3.0' }] });
  });

  it('in HTML alone is read', () => {
    const html = '<p>Your message could not be delivered to</p><p>kim@shop.example</p><p>550 5.1.1 unknown</p>';
    const report = read(mail([DAEMON, subject, 'Content-Type: text/html'], html));
    expect(report?.recipients).toMatchObject([{ address: 'kim@shop.example', code: '5.1.1' }]);
  });

  it.each([
    [
      'a letter about undelivered mail',
      ['From: kim@shop.example', 'Subject: Delivery failed?'],
      'I could not deliver it.',
    ],
    ['an absence reply', [DAEMON, 'Subject: Auto: Offer', 'Auto-Submitted: auto-replied'], 'I am away until Monday.'],
    ['a newsletter', ['From: News <bounce@news.example>', 'Subject: News'], 'Delivery failed? Ask help@news.example.'],
  ])('is not %s', (_, head, body) => {
    expect(read(mail([...head, 'To: anna@office.example'], body, 'lee@shop.example'))).toBeNull();
  });
});
