import { type Stretch, wallSecond } from '../../view/restore.ts';
import { zoneName } from '../../view/zoned.ts';

function labelOf({ isKnown }: Stretch, isNewest: boolean): string {
  if (!isKnown) return 'Or any second since then';
  return isNewest ? 'Any second up to the last that is archived' : 'Or any second up to the next backup';
}

/**
 * A second of the stretch that follows a physical backup, as the wall clock of a site has it. Behind the newest one the
 * stretch grows: there its end can be kept up with.
 */
export function AnySecond(props: {
  readonly stretch: Stretch;
  readonly isNewest: boolean;
  readonly timezone: string;
  readonly text: string;
  readonly isWrong: boolean;
  /** `undefined` for the end of the stretch, wherever that is. */
  readonly onChange: (text: string | undefined) => void;
}) {
  const { stretch, isNewest, timezone, text, isWrong, onChange } = props;
  const [from, until] = [wallSecond(stretch.from, timezone), wallSecond(stretch.until, timezone)];
  return (
    <div className="any-second">
      <label className="field">
        {labelOf(stretch, isNewest)}
        <input
          type="datetime-local"
          step={1}
          min={from}
          max={until}
          value={text}
          aria-invalid={isWrong}
          onChange={(event) => onChange(event.target.value)}
        />
        <span>
          {isWrong && 'That lies outside: '}
          {from.replace('T', ' ')} to {stretch.isKnown ? until.replace('T', ' ') : 'now'}{' '}
          {zoneName(stretch.from, timezone)}
          {!stretch.isKnown && '. What you choose below looks first how far the archived log reaches.'}
        </span>
      </label>
      {isNewest && stretch.isKnown && (
        <div className="any-second-ends">
          <button type="button" className="button" disabled={text === until} onClick={() => onChange(undefined)}>
            The latest
          </button>
          <button type="button" className="button" disabled={text === ''} onClick={() => onChange('')}>
            The backup itself
          </button>
        </div>
      )}
    </div>
  );
}
