-- What is still to come, so that every page knows at once until when it is right.
create index article_ahead on article (published_at) where stage = 'scheduled';
