#ifndef MM_TESTS_UNIT_HTTP_MADE_H
#define MM_TESTS_UNIT_HTTP_MADE_H

#include "check.h"

#include "http/target.h"
#include "http/wire.h"

#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A request made by hand: target and header lines "Name: value", NULL at the end. */
struct made {
	struct mm_arena mem;
	struct mm_wire wire;
	struct mm_request r;
	struct mm_verdict verdict;
};

static inline struct mm_header_line line_of(const char *text)
{
	static char names[MM_HEADER_LINES_MAX * 2][64]; /* one thread; a test has few lines */
	static size_t at;
	const char *colon = strstr(text, ": ");
	char *name = names[at++ % COUNT(names)];

	assert_non_null(colon);
	memcpy(name, text, (size_t)(colon - text));
	name[colon - text] = '\0';
	return (struct mm_header_line){name, colon + 2, (size_t)(colon - text), strlen(colon + 2)};
}

static inline void make(struct made *m, const char *target, const char *const *lines)
{
	memset(m, 0, sizeof(*m));
	mm_arena_init(&m->mem, 1 << 20);
	m->r.mem = &m->mem;
	m->r.wire = &m->wire;
	for (; lines && *lines; lines++)
		m->wire.line[m->wire.line_count++] = line_of(*lines);
	m->verdict = mm_target_parse(target, strlen(target), &m->r);
}

static inline void unmake(struct made *m)
{
	mm_arena_release(&m->mem);
}

#endif
