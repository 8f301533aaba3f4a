const day = 86_400;
const stages = ['development', 'staging', 'uat', 'training', 'reporting', 'recovery-test'] as const;
const lives = [1, 7, 14, 30, 90] as const;
/** What is old enough to be left out of a copy to work on. */
const old = { mail: 90 * day, attachments: 365 * day, logs: 30 * day } as const;

/** What a clone is made to be. */
export interface CloneWish {
  readonly stage: (typeof stages)[number];
  readonly expiresInSeconds: number;
  readonly isAnonymised: boolean;
  readonly reduceSeconds?: typeof old;
}

export const usualClone: CloneWish = { stage: 'staging', expiresInSeconds: 14 * day, isAnonymised: false };

/** What a clone is for, how long it lasts, and what is done to its data. */
export function CloneFields(props: { readonly wish: CloneWish; readonly onChange: (wish: CloneWish) => void }) {
  const { wish, onChange } = props;
  const { reduceSeconds, ...whole } = wish;
  return (
    <>
      <div className="restore-pair">
        <label className="field">
          Stage
          <select
            value={wish.stage}
            onChange={({ target }) =>
              onChange({ ...wish, stage: stages.find((each) => each === target.value) ?? wish.stage })
            }
          >
            {stages.map((stage) => (
              <option key={stage}>{stage}</option>
            ))}
          </select>
        </label>
        <label className="field">
          Removed after
          <select
            value={wish.expiresInSeconds}
            onChange={({ target }) => onChange({ ...wish, expiresInSeconds: Number(target.value) })}
          >
            {lives.map((days) => (
              <option key={days} value={days * day}>
                {days === 1 ? '1 day' : `${days} days`}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label className="restore-agreement">
        <input
          type="checkbox"
          checked={wish.isAnonymised}
          onChange={({ target }) => onChange({ ...wish, isAnonymised: target.checked })}
        />
        Anonymise it: names, addresses, numbers and text are replaced
      </label>
      <label className="restore-agreement">
        <input
          type="checkbox"
          checked={reduceSeconds !== undefined}
          onChange={({ target }) => onChange(target.checked ? { ...wish, reduceSeconds: old } : whole)}
        />
        Make it smaller: without mail older than 90 days, attachments than a year, logs than 30 days
      </label>
    </>
  );
}
