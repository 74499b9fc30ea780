#ifndef MM_QUERY_CQL2_PARSER_H
#define MM_QUERY_CQL2_PARSER_H

#include "query/filter_private.h"

/* Shared by the files that read CQL2 text (OGC 21-065r2, cql2.bnf). */

/* ---- cql2_token.c: what the text is made of ---- */

enum mm_token_kind {
	MM_TOKEN_END,
	MM_TOKEN_NAME,   /* bare: a keyword, a property or a function */
	MM_TOKEN_QUOTED, /* "name" */
	MM_TOKEN_TEXT,   /* 'text' */
	MM_TOKEN_NUMBER,
	MM_TOKEN_SIGN /* one or two characters */
};

struct mm_token {
	enum mm_token_kind kind;
	size_t at, len;   /* in the source */
	const char *text; /* NAME, QUOTED, TEXT: unquoted, in the arena */
	size_t text_len;
	bool is_int;
	int64_t integer;
	double real;
};

/* Reads the token at *at and moves on; false: the maker has failed. */
bool mm_token_next(struct mm_filter_maker *m, size_t *at, struct mm_token *ret);
bool mm_token_is(const struct mm_token *t, const char *word); /* bare, any case; or a sign */

/* cql2_wkt.c: a geometry whose type's `name` has been read; *at is behind it and moves on. NULL: failed. */
struct mm_filter *mm_cql2_wkt(struct mm_filter_maker *m, const struct mm_token *name, size_t *at);
bool mm_cql2_is_wkt(const struct mm_token *t);

/* ---- cql2_parser.c: where the grammar stands, and nodes made of what it has read ---- */

struct mm_cql2_parser {
	struct mm_filter_maker m;
	size_t at;             /* behind the token at hand */
	struct mm_token token; /* at hand */
};

/* False, of all of these: the maker has failed. */
bool mm_cql2_step(struct mm_cql2_parser *p);
bool mm_cql2_want(struct mm_cql2_parser *p, const char *word); /* passes over a word that must be there */
bool mm_cql2_enter(struct mm_cql2_parser *p); /* a level of brackets; it leaves by m.depth-- */

bool mm_cql2_is(const struct mm_cql2_parser *p, const char *word);
bool mm_cql2_take(struct mm_cql2_parser *p, const char *word); /* passes over a word when it is there */

struct mm_cql2_list {
	struct mm_filter **item;
	size_t count, cap;
};

/* False: f is NULL, or the maker has failed. */
bool mm_cql2_push(struct mm_cql2_parser *p, struct mm_cql2_list *l, struct mm_filter *f);

/* NULL, of all of these: a child is NULL, or the maker has failed. */
struct mm_filter *mm_cql2_node(struct mm_cql2_parser *p, enum mm_filter_op op, size_t at,
			       const struct mm_cql2_list *l);
struct mm_filter *mm_cql2_unary(struct mm_cql2_parser *p, enum mm_filter_op op, size_t at,
				struct mm_filter *a);
struct mm_filter *mm_cql2_binary(struct mm_cql2_parser *p, enum mm_filter_op op, size_t at,
				 struct mm_filter *a, struct mm_filter *b);

/* ---- the grammar; each begins at the token at hand, and stops at the one behind what it has read ---- */

/* cql2_text.c */
struct mm_filter *mm_cql2_parse_expression(struct mm_cql2_parser *p); /* with AND and OR */
struct mm_filter *mm_cql2_parse_sum(struct mm_cql2_parser *p);        /* a value, with arithmetic */

/* cql2_value.c */
struct mm_filter *mm_cql2_parse_primary(struct mm_cql2_parser *p); /* a value without */
bool mm_cql2_parse_list(struct mm_cql2_parser *p,
			struct mm_cql2_list *ret); /* "(a, b, ...)"; false: failed */

#endif
