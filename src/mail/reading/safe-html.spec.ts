import { cleanedHtml, safeHtml } from './safe-html.js';

const cid = (contentId: string) => (contentId === 'logo@x' ? '/api/messages/1/attachments/0' : null);
const shown = (html: string, images = false): string => safeHtml(html, { images, cid });

const nasty = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<img src="x" ONERROR="alert(1)" alt="a">',
  '<img/src=x/onerror=alert(1)>',
  '<body onload=alert(1)><p onclick="alert(1)" onmouseover=alert(1)>x</p>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVa\tScRiPt:alert(1)">x</a>',
  '<a href="&#106;avascript&#58;alert(1)">x</a>',
  '<a href=" \u0001javascript:alert(1)">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="//evil.example/">x</a>',
  '<a href="/api/accounts/1">x</a>',
  '<a href="file:///etc/passwd">x</a>',
  '<iframe src="https://evil.example/"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="https://evil.example/x.swf"><embed src="https://evil.example/x.swf"></object>',
  '<form action="https://evil.example/"><input name=a><button formaction="javascript:alert(1)">x</button></form>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<base href="https://evil.example/">',
  '<link rel="stylesheet" href="https://evil.example/x.css">',
  '<link rel="dns-prefetch" href="//evil.example">',
  '<style>@import url(https://evil.example/x.css); body{background:url(https://evil.example/)}</style>',
  '<p style="background:url(https://evil.example/x.png)">x</p>',
  '<p style="background:u\\72l(https://evil.example/x.png)">x</p>',
  '<p style="background-image:/**/url(\'https://evil.example/x.png\')">x</p>',
  '<p style="list-style:url(https://evil.example/x)">x</p>',
  '<p style="background:image-set(\'https://evil.example/x.png\' 1x)">x</p>',
  '<p style="width:expression(alert(1));behavior:url(#x);-moz-binding:url(https://evil.example/)">x</p>',
  '<p style="position:fixed;top:0;left:0;z-index:9999;margin-top:-500px">x</p>',
  '<svg><script>alert(1)</script><image href="https://evil.example/x"/></svg>',
  '<svg onload=alert(1)><use href="https://evil.example/x#y"/></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<img src="https://evil.example/pixel.gif" width=1 height=1>',
  '<img src="//evil.example/pixel.gif">',
  '<img srcset="https://evil.example/a.png 1x" alt=x>',
  '<picture><source srcset="https://evil.example/a.png"><img alt=x></picture>',
  '<table background="https://evil.example/x.png"><tr><td background="https://evil.example/y.png">x</td></tr></table>',
  '<video src="https://evil.example/x.mp4" poster="https://evil.example/x.png"></video><audio src="https://evil.example/x"></audio>',
  '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
  '<img src="data:text/html;base64,PHN2Zy8+">',
  '<img src="javascript:alert(1)">',
  '<img src="cid:unknown" alt="&lt;script&gt;alert(1)&lt;/script&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  '<textarea><script>alert(1)</script></textarea><title><img src=x onerror=alert(1)></title>',
  '<template><script>alert(1)</script></template><xmp><script>alert(1)</script></xmp>',
  '<!--[if mso]><script>alert(1)</script><![endif]--><!-- --!><img src=x onerror=alert(1)>',
  '<p id="accounts" class="danger" name="x" contenteditable autofocus tabindex=1 accesskey=x>x</p>',
  '<a href="https://ok.example/" ping="https://evil.example/" onclick=alert(1) target=_top download>x</a>',
  '<marquee onstart=alert(1)>x</marquee><blink>x</blink><isindex action=javascript:alert(1)>',
  `${'<div>'.repeat(5000)}<img src=x onerror=alert(1)>`,
];

const allowed =
  /^(a|abbr|address|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)$/;

