#include "base/xml.h"

#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/*
 * The tree is made from SAX events, so that a limit holds while the text is read, and nothing of libxml2
 * outlives the call. No event for declarations is taken: there are no entities to expand, and a document type
 * ends it all.
 */

enum {
	OPEN_NAMESPACES_MAX =
	    256,     /* declared by the elements that are open: each name is looked up among them */
	FLOOD = 1024 /* attributes in one tag; libxml2 compares each with each before it tells of any */
};

struct text {
	char *bytes;
	size_t len, cap;
};

struct level {
	struct mm_xml *element, *last; /* its last child */
	struct text text;
	int declared; /* namespaces, on this element */
};

struct reader {
	xmlParserCtxtPtr parser;
	struct mm_arena *mem;
	struct mm_err *reterr;
	enum mm_code rc;
	struct level level[MM_XML_DEPTH_MAX];
	size_t depth, elements;
	int declared; /* namespaces of all open elements */
	const xmlChar
	    *ns_key[MM_XML_NAMESPACES_MAX]; /* in the parser's dictionary: equal ones are the same */
	const char *ns[MM_XML_NAMESPACES_MAX];
	size_t ns_count;
	struct mm_xml *root;
};

/* ---- failing ---- */

static int line_of(const struct reader *r)
{
	return r->parser->input ? r->parser->input->line : 1;
}

static void stop(struct reader *r, enum mm_code rc)
{
	r->rc = rc;
	xmlStopParser(r->parser);
}

static void refuse(struct reader *r, const char *what)
{
	if (!r->rc)
		stop(r, mm_fail(r->reterr, MM_E_INVALID, "XML", "line %d: %s", line_of(r), what));
}

static void refuse_more(struct reader *r, int most, const char *what)
{
	if (!r->rc)
		stop(r, mm_fail(r->reterr, MM_E_INVALID, "XML", "line %d: at most %d %s", line_of(r), most,
				what));
}

static void run_out(struct reader *r)
{
	if (!r->rc)
		stop(r, mm_fail_nomem(r->reterr));
}

/* A prefix without a declaration passes: filters in the query of a URL often come so. */
static void on_error(void *ctx, xmlErrorPtr e)
{
	struct reader *r = ctx;
	size_t n = e->message ? strcspn(e->message, "\n") : 0;

	if (r->rc || e->level < XML_ERR_ERROR || e->domain == XML_FROM_NAMESPACE)
		return;
	if (e->code == XML_ERR_NO_MEMORY)
		r->rc = mm_fail_nomem(r->reterr);
	else
		r->rc = mm_fail(r->reterr, MM_E_INVALID, "XML", "line %d: %.*s", e->line,
				(int)(n < 200 ? n : 200), n ? e->message : "not well-formed");
}

/* ---- names and values ---- */

static const char *copy(struct reader *r, const xmlChar *text, size_t n)
{
	const char *ret = mm_arena_text(r->mem, (const char *)text, n);

	if (!ret)
		run_out(r);
	return ret;
}

static const char *keep_ns(struct reader *r, const xmlChar *uri)
{
	if (!uri)
		return "";
	for (size_t i = r->ns_count; i-- > 0;)
		if (r->ns_key[i] == uri)
			return r->ns[i];
	if (r->ns_count == MM_XML_NAMESPACES_MAX) {
		refuse_more(r, MM_XML_NAMESPACES_MAX, "namespaces");
		return NULL;
	}
	r->ns_key[r->ns_count] = uri;
	r->ns[r->ns_count] = copy(r, uri, strlen((const char *)uri));
	return r->ns[r->ns_count] ? r->ns[r->ns_count++] : NULL;
}

/* libxml2 leaves an ampersand of a value as "&#38;", and no other reference. */
static const char *keep_value(struct reader *r, const xmlChar *text, size_t n)
{
	static const char escaped[] = "&#38;";
	const size_t len = sizeof(escaped) - 1;
	char *ret = mm_arena_text(r->mem, (const char *)text, n), *to = ret;

	if (!ret)
		run_out(r);
	for (const char *from = ret; ret && *from; to++) {
		const bool is_escaped = strncmp(from, escaped, len) == 0;

		*to = *from;
		from += is_escaped ? len : 1;
	}
	if (ret)
		*to = '\0';
	return ret;
}

enum { LOCAL, PREFIX, URI, VALUE, END, PIECES }; /* of an attribute as libxml2 hands it over */

