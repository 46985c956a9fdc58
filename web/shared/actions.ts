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
