import { type ReactNode, useEffect, useId, useRef } from 'react';

/** A page: its title in the tab and in the heading, which takes the focus when one arrives from another page. */
export function Page(props: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Plimsoll`;
    // The first page keeps the browser's own focus, so that the skip link comes first.
    if (sessionStorage.getItem('plimsoll-moved') === 'yes') heading.current?.focus({ preventScroll: true });
  }, [props.title]);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
          {props.lead !== undefined && <p className="lead">{props.lead}</p>}
        </div>
        {props.aside !== undefined && <div className="page-aside">{props.aside}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** A part of a page under a ruled heading. */
export function Section(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`section ${props.className ?? ''}`}>
      <header className="section-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <div className="section-note">{props.note}</div>}
      </header>
      {props.children}
    </section>
  );
}
