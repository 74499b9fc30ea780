#include "feed/yaml_keys.h"

#include "base/map.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 16, KEYS_MAX = 50000, KEY_LENGTH_MAX = 64 };

struct level {
	bool is_mapping;
	bool key_next;  /* the next node of a mapping is a key */
	size_t entries; /* of a list so far */
	size_t self;    /* what this level stands under */
	size_t current; /* the key or entry whose value comes next */
};

struct reader {
	const char *path;
	struct mm_arena *mem;
	struct mm_yaml_keys keys;
	size_t cap;
	struct mm_map *names; /* "parent:name" -> line */
	struct level level[DEPTH_MAX + 1];
	unsigned depth;
	unsigned documents;
};

void mm_yaml_where(const char *path, unsigned line, char ret[MM_YAML_WHERE_MAX])
{
	const size_t room = MM_YAML_WHERE_MAX - 16;
	size_t n = strlen(path), skip = n > room ? n - room : 0;

	while (skip && ((unsigned char)path[skip] & 0xc0) == 0x80)
		skip++;
	if (line)
		(void)snprintf(ret, MM_YAML_WHERE_MAX, "%s%s:%u", skip ? "..." : "", path + skip, line);
	else
		(void)snprintf(ret, MM_YAML_WHERE_MAX, "%s%s", skip ? "..." : "", path + skip);
}

static enum mm_code refuse(const struct reader *r, unsigned line, struct mm_err *reterr, const char *what)
{
	char where[MM_YAML_WHERE_MAX];

	mm_yaml_where(r->path, line, where);
	return mm_fail(reterr, MM_E_INVALID, where, "%s", what);
}

static enum mm_code add(struct reader *r, struct mm_yaml_key k, struct mm_err *reterr)
{
	if (r->keys.count == KEYS_MAX)
		return refuse(r, k.line, reterr, "too many keys: split the file");
	if (r->keys.count == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 64;
		struct mm_yaml_key *more = mm_arena_array(r->mem, cap, sizeof(*more));

		if (!more)
			return mm_fail_nomem(reterr);
		if (r->cap)
			memcpy(more, r->keys.key, r->cap * sizeof(*more));
		r->keys.key = more;
		r->cap = cap;
	}
	r->level[r->depth].current = r->keys.count;
	r->keys.key[r->keys.count++] = k;
	return MM_OK;
}

static enum mm_code add_key(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	const char *name = (const char *)e->data.scalar.value;
	struct mm_yaml_key k = {.parent = r->level[r->depth].self, .line = (unsigned)e->start_mark.line + 1};
	char full[KEY_LENGTH_MAX + 32], what[200];
	uint32_t own = (uint32_t)r->keys.count, first;

	if (strlen(name) > KEY_LENGTH_MAX) {
		(void)snprintf(what, sizeof(what), "unknown key \"%.*s...\": remove it",
			       (int)mm_text_utf8_cut(name, strlen(name), 40), name);
		return refuse(r, k.line, reterr, what);
	}
	(void)snprintf(full, sizeof(full), "%zx:%s", k.parent, name);
	first = mm_map_add(r->names, full, strlen(full), own);
	k.name = mm_arena_text(r->mem, name, strlen(name));
	if (first == MM_MAP_NONE || !k.name)
		return mm_fail_nomem(reterr);
	if (first != own) {
		(void)snprintf(what, sizeof(what), "key \"%s\" stands twice, first in line %u: keep one",
			       name, r->keys.key[first].line);
		return refuse(r, k.line, reterr, what);
	}
	return add(r, k, reterr);
}

/* A node begins: an entry of a list, or in a mapping keys and values in turns. */
static enum mm_code node(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	struct level *l = &r->level[r->depth];
	unsigned line = (unsigned)e->start_mark.line + 1;
	enum mm_code rc = MM_OK;

	if (!r->depth)
		return MM_OK;
	if (!l->is_mapping)
		return add(r, (struct mm_yaml_key){.index = l->entries++, .parent = l->self, .line = line},
			   reterr);
	if (l->key_next) {
		if (e->type != YAML_SCALAR_EVENT)
			return refuse(r, line, reterr, "a key must be a word");
		rc = add_key(r, e, reterr);
	}
	l->key_next = !l->key_next;
	return rc;
}

static enum mm_code enter(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	enum mm_code rc = node(r, e, reterr);
	bool is_mapping = e->type == YAML_MAPPING_START_EVENT;
	size_t self;

	if (rc)
		return rc;
	self = r->depth ? r->level[r->depth].current : MM_YAML_ROOT;
	if (r->depth == DEPTH_MAX)
		return refuse(r, (unsigned)e->start_mark.line + 1, reterr, "nested too deep: unfold it");
	r->level[++r->depth] = (struct level){.is_mapping = is_mapping, .key_next = is_mapping, .self = self};
	return MM_OK;
}

