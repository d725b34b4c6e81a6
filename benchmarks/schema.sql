-- The tables of the two designs without Django: a chat of two people and its numbered messages.
create table chat (
    id bigint primary key,
    low bigint not null,
    high bigint not null,
    last_number integer not null default 0
);
create table message (
    chat_id bigint not null,
    number integer not null,
    sender_id bigint not null,
    text text not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (chat_id, number)
);
