import { toSave } from './file-answer.js';

describe('a file to save', () => {
  it.each([
    ['report.pdf', 'report.pdf', 'report.pdf'],
    ['Żółć "final".pdf', 'Zo_c _final_.pdf', '%C5%BB%C3%B3%C5%82%C4%87%20%22final%22.pdf'],
    ["it's (a)*100%.txt", "it's (a)*100_.txt", 'it%27s%20%28a%29%2A100%25.txt'],
    ['a\\b/c\r\nSet-Cookie: x', 'a_b_c__Set-Cookie: x', 'a%5Cb%2Fc%0D%0ASet-Cookie%3A%20x'],
    ['請求書.pdf', '___.pdf', '%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf'],
    ['half \ud83d', 'half _', 'half%20%EF%BF%BD'],
  ])('has the name %j in ASCII and in UTF-8', (name, ascii, whole) => {
    expect(toSave(name)).toBe(`attachment; filename="${ascii}"; filename*=UTF-8''${whole}`);
  });
});