static enum mm_code take_scalar(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	if (strlen((const char *)e->data.scalar.value) != e->data.scalar.length)
		return refuse(r, (unsigned)e->start_mark.line + 1, reterr,
			      "a text holds the character U+0000: remove it");
	if (r->depth && r->level[r->depth].is_mapping && !r->level[r->depth].key_next) {
		struct mm_yaml_key *k = &r->keys.key[r->level[r->depth].current];

		k->text = mm_arena_text(r->mem, (const char *)e->data.scalar.value, e->data.scalar.length);
		if (!k->text)
			return mm_fail_nomem(reterr);
	}
	return node(r, e, reterr);
}

static bool has_anchor(const yaml_event_t *e)
{
	return (e->type == YAML_SCALAR_EVENT && e->data.scalar.anchor) ||
	       (e->type == YAML_MAPPING_START_EVENT && e->data.mapping_start.anchor) ||
	       (e->type == YAML_SEQUENCE_START_EVENT && e->data.sequence_start.anchor);
}

static enum mm_code take(struct reader *r, const yaml_event_t *e, struct mm_err *reterr)
{
	unsigned line = (unsigned)e->start_mark.line + 1;

	if (e->type == YAML_ALIAS_EVENT || has_anchor(e))
		return refuse(r, line, reterr,
			      "anchors and aliases (&name, *name) are not read here: write the value out, in "
			      "quotes if it begins with & or *");
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return ++r->documents > 1
			   ? refuse(r, line, reterr, "a second document (---) begins: write one file a layer")
			   : MM_OK;
	case YAML_SCALAR_EVENT:
		return take_scalar(r, e, reterr);
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

/* True when the indentation of a line (from 0) has a tab. */
static bool has_tab(const char *yaml, size_t n, size_t line)
{
	size_t at = 0;

	for (; line && at < n; at++)
		line -= yaml[at] == '\n';
	for (; at < n && (yaml[at] == ' ' || yaml[at] == '-'); at++)
		;
	return at < n && yaml[at] == '\t';
}

static enum mm_code not_yaml(const struct reader *r, const yaml_parser_t *parser, const char *yaml, size_t n,
			     struct mm_err *reterr)
{
	size_t line = parser->problem_mark.line;
	char what[300];

	if (parser->error == YAML_MEMORY_ERROR)
		return mm_fail_nomem(reterr);
	if (has_tab(yaml, n, line))
		return refuse(r, (unsigned)line + 1, reterr, "a tab indents this line: write spaces");
	(void)snprintf(what, sizeof(what),
		       "not YAML: %s: check indentation, brackets and quotes (a text with # or : in it needs "
		       "them)",
		       parser->problem ? parser->problem : "unreadable");
	return refuse(r, (unsigned)line + 1, reterr, what);
}

static enum mm_code read_events(struct reader *r, yaml_parser_t *parser, const char *yaml, size_t n,
				struct mm_err *reterr)
{
	bool end = false;
	enum mm_code rc = MM_OK;

	yaml_parser_set_input_string(parser, (const unsigned char *)yaml, n);
	while (!end && !rc) {
		yaml_event_t e;

		if (!yaml_parser_parse(parser, &e))
			return not_yaml(r, parser, yaml, n, reterr);
		rc = take(r, &e, reterr);
		end = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
	}
	return rc;
}

enum mm_code mm_yaml_keys_read(const char *path, const char *yaml, size_t n, struct mm_arena *mem,
			       struct mm_yaml_keys *ret, struct mm_err *reterr)
{
	struct reader r = {.path = path, .mem = mem, .names = mm_map_new()};
	yaml_parser_t parser;
	enum mm_code rc;

	if (!r.names || !yaml_parser_initialize(&parser)) {
		(void)mm_map_free(r.names);
		return mm_fail_nomem(reterr);
	}
	rc = read_events(&r, &parser, yaml, n, reterr);
	yaml_parser_delete(&parser);
	(void)mm_map_free(r.names);
	if (!rc)
		*ret = r.keys;
	return rc;
}

static size_t find(const struct mm_yaml_keys *k, size_t parent, const char *name, size_t n, size_t index)
{
	for (size_t i = 0; i < k->count; i++) {
		const struct mm_yaml_key *key = &k->key[i];

		if (key->parent != parent)
			continue;
		if (n && key->name && strlen(key->name) == n && memcmp(key->name, name, n) == 0)
			return i;
		if (!n && !key->name && key->index == index)
			return i;
	}
	return MM_YAML_ROOT;
}

unsigned mm_yaml_keys_line(const struct mm_yaml_keys *k, const char *at)
{
	size_t parent = MM_YAML_ROOT;
	unsigned line = 0;

	while (*at) {
		size_t n = strcspn(at, ".["), index = 0;

		if (*at == '[') {
			char *end;

			index = (size_t)strtoul(at + 1, &end, 10);
			at = end + 1;
			n = 0;
		}
		parent = find(k, parent, at, n, index);
		if (parent == MM_YAML_ROOT)
			break;
		line = k->key[parent].line;
		at += n;
		at += *at == '.';
	}
	return line;
}
