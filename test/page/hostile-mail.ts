/** Host of everything that a hostile mail tries to load. */
export const STRANGER = 'stranger.example';

const url = (path: string): string => `https://${STRANGER}/${path}`;

/**
 * Ways of HTML to load something when it is shown, after HTTPLeaks (https://github.com/cure53/HTTPLeaks), by name.
 * `{url}` stands for the address.
 */
const LOADS: Record<string, string> = {
  img: '<img src="{url}">',
  srcset: '<img srcset="{url} 1x">',
  lowsrc: '<img lowsrc="{url}" dynsrc="{url}">',
  image: '<image src="{url}" href="{url}">',
  picture: '<picture><source srcset="{url}"><img></picture>',
  input: '<input type="image" src="{url}">',
  background: '<table background="{url}"><tr background="{url}"><td background="{url}">x</td></tr></table>',
  body: '<body background="{url}">',
  style: '<div style="background:url({url})">x</div>',
  'style-image': '<div style="background-image:url(\'{url}\')">x</div>',
  'style-set': '<div style="background:image-set(\'{url}\' 1x)">x</div>',
  'style-escaped': '<div style="background:u\\72l({url})">x</div>',
  'style-list': '<ul style="list-style:url({url})"><li>x</ul>',
  'style-border': '<div style="border-image:url({url}) 1">x</div>',
  'style-cursor': '<div style="cursor:url({url}),auto">x</div>',
  'style-content': '<div style="content:url({url})">x</div>',
  'style-variable': '<div style="--a:url({url});background:var(--a)">x</div>',
  'style-mask': '<div style="-webkit-mask-image:url({url});filter:url({url}#a);shape-outside:url({url})">x</div>',
  sheet:
    '<style>@import "{url}"; @font-face{font-family:a;src:url({url})} body{background:url({url});font-family:a}</style>',
  link: '<link rel="stylesheet" href="{url}"><link rel="icon" href="{url}"><link rel="manifest" href="{url}">',
  hints: '<link rel="dns-prefetch preconnect" href="{url}"><link rel="prefetch preload" as="image" href="{url}">',
  base: '<base href="{url}"><img src="relative.png"><a href="relative">x</a>',
  refresh: '<meta http-equiv="refresh" content="0;url={url}">',
  policy: '<meta http-equiv="Content-Security-Policy-Report-Only" content="img-src \'none\'; report-uri {url}">',
  script: '<script src="{url}"></script><script type="module">import "{url}"</script>',
  frames: '<iframe src="{url}"></iframe><frameset><frame src="{url}"></frameset>',
  object: '<object data="{url}"></object><embed src="{url}"><applet archive="{url}" code="a"></applet>',
  media: '<video src="{url}" poster="{url}" autoplay></video><audio src="{url}" autoplay></audio>',
  track: '<video autoplay><source src="{url}"><track src="{url}" default></video>',
  svg: '<svg><image href="{url}" xlink:href="{url}"/><use href="{url}#a"/><style>*{fill:url({url}#a)}</style></svg>',
  'svg-animation': '<svg><image><set attributeName="href" to="{url}"/></image><feImage href="{url}"/></svg>',
  math: '<math><mtext><img src="{url}"></mtext></math>',
  template: '<template shadowrootmode="open"><img src="{url}"></template>',
  form: '<form action="{url}"><input autofocus onfocus="this.form.submit()"><button>Pay</button></form>',
  ping: '<a href="https://kiosk.example/" ping="{url}">x</a>',
  comment: '<!--[if IE]><img src="{url}"><![endif]--><!--><img src="{url}">-->',
  noscript: '<noscript><img src="{url}"></noscript>',
  mutation:
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src={url}&gt;"></table></mtext></math>',
};

/** HTML that runs a script where scripts may run; each would call `stolen()`. */
const SCRIPTS = [
  '<script>parent.stolen = true; parent.document.title = "stolen"</script>',
  '<img src="x" onerror="parent.stolen = true">',
  '<svg onload="parent.stolen = true"></svg>',
  '<details open ontoggle="parent.stolen = true">x</details>',
  '<div onpointerenter="parent.stolen = true" style="animation:a 1s" onanimationstart="parent.stolen = true">x</div>',
  '<iframe srcdoc="<script>top.stolen = true</script>"></iframe>',
  '<iframe src="javascript:top.stolen = true"></iframe>',
  '<a href="javascript:parent.stolen = true" id="pressed">do not press</a>',
  '<a href="java&#10;script:parent.stolen = true">nor this</a>',
];

/** Boxes and links that would lie over everything else if the frame did not hold them. */
const OVERLAYS = [
  '<a href="https://stranger.example/over" style="position:fixed;top:0;left:0;width:9999px;height:9999px;z-index:9999">over</a>',
  '<div style="position:absolute;top:-3000px;left:-3000px;font-size:4000px">wide</div>',
  '<a href="https://stranger.example/wide" style="display:block;width:9000px;margin-left:-4000px;text-indent:-3000px">w</a>',
];

/** A letter with every way to load, to run a script, and to leave its frame. */
export const HOSTILE_MAIL = [
  '<p>Dear customer</p>',
  ...OVERLAYS,
  ...SCRIPTS,
  ...Object.entries(LOADS).map(([name, html]) => html.replaceAll('{url}', url(name))),
  '<p>Kind regards</p>',
].join('\n');
