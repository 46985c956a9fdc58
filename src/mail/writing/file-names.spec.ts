import { safeContentType, safeFilename } from './file-names.js';

it.each([
  ['Offer 2026.pdf', 'Offer 2026.pdf'],
  ['Umowa – żółw.docx', 'Umowa – żółw.docx'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\Anna\\offer.pdf', 'offer.pdf'],
  ['a\r\nBcc: x.txt', 'a Bcc_ x.txt'],
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['=?utf-8?Q?a?=', '=_utf-8_Q_a_='],
  ['...', 'file'],
  ['', 'file'],
  [`${'a'.repeat(250)}.pdf`, `${'a'.repeat(196)}.pdf`],
])('the file name %j becomes %j', (written, safe) => expect(safeFilename(written)).toBe(safe));

it.each([
  ['Application/PDF', 'application/pdf'],
  ['text/plain; charset=utf-8', 'text/plain'],
  ['multipart/mixed; boundary=x', 'application/octet-stream'],
  ['text/html\r\nBcc: x', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('the content type %j becomes %j', (written, safe) => expect(safeContentType(written)).toBe(safe));