describe('safe HTML', () => {
  it.each(nasty)('runs nothing, submits nothing and loads nothing: %s', (html) => {
    const safe = shown(html);
    for (const [tag, name = ''] of safe.matchAll(/<\/?([a-z0-9-]+)[^>]*>/gi)) {
      expect(name).toMatch(allowed);
      expect(tag).not.toMatch(
        /\s(?:on\w+|id|class|name|ping|srcset|background|poster|action|formaction|contenteditable|download)\s*=/i,
      );
    }
    expect(safe).not.toMatch(
      /javascript:|vbscript:|data:text|svg\+xml|url\(|expression|position|@import|-500px|evil\.example/i,
    );
    expect(safe).not.toMatch(/<!--|<script/i);
    expect(shown(safe)).toBe(safe);
  });

  it('keeps text, tables, simple styles and links that open elsewhere', () => {
    expect(
      shown(
        '<h1 style="color:#333;font:12px/1.5 Arial;margin:0 auto">Faktura</h1><table border=1><tr><td colspan="2">a</td></tr></table>',
      ),
    ).toBe(
      '<h1 style="color:#333;font:12px/1.5 Arial;margin:0 auto">Faktura</h1><table border="1"><tr><td colspan="2">a</td></tr></table>',
    );
    expect(shown('<a href="https://example.org/a?b=1&amp;c" title="t">x</a>')).toBe(
      '<a href="https://example.org/a?b=1&amp;c" title="t" target="_blank" rel="noopener noreferrer nofollow">x</a>',
    );
    expect(shown('<a href="mailto:a@example.org">x</a>')).toContain('href="mailto:a@example.org"');
    expect(shown('<p style="color:rgba(0, 0, 0, .5);border:1px solid #ccc">Zażółć &amp; gęślą</p>')).toBe(
      '<p style="color:rgba(0, 0, 0, .5);border:1px solid #ccc">Zażółć &amp; gęślą</p>',
    );
  });

  it('shows the alternative text of a remote image, and the image only when images are wanted', () => {
    const html = '<img src="https://example.org/a.png" alt="Our &lt;b&gt;shop" width="10">';
    expect(shown(html)).toBe('<span>Our &lt;b&gt;shop</span>');
    expect(shown(html, true)).toBe(
      '<img width="10" alt="Our &lt;b&gt;shop" src="https://example.org/a.png" referrerpolicy="no-referrer" />',
    );
    expect(shown('<img src="//example.org/a.png">', true)).not.toContain('example.org');
  });

  it.each([
    ['an image', '<img src="https://example.org/a.png">', 'src="https://example.org/a.png"'],
    ['a background', '<td background="http://example.org/a.png">x</td>', 'background="http://example.org/a.png"'],
    ['a style', `<p style="background:#fff url('https://example.org/a.png') top">x</p>`, 'example.org/a.png'],
    ['a style', '<p style="background-image:url(https://example.org/a.png)">x</p>', 'url(https://example.org/a.png)'],
  ])('tells of %s that was left out, and shows it when images are wanted', (_, part, address) => {
    const html = `<table><tr>${part}</tr></table>`;
    const without = cleanedHtml(html, { images: false, cid });
    expect(without.imagesRemoved).toBe(true);
    expect(without.html).not.toContain('example.org');
    const { html: whole, imagesRemoved } = cleanedHtml(html, { images: true, cid });
    expect(imagesRemoved).toBe(false);
    expect(whole).toContain(address);
  });

  it.each([
    '<p>No image</p>',
    '<img src="cid:logo@x"><img src="cid:unknown">',
    '<img src="data:image/png;base64,iVBORw0KGgo=">',
    '<a href="https://example.org/a.png">a link</a>',
    '<noscript><img src="https://example.org/a.png"></noscript><script src="https://example.org/a.js"></script>',
    '<p style="color:red" background="https://example.org/a.png">x</p>',
  ])('tells of no image that it would not show: %s', (html) => {
    expect(cleanedHtml(html, { images: false, cid }).imagesRemoved).toBe(false);
  });

  it.each(nasty)('runs nothing, and loads nothing but images, when images are wanted: %s', (html) => {
    const safe = shown(html, true);
    expect(safe).not.toMatch(
      /javascript:|vbscript:|data:text|svg\+xml|expression|position|@import|-500px|<!--|<script/i,
    );
    expect(safe).not.toMatch(/\s(?:on\w+|id|class|name|ping|srcset|poster|action|formaction|contenteditable)\s*=/i);
    for (const [, address] of safe.matchAll(/evil\.example([^"')]*)/g)) expect(address).toMatch(/\.(?:png|gif)$/);
    const again = shown(safe, true);
    expect(shown(again, true)).toBe(again);
  });

  it('shows images of the message itself, and small data images', () => {
    expect(shown('<img src="cid:logo@x" alt="">')).toContain('src="/api/messages/1/attachments/0"');
    expect(shown('<img src="CID:%3Clogo%40x%3E">')).toContain('src="/api/messages/1/attachments/0"');
    expect(shown('<img src="data:image/png;base64,iVBORw0KGgo=">')).toContain(
      'src="data:image/png;base64,iVBORw0KGgo="',
    );
    expect(shown(`<img src="data:image/png;base64,${'A'.repeat(200_000)}" alt="big">`)).toBe('<span>big</span>');
  });

  it('accepts malformed and very long documents', () => {
    expect(shown('<p>a<b>b<i>c</p><td>d')).toContain('d');
    expect(shown(`<p>${'x'.repeat(3_000_000)}`).length).toBeLessThan(2_200_000);
    expect(shown('')).toBe('');
  });
});
