import iconv from 'iconv-lite';
import { decodeText } from './charset.js';

const POLISH = 'Dzień dobry, w załączniku przesyłam fakturę za usługi księgowe. Z poważaniem, Łukasz';
const GERMAN = 'Sehr geehrte Damen und Herren, anbei übersenden wir Ihnen die Rechnung über 100 € – bitte prüfen';

describe('text is decoded', () => {
  it.each<[string, string, string, string | undefined]>([
    ['UTF-8 without a label', GERMAN, 'utf-8', undefined],
    ['UTF-8 with the label us-ascii', POLISH, 'utf-8', 'us-ascii'],
    ['UTF-8 with an unknown label', POLISH, 'utf-8', 'x-unknown'],
    ['UTF-8 with the label of another charset', POLISH, 'utf-8', 'iso-8859-2'],
    ['windows-1252 with its label', GERMAN, 'windows-1252', 'Windows-1252'],
    ['windows-1252 with the label iso-8859-1', GERMAN, 'windows-1252', 'ISO-8859-1'],
    ['windows-1252 with the label utf-8', GERMAN, 'windows-1252', 'utf-8'],
    ['windows-1252 without a label', GERMAN, 'windows-1252', undefined],
    ['one word of windows-1252', 'für', 'windows-1252', undefined],
    ['a last letter of windows-1252 with its label', 'Café', 'windows-1252', 'windows-1252'],
    ['a last letter of windows-1252 with the label utf-8', 'Café', 'windows-1252', 'utf-8'],
    ['windows-1250 with the label iso-8859-2', 'Środa, Świętokrzyska, źle', 'windows-1250', 'iso-8859-2'],
    ['iso-8859-2 with its label', POLISH, 'iso-8859-2', 'iso-8859-2'],
    ['iso-8859-2 without a label', POLISH, 'iso-8859-2', undefined],
    ['windows-1250 without a label', POLISH, 'windows-1250', undefined],
    ['koi8-r without a label', 'Добрый день! Высылаем вам счёт на оплату.', 'koi8-r', undefined],
    ['windows-1251 without a label', 'Добрый день! Высылаем вам счёт на оплату.', 'windows-1251', 'utf-8'],
    ['Shift_JIS without a label', 'お世話になっております。請求書を送付いたします。', 'shift_jis', undefined],
    ['GB 18030 with the label gb2312', '您好，附件是本月的发票，请查收。谢谢', 'gb18030', 'gb2312'],
    ['two characters of GBK that look like UTF-8', '联通', 'gbk', 'gb2312'],
    ['EUC-KR with the label ks_c_5601-1987', '안녕하세요', 'euc-kr', 'ks_c_5601-1987'],
    ['UTF-7 with its label', 'Zażółć', 'utf-7', 'utf-7'],
    ['the label cp1250', 'Łódź', 'windows-1250', 'cp1250'],
  ])('%s', (_, text, charset, label) => {
    expect(decodeText(iconv.encode(text, charset), label)).toBe(text);
  });

  it('ISO-2022-JP with its label', () => {
    const bytes = Buffer.from('1b2442467c4b5c1b2842', 'hex');
    expect(decodeText(bytes, 'iso-2022-jp')).toBe('日本');
  });

  it('ISO-2022-JP with escapes in a row, as where encoded words meet', () => {
    const half = '1b2442467c4b5c1b2842';
    expect(decodeText(Buffer.from(half + half, 'hex'), 'iso-2022-jp')).toBe('日本日本');
  });

  it('a prefix that ends within a character', () => {
    const bytes = Buffer.from('Zażółć');
    for (let end = 3; end < bytes.length; end++)
      expect('Zażółć'.startsWith(decodeText(bytes.subarray(0, end), 'utf-8', true))).toBe(true);
  });

  it('UTF-8 with a damaged character', () => {
    const bytes = Buffer.concat([Buffer.from(POLISH), Buffer.from([0xc5, 0x20]), Buffer.from(POLISH)]);
    expect(decodeText(bytes, 'utf-8')).toBe(`${POLISH}\uFFFD ${POLISH}`);
  });
});
