-- Finding ideas by their words. A part of the view: it follows from the texts, and it is emptied
-- and filled anew with the rest of the view.

-- The words of each listed idea as Search/Segmentation.swift prepares them, with spaces between.
CREATE TABLE search_text(
    idea INTEGER PRIMARY KEY,           -- idea.key
    title TEXT NOT NULL,
    need TEXT NOT NULL,
    labels TEXT NOT NULL,
    body TEXT NOT NULL,
    comments TEXT NOT NULL
) STRICT;

-- Which words stand in which column of which idea; not where, or how often.
CREATE VIRTUAL TABLE search USING fts5(
    title, need, labels, body, comments,
    content = 'search_text', content_rowid = 'idea', tokenize = 'ascii', detail = 'column'
);
CREATE VIRTUAL TABLE search_posting USING fts5vocab('search', 'instance');
CREATE VIRTUAL TABLE search_frequency USING fts5vocab('search', 'row');

-- The words that are spelled in letters, for those who type one otherwise.
CREATE TABLE search_term(
    key INTEGER PRIMARY KEY,
    term TEXT NOT NULL UNIQUE,
    length INTEGER NOT NULL,            -- in scalars
    reversed TEXT NOT NULL              -- the last scalar first
) STRICT;
CREATE INDEX search_term_by_beginning ON search_term(length, term);
CREATE INDEX search_term_by_end ON search_term(length, reversed);

CREATE VIRTUAL TABLE search_part USING fts5(
    term, content = 'search_term', content_rowid = 'key', tokenize = 'trigram case_sensitive 1',
    columnsize = 0
);
