-- Who pays, what they agreed, and what is shown. An advertiser is found again by its name; advertiser 0 is the paper itself, whose house
-- ads need no order. Money is in the smallest unit of the paper's currency. Days are dates by the paper's clock, both included.
create table advertiser (
	id $ID,
	version bigint not null,
	at bigint not null,
	name text not null,
	address text not null,
	tax text not null,
	note text not null,
	link text not null unique,
	over bigint not null default 0
);
create index advertiser_name on advertiser (name);

create table contact (
	id $ID,
	advertiser_id bigint not null,
	name text not null,
	mail text not null,
	phone text not null,
	about text not null,
	place bigint not null
);
create index contact_of on contact (advertiser_id, place);

-- stage: draft, booked, cancelled. number is what people say, "2026-118"; it is given once and never again.
create table ad_order (
	id $ID,
	version bigint not null,
	at bigint not null,
	by_id bigint not null,
	changed_at bigint not null,
	number text not null unique,
	advertiser_id bigint not null,
	stage text not null,
	booked_at bigint,
	booked_by bigint not null default 0,
	reference text not null,
	terms text not null,
	note text not null
);
create index ad_order_of on ad_order (advertiser_id, at);
create index ad_order_stage on ad_order (stage, at);

-- One promise in an order; order_id is 0 for what the house runs for itself. runs is 1 while it may be delivered: booked, and not paused.
-- from_at and until_at are first_day and last_day as moments. aim, forecast: JSON. good_of is the booking whose missing units this makes good.
create table booking (
	id $ID,
	version bigint not null,
	at bigint not null,
	order_id bigint not null,
	advertiser_id bigint not null,
	place text not null,
	promise text not null,
	measure text not null,
	goal bigint not null,
	share bigint not null,
	first_day text not null,
	last_day text not null,
	from_at bigint not null,
	until_at bigint not null,
	pace text not null,
	pricing text not null,
	price bigint not null,
	aim text not null,
	stage text not null,
	runs bigint not null,
	forecast text not null,
	good_of bigint not null default 0
);
create index booking_order on booking (order_id);
create index booking_runs on booking (until_at) where runs = 1;
create index booking_of on booking (advertiser_id, from_at);

-- Each version of a booking, whole, as JSON, by whom and why: a booking changed while it runs keeps its history.
create table booking_version (
	booking_id bigint not null,
	version bigint not null,
	at bigint not null,
	by_id bigint not null,
	what text not null,
	why text not null,
	primary key (booking_id, version)
);

-- What is shown. form: picture, native, html. files: JSON, of each its name, type, width, height, bytes and key. A changed ad is waiting
-- again until somebody approves it; shown_version is the version readers get meanwhile, 0 for none.
create table ad (
	id $ID,
	version bigint not null,
	at bigint not null,
	by_id bigint not null,
	advertiser_id bigint not null,
	name text not null,
	form text not null,
	stage text not null,
	shown_version bigint not null default 0,
	judged_by bigint not null default 0,
	judged_at bigint,
	why text not null default ''
);
create index ad_of on ad (advertiser_id, at);
create index ad_waiting on ad (at) where stage = 'waiting';

-- The versions of an ad, whole: what a reader got on a day can be shown for ever. stage, judged_by, judged_at and why are of this version.
create table ad_version (
	ad_id bigint not null,
	version bigint not null,
	at bigint not null,
	by_id bigint not null,
	what text not null,
	stage text not null default 'waiting',
	judged_by bigint not null default 0,
	judged_at bigint,
	why text not null default '',
	primary key (ad_id, version)
);

-- Which ads a booking shows, in turn.
create table booking_ad (
	booking_id bigint not null,
	ad_id bigint not null,
	place bigint not null,
	primary key (booking_id, ad_id)
);
create index booking_ad_of on booking_ad (ad_id);

-- The ledger: what was rendered, viewed and clicked, once each, and what was rejected and why. Nothing in it is changed or removed.
-- offer is the random part of the signed offer; reason is empty for what counts. section_id is the section in which the page stands.
create table ad_event (
	id $ID,
	offer text not null,
	measure text not null,
	at bigint not null,
	booking_id bigint not null,
	ad_id bigint not null,
	ad_version bigint not null,
	place text not null,
	page_kind text not null,
	page_id bigint not null,
	section_id bigint not null,
	lang text not null,
	device text not null,
	reason text not null
);
create unique index ad_event_once on ad_event (offer, measure) where reason = '';
create index ad_event_booking on ad_event (booking_id, at);

-- Sums over the ledger, kept in the transaction that adds to it: they can be made anew from it. quarter is the beginning of the quarter
-- of an hour, in microseconds UTC: every zone's days and hours begin with one. ad_total is what was billed of a booking, ever.
create table ad_count (
	quarter bigint not null,
	booking_id bigint not null,
	ad_id bigint not null,
	place text not null,
	section_id bigint not null,
	measure text not null,
	reason text not null,
	n bigint not null,
	primary key (booking_id, quarter, ad_id, place, section_id, measure, reason)
);
create index ad_count_quarter on ad_count (quarter);

create table ad_total (
	booking_id bigint not null,
	measure text not null,
	n bigint not null,
	primary key (booking_id, measure)
);

-- How many positions were asked for in an hour: what forecasts and pacing are made of. Bots are left out.
create table ad_traffic (
	hour bigint not null,
	place text not null,
	page_kind text not null,
	section_id bigint not null,
	lang text not null,
	device text not null,
	asked bigint not null,
	rendered bigint not null,
	viewed bigint not null,
	clicked bigint not null,
	primary key (hour, place, page_kind, section_id, lang, device)
);

-- What the publisher has decided about positions and selling, and the lines of ads.txt.
create table ad_rules (
	id $ID,
	version bigint not null,
	at bigint not null,
	rules text not null
);
create table ad_sellers (
	id $ID,
	version bigint not null,
	at bigint not null,
	by_id bigint not null,
	text text not null
);
