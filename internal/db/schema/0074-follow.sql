-- Who is mailed when somebody replies to a comment of theirs. mail is the digest of the address and sealed the address itself;
-- confirmed_at is null until whoever reads that mailbox has said yes. origin is where the paper was, while it had no address.
create table follow (
	id $ID,
	comment_id bigint not null,
	owner text not null,
	mail text not null,
	sealed text not null,
	lang text not null,
	origin text not null,
	at bigint not null,
	confirmed_at bigint
);

create index follow_comment on follow (comment_id);
create index follow_mail on follow (mail, at);

-- Which replies were told of, so that each is told once.
create table follow_told (
	follow_id bigint not null,
	reply_id bigint not null,
	primary key (follow_id, reply_id)
);

create index comment_parent on comment (parent_id) where parent_id <> 0;

-- What the log says of a thing is found by it, and taken out when the law wants that.
create index audit_of on audit (kind, of_id);
