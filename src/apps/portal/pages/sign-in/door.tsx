import { type ReactNode, useEffect, useRef } from 'react';
import { HealthRing } from '../../parts/health.tsx';
import { Mark } from '../../parts/mark.tsx';
import './sign-in.css';

/** The frame of the pages before the portal. */
export function Door({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Plimsoll`;
    heading.current?.focus();
  }, [title]);
  return (
    <div className="door">
      <header className="door-side">
        <Mark size={120} />
        <p>
          <b>Plimsoll</b>
          <span>The load line of your Odoo estate</span>
        </p>
      </header>
      <main className="door-main">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </main>
    </div>
  );
}

/** Why it did not work, next to where it was tried. */
export function Refusal({ error }: { readonly error: Error | null }) {
  return (
    <div role="alert">
      {error !== null && (
        <p className="refusal">
          <HealthRing health="unhealthy" size={17} />
          {error.name === 'SignInError' ? error.message : 'The server does not answer. Try again in a moment.'}
        </p>
      )}
    </div>
  );
}
