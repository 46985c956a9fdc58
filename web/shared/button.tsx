import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';

interface Props extends Omit<ButtonProps, 'className' | 'children'> {
  look?: 'plain' | 'primary' | 'go' | 'danger' | 'quiet';
  small?: boolean;
  icon?: ReactNode;
  children?: ReactNode;
}

export function Button({ look = 'plain', small = false, icon, children, ...props }: Props): ReactNode {
  const names = ['button', look, small && 'small', children === undefined && 'only-icon'];
  return (
    <AriaButton {...props} className={names.filter(Boolean).join(' ')}>
      {props.isPending ? <span className="spinner" aria-hidden /> : icon}
      {children}
    </AriaButton>
  );
}
