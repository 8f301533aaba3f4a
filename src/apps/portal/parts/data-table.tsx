import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand on the right in tabular digits. */
  readonly isFigure?: boolean;
  /** Hidden where the screen is narrow. */
  readonly isSecondary?: boolean;
}

function classOf(column: { readonly isFigure?: boolean; readonly isSecondary?: boolean }): string {
  return `${column.isFigure === true ? 'figure' : ''} ${column.isSecondary === true ? 'secondary' : ''}`.trim();
}

/** A table with a caption, scrolling inside itself where the screen is too narrow. */
export function DataTable<Row>(props: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly isCaptionHidden?: boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div className="table-scroll" tabIndex={0}>
      <table className="table">
        <caption className={props.isCaptionHidden === false ? '' : 'visually-hidden'}>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.header} scope="col" className={classOf(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.keyOf(row)}>
              {props.columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.header} scope="row" className={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.header} className={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
