/** Counts of the limits (`SharedLimits`), in the shape that rate-limiter-flexible needs. */
export const LIMIT_COUNTS = `
create table limit_counts (key varchar(255) collate "C" primary key, points integer not null default 0, expire bigint);
create index limit_counts_expire on limit_counts (expire);

-- Counts of the releases before, with network addresses in clear. Their processes may still write it.
do $$ begin
  if to_regclass('login_failures') is not null then delete from login_failures; end if;
end $$;
`;
