import type { ReactNode } from 'react';

/** One line of a menu. */
export interface Action {
  id: string;
  label: string;
  icon?: ReactNode;
  chosen?: boolean;
  danger?: boolean;
  /** true: a line above separates this action */
  apart?: boolean;
  run: () => void;
}

export type Placement = 'bottom start' | 'bottom end' | 'right bottom' | 'top end';

/** The value of a choice with its text. */
export type Option<T extends string> = readonly [value: T, label: string];

export const labelOf = <T extends string>(options: readonly Option<T>[], value: T): string =>
  options.find(([each]) => each === value)?.[1] ?? value;

/** A line of a menu for each option. The chosen one changes nothing. */
export const choicesOf = <T extends string>(
  options: readonly Option<T>[],
  value: T,
  onChange: (value: T) => void,
): Action[] =>
  options.map(([each, label]) => ({
    id: each || 'none',
    label,
    chosen: each === value,
    run: () => {
      if (each !== value) onChange(each);
    },
  }));
