import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';

interface Props {
  title: string;
  html: string;
  /** true: pictures of other servers load */
  images: boolean;
}

/** Empty documents of the service; the policy of each allows no script, and pictures of others in the second only. */
const DOCUMENTS = { closed: '/frame.html', open: '/frame.html?images' } as const;
const AGAIN_MS = 3000;
const HIGHEST = 200_000;

/**
 * HTML of people and of mail in a frame without scripts, as high as its content. During an outage the frame asks for
 * its document again until the service answers.
 */
export function HtmlFrame(props: Props): ReactNode {
  const [attempt, setAttempt] = useState(0);
  // A new element for each document: a change of `src` would become a step of the browser's history.
  return <Frame key={`${props.images} ${attempt}`} {...props} onAgain={() => setAttempt(attempt + 1)} />;
}

function Frame({ title, html, images, onAgain }: Props & { onAgain: () => void }): ReactNode {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isLoaded, setLoaded] = useState(false);
  const [height, setHeight] = useState(120);
  const [failed, setFailed] = useState(false);
  const again = useEffectEvent(onAgain);
  useEffect(() => {
    if (!failed) return undefined;
    const waiting = setTimeout(again, AGAIN_MS);
    return () => clearTimeout(waiting);
  }, [failed]);
  useEffect(() => {
    const body = isLoaded ? frame.current?.contentDocument?.body : undefined;
    if (!body) return undefined;
    body.innerHTML = html;
    const watcher = new ResizeObserver(() => setHeight(Math.min(body.scrollHeight + 4, HIGHEST)));
    watcher.observe(body);
    return () => watcher.disconnect();
  }, [isLoaded, html]);
  return (
    <iframe
      ref={frame}
      className="html-frame"
      title={title}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      src={images ? DOCUMENTS.open : DOCUMENTS.closed}
      style={{ height }}
      onLoad={() => {
        // An error page of the browser has another origin, and so no document here.
        if (frame.current?.contentDocument?.querySelector('base')) setLoaded(true);
        else setFailed(true);
      }}
    />
  );
}