static bool keep_attributes(struct reader *r, struct mm_xml *e, const xmlChar **from, size_t count)
{
	struct mm_xml_attribute *a = mm_arena_array(r->mem, count, sizeof(*a));

	if (count && !a)
		run_out(r);
	for (size_t i = 0; i < count && !r->rc; i++, from += PIECES) {
		a[i].name = copy(r, from[LOCAL], strlen((const char *)from[LOCAL]));
		a[i].ns = keep_ns(r, from[URI]);
		a[i].value = keep_value(r, from[VALUE], (size_t)(from[END] - from[VALUE]));
	}
	e->attribute = a;
	e->attribute_count = count;
	return !r->rc;
}

/* ---- events ---- */

/* Only where '<' and '"' are the bytes of ASCII; what those bytes are is then known before it is read. */
static bool is_plain(const char *encoding)
{
	static const char *const plain[] = {"UTF-8", "US-ASCII",  "ASCII", "windows-125",
					    "CP125", "ISO-8859-", "KOI8-R"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strncasecmp(encoding, plain[i], strlen(plain[i])) == 0)
			return true;
	return false;
}

static void on_document(void *ctx)
{
	struct reader *r = ctx;
	const xmlChar *declared = r->parser->input ? r->parser->input->encoding : NULL;

	if (!declared)
		declared = r->parser->encoding;
	if (declared && !is_plain((const char *)declared))
		refuse(r, "write it in UTF-8");
}

static void on_document_type(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	refuse(ctx, "leave the document type (DOCTYPE) out");
}

static bool is_in_bounds(struct reader *r, int namespaces, int attributes)
{
	if (r->depth == MM_XML_DEPTH_MAX)
		refuse_more(r, MM_XML_DEPTH_MAX, "elements in each other");
	else if (r->elements == MM_XML_ELEMENTS_MAX)
		refuse_more(r, MM_XML_ELEMENTS_MAX, "elements");
	else if (attributes > MM_XML_ATTRIBUTES_MAX)
		refuse_more(r, MM_XML_ATTRIBUTES_MAX, "attributes of an element");
	else if (r->declared + namespaces > OPEN_NAMESPACES_MAX)
		refuse_more(r, MM_XML_NAMESPACES_MAX, "namespaces");
	return !r->rc;
}

static void link_up(struct reader *r, struct mm_xml *e)
{
	struct level *above = r->depth ? &r->level[r->depth - 1] : NULL;

	if (!above) {
		r->root = e;
		return;
	}
	e->parent = above->element;
	if (above->last)
		above->last->next = e;
	else
		above->element->child = e;
	above->last = e;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int namespaces, const xmlChar **declarations, int attributes, int defaulted,
		     const xmlChar **attribute)
{
	struct reader *r = ctx;
	struct mm_xml *e;

	(void)prefix;
	(void)declarations;
	(void)defaulted;
	if (r->rc || !is_in_bounds(r, namespaces, attributes))
		return;
	e = mm_arena_alloc(r->mem, sizeof(*e));
	if (!e) {
		run_out(r);
		return;
	}
	e->name = copy(r, name, strlen((const char *)name));
	e->ns = keep_ns(r, uri);
	e->text = "";
	e->line = (unsigned)line_of(r);
	if (r->rc || !keep_attributes(r, e, attribute, (size_t)attributes))
		return;
	link_up(r, e);
	r->elements++;
	r->declared += namespaces;
	r->level[r->depth++] = (struct level){.element = e, .declared = namespaces};
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *r = ctx;
	struct level *l;

	(void)name;
	(void)prefix;
	(void)uri;
	if (r->rc || !r->depth)
		return;
	l = &r->level[--r->depth];
	r->declared -= l->declared;
	if (!l->text.len)
		return;
	l->text.bytes[l->text.len] = '\0';
	l->element->text = l->text.bytes;
	l->element->text_len = l->text.len;
}

static void on_text(void *ctx, const xmlChar *bytes, int count)
{
	struct reader *r = ctx;
	const size_t n = (size_t)count;
	struct text *t;

	if (r->rc || !r->depth)
		return;
	t = &r->level[r->depth - 1].text;
	if (t->len + n >= t->cap) {
		const size_t cap = (t->len + n + 1) * 2;
		char *wide = mm_arena_alloc(r->mem, cap);

		if (!wide) {
			run_out(r);
			return;
		}
		if (t->len)
			memcpy(wide, t->bytes, t->len);
		t->bytes = wide;
		t->cap = cap;
	}
	memcpy(t->bytes + t->len, bytes, n);
	t->len += n;
}

static void say_nothing(void *ctx, const char *format, ...)
{
	(void)ctx;
	(void)format;
}

