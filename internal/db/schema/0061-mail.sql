-- Mail that waits to be sent. A row goes when its mail has gone.
create table mail (
	id $ID,
	sealed text not null,
	at bigint not null
);
