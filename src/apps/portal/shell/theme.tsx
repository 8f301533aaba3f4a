import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useState } from 'react';

type Theme = 'system' | 'light' | 'dark';

const choices = [
  { theme: 'system', label: 'Theme of the system', Icon: IconDeviceDesktop },
  { theme: 'light', label: 'Light theme', Icon: IconSun },
  { theme: 'dark', label: 'Dark theme', Icon: IconMoon },
] as const;

function readKept(): Theme {
  const kept = document.documentElement.dataset['theme'];
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function keep(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem('plimsoll-theme', theme);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is left.
  }
}

/** System, light or dark; the choice is kept in this browser. */
export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(readKept);
  return (
    <fieldset className="theme">
      <legend className="visually-hidden">Theme</legend>
      {choices.map(({ theme: choice, label, Icon }) => (
        <button
          key={choice}
          type="button"
          aria-pressed={theme === choice}
          aria-label={label}
          title={label}
          onClick={() => {
            keep(choice);
            setTheme(choice);
          }}
        >
          <Icon size={16} aria-hidden="true" />
        </button>
      ))}
    </fieldset>
  );
}
