import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { returnPath } from '../../view/links.ts';
import { CodeForm } from './code-form.tsx';
import { Door } from './door.tsx';
import { PasswordForm } from './password-form.tsx';
import { WelcomeForm } from './welcome-form.tsx';

const linkPattern = /^#welcome=([\w-]{20,200})$/;

/** Takes the one-time token out of the address at once, so that it stays in no history and no referrer. */
function takeToken(): string | undefined {
  const token = linkPattern.exec(window.location.hash)?.[1];
  if (token !== undefined) window.history.replaceState(null, '', window.location.pathname);
  return token;
}

/** The way in: the one-time link of a first start, or password and second factor, or a passkey. */
export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const [token] = useState(takeToken);
  const [isCodeAsked, askCode] = useState(false);
  // A whole new page: whatever was kept for somebody else is gone.
  const enter = () => window.location.assign(returnPath(next));
  if (token !== undefined) {
    return <WelcomeForm token={token} onDone={() => window.location.assign('/second-factor')} />;
  }
  return (
    <Door title={isCodeAsked ? 'Second factor' : 'Sign in'}>
      {isCodeAsked ? (
        <CodeForm onDone={enter} onBack={() => askCode(false)} />
      ) : (
        <PasswordForm onSignedIn={enter} onSecondFactor={() => askCode(true)} />
      )}
    </Door>
  );
}