static void take_no_notice(void *ctx, xmlErrorPtr e)
{
	(void)ctx;
	(void)e;
}

static const xmlSAXHandler events = {
    .internalSubset = on_document_type,
    .startDocument = on_document,
    .characters = on_text,
    .cdataBlock = on_text,
    .ignorableWhitespace = on_text,
    .warning = say_nothing,
    .error = say_nothing,
    .fatalError = say_nothing,
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .serror = on_error,
};

/* ---- reading ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* True when more than FLOOD attributes may belong to one tag: '<' stands in no value. */
static bool is_flood(const char *text, size_t n)
{
	size_t count = 0;
	char before = '\0';

	for (size_t i = 0; i < n && count <= FLOOD; i++) {
		if (is_blank(text[i]))
			continue;
		if (text[i] == '<')
			count = 0;
		else if (before == '=' && (text[i] == '"' || text[i] == '\''))
			count++;
		before = text[i];
	}
	return count > FLOOD;
}

static enum mm_code look_at(const char *text, size_t n, struct mm_err *reterr)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t at = n >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;

	while (at < n && is_blank(text[at]))
		at++;
	if (n > MM_XML_BYTES_MAX)
		return mm_fail(reterr, MM_E_INVALID, "XML",
			       "the document has more than %d bytes: send less at a time", MM_XML_BYTES_MAX);
	if (at == n || text[at] != '<' || memchr(text, '\0', n))
		return mm_fail(reterr, MM_E_INVALID, "XML", "line 1: not XML in UTF-8");
	if (is_flood(text, n))
		return mm_fail(reterr, MM_E_INVALID, "XML", "at most %d attributes of an element",
			       MM_XML_ATTRIBUTES_MAX);
	return MM_OK;
}

/* The parser's own words go to `events`, those of what it converts bytes with to whomever this thread names.
 */
static bool run(struct reader *r, const char *text, size_t n)
{
	const xmlStructuredErrorFunc was = xmlStructuredError;
	void *const of = xmlStructuredErrorContext;

	xmlSetStructuredErrorFunc(NULL, take_no_notice);
	r->parser = xmlCreateMemoryParserCtxt(text, (int)n);
	if (r->parser) {
		*r->parser->sax = events;
		r->parser->userData = r;
		(void)xmlCtxtUseOptions(r->parser, XML_PARSE_NONET);
		(void)xmlParseDocument(r->parser);
	}
	xmlSetStructuredErrorFunc(of, was);
	return r->parser != NULL;
}

enum mm_code mm_xml_parse(const char *text, size_t n, struct mm_arena *mem, const struct mm_xml **ret,
			  struct mm_err *reterr)
{
	struct reader r = {.mem = mem, .reterr = reterr};
	enum mm_code rc = look_at(text, n, reterr);

	if (rc)
		return rc;
	if (!run(&r, text, n))
		return mm_fail_nomem(reterr);
	if (!r.rc && (!r.parser->wellFormed || !r.root || r.depth))
		r.rc = mm_fail(reterr, MM_E_INVALID, "XML", "line %d: not well-formed", line_of(&r));
	xmlFreeParserCtxt(r.parser);
	if (!r.rc)
		*ret = r.root;
	return r.rc;
}

/* ---- looking at it ---- */

bool mm_xml_is(const struct mm_xml *e, const char *name)
{
	return strcmp(e->name, name) == 0;
}

static const struct mm_xml *find(const struct mm_xml *e, const char *name)
{
	while (e && !mm_xml_is(e, name))
		e = e->next;
	return e;
}

const struct mm_xml *mm_xml_child(const struct mm_xml *e, const char *name)
{
	return find(e->child, name);
}

const struct mm_xml *mm_xml_beside(const struct mm_xml *e, const char *name)
{
	return find(e->next, name);
}

size_t mm_xml_child_count(const struct mm_xml *e)
{
	size_t n = 0;

	for (const struct mm_xml *c = e->child; c; c = c->next)
		n++;
	return n;
}

const char *mm_xml_attribute(const struct mm_xml *e, const char *name)
{
	for (size_t i = 0; i < e->attribute_count; i++)
		if (strcmp(e->attribute[i].name, name) == 0)
			return e->attribute[i].value;
	return NULL;
}

const char *mm_xml_trimmed(const struct mm_xml *e, size_t *ret_len)
{
	const char *begin = e->text, *end = e->text + e->text_len;

	while (begin < end && is_blank(*begin))
		begin++;
	while (end > begin && is_blank(end[-1]))
		end--;
	*ret_len = (size_t)(end - begin);
	return begin;
}

const char *mm_xml_local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}
