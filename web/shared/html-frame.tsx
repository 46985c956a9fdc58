import { type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './html-frame.css?url';

interface Props {
  title: string;
  html: string;
  /** true: pictures of other servers load */
  images: boolean;
}

/** The policy of the frame, besides that of the page. */
const policyOf = (images: boolean): string =>
  `default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:${images ? ' https: http:' : ''}`;

export const documentOf = (html: string, images: boolean): string =>
  `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policyOf(images)}">` +
  `<meta name="referrer" content="no-referrer"><base target="_blank"><link rel="stylesheet" href="${styles}"><body>${html}`;

/** HTML of people and of mail in a frame without scripts, as high as its content. */
export function HtmlFrame({ title, html, images }: Props): ReactNode {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(120);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let watcher: ResizeObserver | undefined;
    const loaded = (): void => {
      const body = element.contentDocument?.body;
      if (!body) return;
      watcher = new ResizeObserver(() => setHeight(Math.min(body.scrollHeight + 4, 200_000)));
      watcher.observe(body);
    };
    element.addEventListener('load', loaded);
    return () => {
      watcher?.disconnect();
      element.removeEventListener('load', loaded);
    };
  }, []);
  return (
    <iframe
      ref={frame}
      className="html-frame"
      title={title}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      srcDoc={documentOf(html, images)}
      style={{ height }}
    />
  );
}
