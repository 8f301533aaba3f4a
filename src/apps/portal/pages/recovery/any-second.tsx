import { wallSecond } from '../../view/restore.ts';
import { instantOf } from '../../view/time.ts';
import { zoneName } from '../../view/zoned.ts';

/**
 * A second of the stretch that follows a physical backup, as the wall clock of a site has it. Behind the newest one the
 * stretch grows: there its end can be kept up with.
 */
export function AnySecond(props: {
  readonly stretch: { readonly from: string; readonly until: string };
  readonly isNewest: boolean;
  readonly timezone: string;
  readonly text: string;
  readonly isWrong: boolean;
  /** `undefined` for the end of the stretch, wherever that is. */
  readonly onChange: (text: string | undefined) => void;
}) {
  const { stretch, isNewest, timezone, text, onChange } = props;
  const [from, until] = [wallSecond(stretch.from, timezone), wallSecond(stretch.until, timezone)];
  return (
    <div className="any-second">
      <label className="field">
        {isNewest ? 'Any second up to the last that is archived' : 'Or any second up to the next backup'}
        <input
          type="datetime-local"
          step={1}
          min={from}
          max={until}
          value={text}
          aria-invalid={props.isWrong}
          onChange={(event) => onChange(event.target.value)}
        />
        <span>
          {props.isWrong ? 'That lies outside: ' : ''}
          {from.replace('T', ' ')} to {until.replace('T', ' ')} {zoneName(instantOf(stretch.from), timezone)}
        </span>
      </label>
      {isNewest && (
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
