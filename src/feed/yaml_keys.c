#include "feed/yaml_keys.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 16, KEYS_MAX = 20000 };

struct level {
	bool is_mapping;
	bool key_next;    /* the next node of a mapping is a key */
	size_t first_key; /* of this mapping in the list */
};

struct reader {
	const char *path;
	struct mm_arena *mem;
	struct mm_yaml_keys keys;
	struct level level[DEPTH_MAX + 1];
	unsigned depth;
	unsigned documents;
};

static enum mm_code refuse(const struct reader *r, unsigned line, struct mm_err *reterr, const char *what)
{
	char where[256];

	(void)snprintf(where, sizeof(where), "%s:%u", r->path, line);
	return mm_fail(reterr, MM_E_INVALID, where, "%s", what);
}

static enum mm_code add_key(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	const char *name = (const char *)e->data.scalar.value;
	struct mm_yaml_key *k = r->keys.key;
	unsigned line = (unsigned)e->start_mark.line + 1;
	char where[256];

	for (size_t i = r->level[r->depth].first_key; i < r->keys.count; i++)
		if (k[i].depth == r->depth && strcmp(k[i].name, name) == 0) {
			(void)snprintf(where, sizeof(where), "%s:%u", r->path, line);
			return mm_fail(reterr, MM_E_INVALID, where,
				       "key \"%.60s\" stands twice, first in line %u: keep one", name,
				       k[i].line);
		}
	if (r->keys.count == KEYS_MAX)
		return refuse(r, line, reterr, "too many keys");
	k[r->keys.count] = (struct mm_yaml_key){mm_arena_text(r->mem, name, strlen(name)), line, r->depth};
	if (!k[r->keys.count++].name)
		return mm_fail_nomem(reterr);
	return MM_OK;
}

/* A node begins: in a mapping keys and values take turns. */
static enum mm_code node(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	struct level *l = &r->level[r->depth];
	enum mm_code rc = MM_OK;

	if (!l->is_mapping)
		return MM_OK;
	if (l->key_next) {
		if (e->type != YAML_SCALAR_EVENT)
			return refuse(r, (unsigned)e->start_mark.line + 1, reterr, "a key must be a word");
		rc = add_key(r, e, reterr);
	}
	l->key_next = !l->key_next;
	return rc;
}

static enum mm_code enter(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	enum mm_code rc = node(r, e, reterr);

	if (rc)
		return rc;
	if (r->depth == DEPTH_MAX)
		return refuse(r, (unsigned)e->start_mark.line + 1, reterr, "nested too deep");
	r->level[++r->depth] = (struct level){.is_mapping = e->type == YAML_MAPPING_START_EVENT,
					      .key_next = e->type == YAML_MAPPING_START_EVENT,
					      .first_key = r->keys.count};
	return MM_OK;
}

static enum mm_code take(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	unsigned line = (unsigned)e->start_mark.line + 1;

	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return refuse(r, line, reterr, "aliases (*name) are not read here: write the value out");
	case YAML_DOCUMENT_START_EVENT:
		return ++r->documents > 1
			   ? refuse(r, line, reterr, "a second document begins: one file, one layer")
			   : MM_OK;
	case YAML_SCALAR_EVENT:
		return node(r, e, reterr);
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return enter(r, e, reterr);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		r->depth--;
		return MM_OK;
	default:
		return MM_OK;
	}
}

enum mm_code mm_yaml_keys_read(const char *path, const char *yaml, size_t n, struct mm_arena *mem,
			       struct mm_yaml_keys *ret, struct mm_err *reterr)
{
	struct reader r = {.path = path, .mem = mem};
	yaml_parser_t parser;
	bool end = false;
	enum mm_code rc = MM_OK;

	r.keys.key = mm_arena_array(mem, KEYS_MAX, sizeof(*r.keys.key));
	if (!r.keys.key || !yaml_parser_initialize(&parser))
		return mm_fail_nomem(reterr);
	yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, n);
	while (!end && !rc) {
		yaml_event_t e;

		if (!yaml_parser_parse(&parser, &e)) {
			char what[300];

			(void)snprintf(what, sizeof(what),
				       "not YAML: %s: check indentation, quotes and colons",
				       parser.problem ? parser.problem : "unreadable");
			rc = refuse(&r, (unsigned)parser.problem_mark.line + 1, reterr, what);
			break;
		}
		rc = take(&r, &e, reterr);
		end = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
	if (!rc)
		*ret = r.keys;
	return rc;
}

unsigned mm_yaml_keys_line(const struct mm_yaml_keys *k, const char *name)
{
	const struct mm_yaml_key *best = NULL;

	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->key[i].name, name) == 0 && (!best || k->key[i].depth < best->depth))
			best = &k->key[i];
	return best ? best->line : 0;
}
