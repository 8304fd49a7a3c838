/** What may be spent, with functions that change several accounts at once in one statement. */

const today = "to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD')";

/** The store's own clock, in milliseconds since 1970. */
export const nowMs = 'extract(epoch from clock_timestamp())::double precision * 1000';

/**
 * Accounts are locked in the order of their ids, so that no two wait for each other. A sum that
 * others change is read after its row is locked: before, it may be old.
 */
export const accountSql = `
create table @.account(
  id text collate "C" not null, day text collate "C" not null,
  spent_usd double precision not null default 0, spent_tokens double precision not null default 0,
  reserved_usd double precision not null default 0,
  reserved_tokens double precision not null default 0, primary key(id, day)
) with (fillfactor = 50);
create table @.reservation(
  id text not null, account text collate "C" not null, day text collate "C" not null,
  usd double precision not null, tokens double precision not null,
  until_ms double precision not null, swept boolean not null default false,
  primary key(id, account)
);
create index reservation_open on @.reservation(until_ms) where not swept;

create function @.reserve(asked json, hold text, usd double precision, tokens double precision,
  hold_ms double precision, out exhausted integer, out day text)
language plpgsql as $body$
declare
  each record;
begin
  day := ${today};
  exhausted := null;
  insert into @.account(id, day)
    select distinct a.id, reserve.day from json_to_recordset(asked) as a(id text)
    order by a.id on conflict do nothing;
  perform 1 from @.account a
    where a.day = reserve.day and a.id in (select x.id from json_to_recordset(asked) as x(id text))
    order by a.id for update;
  if exists (select 1 from @.reservation r where r.id = hold) then
    return;
  end if;
  select min(a.n) into exhausted
    from json_to_recordset(asked) as a(n integer, id text, usd double precision,
      tokens double precision)
    join @.account k on k.id = a.id and k.day = reserve.day
    where k.spent_usd + k.reserved_usd + reserve.usd > a.usd + 1e-9
    or k.spent_tokens + k.reserved_tokens + reserve.tokens > a.tokens;
  if exhausted is not null then
    return;
  end if;
  for each in select a.id from json_to_recordset(asked) as a(id text) order by a.id loop
    update @.account k set reserved_usd = k.reserved_usd + reserve.usd,
      reserved_tokens = k.reserved_tokens + reserve.tokens
      where k.id = each.id and k.day = reserve.day;
    insert into @.reservation(id, account, day, usd, tokens, until_ms)
      values (hold, each.id, reserve.day, reserve.usd, reserve.tokens, ${nowMs} + hold_ms)
      on conflict (id, account) do update set usd = reservation.usd + excluded.usd,
      tokens = reservation.tokens + excluded.tokens;
  end loop;
end $body$;

create function @.settle(hold text, recorded text[], usd double precision,
  tokens double precision) returns void
language plpgsql as $body$
declare
  each record;
begin
  perform 1 from @.account k join @.reservation r on r.account = k.id and r.day = k.day
    where r.id = hold order by k.id, k.day for update of k;
  for each in delete from @.reservation r where r.id = hold
    returning r.account, r.day, r.usd, r.tokens, r.swept loop
    update @.account k set
      reserved_usd = case when each.swept then k.reserved_usd
        else greatest(0, k.reserved_usd - each.usd) end,
      reserved_tokens = case when each.swept then k.reserved_tokens
        else greatest(0, k.reserved_tokens - each.tokens) end,
      spent_usd = k.spent_usd - case when each.swept then each.usd else 0 end
        + case when each.account = any(recorded) then 0 else settle.usd end,
      spent_tokens = k.spent_tokens - case when each.swept then each.tokens else 0 end
        + case when each.account = any(recorded) then 0 else settle.tokens end
      where k.id = each.account and k.day = each.day;
  end loop;
end $body$;

create function @.sweep() returns void
language plpgsql as $body$
declare
  each record;
begin
  if not exists (select 1 from @.reservation where not swept and until_ms < ${nowMs}) then
    return;
  end if;
  delete from @.reservation
    where swept and day < to_char((clock_timestamp() - interval '1 day') at time zone 'utc',
    'YYYY-MM-DD');
  perform 1 from @.account k join @.reservation r on r.account = k.id and r.day = k.day
    where not r.swept and r.until_ms < ${nowMs} order by k.id, k.day for update of k;
  for each in update @.reservation r set swept = true
    where not r.swept and r.until_ms < ${nowMs}
    and exists (select 1 from @.account k where k.id = r.account and k.day = r.day)
    returning r.account, r.day, r.usd, r.tokens loop
    update @.account k set reserved_usd = greatest(0, k.reserved_usd - each.usd),
      reserved_tokens = greatest(0, k.reserved_tokens - each.tokens),
      spent_usd = k.spent_usd + each.usd, spent_tokens = k.spent_tokens + each.tokens
      where k.id = each.account and k.day = each.day;
  end loop;
end $body$;`;
